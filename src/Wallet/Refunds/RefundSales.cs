using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>
/// Takes a part or the whole of sold lines back, in the caller's transaction: all of them or none. Commission and tax are given up
/// in proportion; the seller pays the rest: see <see cref="SellersGive"/>.
/// The processor's fee stays with the seller. The money goes back the way it came: into the wallet at once, to a card after the commit.
/// </summary>
internal sealed class RefundSales(WalletDb db, UnitOfWork work, Ledger ledger, SellersGive sellers, TimeProvider clock)
{
    /// <exception cref="Refused">409 <c>refund_exceeds_payment</c>, <c>dispute_open</c>, <c>account_frozen</c>.</exception>
    public async Task Handle(OrderRefund refund)
    {
        if (refund.Lines.Count == 0 || refund.Lines.Any(l => l.Amount.Minor <= 0 || l.Tax < 0 || l.Commission < 0 || l.Coupon < 0))
            throw new ArgumentException($"A refund of order {refund.Order} gives nothing back.", nameof(refund));

        // The order of locks: the order (the caller's), its payment, holds, balances.
        var now = clock.GetUtcNow();
        var payment = await TakeFromPayment(refund.Order, refund.Lines.Aggregate(0L, (sum, line) => checked(sum + line.Amount.Minor)));
        var gift = await sellers.Handle(
            refund.Lines.Select(l => new SalePart(l.Item, l.Seller, l.Amount, l.Tax, l.TaxPlace, l.Commission) { Coupon = l.Coupon }).ToList(),
            payment is null ? [Account.Available(refund.Buyer)] : []);

        var postings = new List<Posting>();
        foreach (var (line, given) in refund.Lines.Zip(gift.Lines))
        {
            postings.Add(new Posting($"refund:{line.Refund}", "refund", refund.Order, [Account.RefundTransit.Plus(line.Amount), .. given.Legs]));
            if (payment is null)
                postings.Add(Settled(line.Refund, refund.Order, line.Amount, Account.Available(refund.Buyer)));
            else
                db.PaymentRefunds.Add(PaymentRefund.Create(line.Refund, payment.Value, line.Amount, now));
        }

        if (!await ledger.Post(gift.Shrink, postings)) throw new InvalidOperationException($"Refund {refund.Lines[0].Refund} was posted before.");
    }

    /// <summary>A payment that came for what is gone: nothing was sold of it, so that nobody but the market's books gives.</summary>
    /// <exception cref="Refused">409 <c>refund_exceeds_payment</c>, <c>dispute_open</c>.</exception>
    public async Task SendBack(Guid refund, Guid order, Money amount)
    {
        var payment = await TakeFromPayment(order, amount.Minor) ?? throw new InvalidOperationException($"No payment for order {order} was taken.");
        db.PaymentRefunds.Add(PaymentRefund.Create(refund, payment, amount, clock.GetUtcNow()));
        if (!await ledger.Post(null, [new Posting($"refund:{refund}", "refund", order, Account.OrderFunding(order).Minus(amount), Account.RefundTransit.Plus(amount))]))
            throw new InvalidOperationException($"Refund {refund} was posted before.");
    }

    /// <summary>The end of a refund: from the way to where it arrived.</summary>
    public static Posting Settled(Guid refund, Guid order, Money amount, Account to) =>
        new($"refund_settled:{refund}", "refund_settled", order, Account.RefundTransit.Minus(amount), to.Plus(amount));

    // The payment that is given back; null when the wallet paid. Never more than it brought and no dispute took.
    private async Task<Guid?> TakeFromPayment(Guid order, long total)
    {
        var paid = (await work.Command(
            "SELECT id, amount - refunded FROM wallet.payments WHERE subject_id = $1 AND purpose = 'order' AND state = 'captured' FOR UPDATE", order)
            .List(r => (Id: r.GetGuid(0), Left: r.GetInt64(1)))).Select(p => ((Guid Id, long Left)?)p).SingleOrDefault();
        if (paid is not { } payment) return null;

        // A statement of its own: what was opened before we had the payment's lock is seen.
        var (open, disputed) = (await work.Command(
            $"SELECT coalesce(bool_or({Dispute.Unsettled}), false), coalesce(sum(d.amount) FILTER (WHERE d.state <> 'won'), 0)::bigint FROM wallet.payment_disputes d WHERE d.payment_id = $1", payment.Id)
            .List(r => (r.GetBoolean(0), r.GetInt64(1)))).Single();
        if (open) throw DisputeOpen();
        if (payment.Left - disputed < total) throw new Refused("refund_exceeds_payment", 409, "More than was paid cannot be given back.");
        await work.Command("UPDATE wallet.payments SET refunded = refunded + $2 WHERE id = $1", payment.Id, total).Execute();
        return payment.Id;
    }

    private static Refused DisputeOpen() => new("dispute_open", 409, "The payer's bank disputes this payment. Until that is decided nothing of it can be given back.");
}
