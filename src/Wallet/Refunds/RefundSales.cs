using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>
/// Takes a part or the whole of sold lines back, in the caller's transaction: all of them or none. Commission and tax are given up
/// in proportion; the seller pays the rest: see <see cref="SellersGive"/>.
/// The processor's fee stays with the seller. The money goes back the way it came: into the wallet at once, to a card after the commit; where both paid, the card has its part back first.
/// </summary>
internal sealed class RefundSales(WalletDb db, UnitOfWork work, Ledger ledger, SellersGive sellers, TimeProvider clock)
{
    /// <exception cref="Refused">409 <c>refund_exceeds_payment</c>, <c>dispute_open</c>, <c>account_frozen</c>.</exception>
    public async Task Handle(OrderRefund refund)
    {
        if (refund.Lines.Count == 0 || refund.Lines.Any(l => l.Amount.Minor <= 0 || l.Tax < 0 || l.Commission < 0 || l.Coupon < 0))
            throw new ArgumentException($"A refund of order {refund.Order} gives nothing back.", nameof(refund));

        // The order of locks: the order (the caller's), its payment, holds, balances.
        var paid = await TakeFromPayment(refund.Order, refund.Lines.Aggregate(0L, (sum, line) => checked(sum + line.Amount.Minor)));
        var gift = await sellers.Handle(
            refund.Lines.Select(l => new SalePart(l.Item, l.Seller, l.Amount, l.Tax, l.TaxPlace, l.Commission) { Coupon = l.Coupon }).ToList(),
            paid.ToCard > 0 && paid.ToWallet == 0 ? [] : [Account.Available(refund.Buyer)]);

        var postings = new List<Posting>();
        var cardHas = paid.ToCard;
        foreach (var (line, given) in refund.Lines.Zip(gift.Lines))
        {
            var toCard = Math.Min(cardHas, line.Amount.Minor);
            cardHas -= toCard;
            postings.Add(new Posting($"refund:{line.Refund}", "refund", refund.Order, [Account.RefundTransit.Plus(line.Amount), .. given.Legs]));
            postings.AddRange(ShareOut(line.Refund, refund.Order, refund.Buyer, paid.Payment, line.Amount, toCard));
        }

        if (!await ledger.Post(gift.Shrink, postings)) throw new InvalidOperationException($"Refund {refund.Lines[0].Refund} was posted before.");
    }

    /// <summary>A payment that came for what is gone: nothing was sold of it, so that nobody but the market's books gives.</summary>
    /// <param name="amount">All that was paid for the order, the wallet's part with it.</param>
    /// <exception cref="Refused">409 <c>refund_exceeds_payment</c>, <c>dispute_open</c>.</exception>
    public async Task SendBack(Guid refund, Guid order, Guid buyer, Money amount)
    {
        var paid = await TakeFromPayment(order, amount.Minor);
        if (paid.Payment is null) throw new InvalidOperationException($"No payment for order {order} was taken.");
        var taken = new Posting($"refund:{refund}", "refund", order, Account.OrderFunding(order).Minus(amount), Account.RefundTransit.Plus(amount));
        if (!await ledger.Post(null, [taken, .. ShareOut(refund, order, buyer, paid.Payment, amount, paid.ToCard)])) throw new InvalidOperationException($"Refund {refund} was posted before.");
    }

    /// <summary>The end of a refund: from the way to where it arrived.</summary>
    public static Posting Settled(Guid refund, Guid order, Money amount, Account to) =>
        new($"refund_settled:{refund}", "refund_settled", order, Account.RefundTransit.Minus(amount), to.Plus(amount));

    // The card's share is written down to be asked for after the commit; the wallet's arrives now.
    private IEnumerable<Posting> ShareOut(Guid refund, Guid order, Guid buyer, Guid? payment, Money amount, long toCard)
    {
        var toWallet = amount with { Minor = amount.Minor - toCard };
        if (toCard > 0) db.PaymentRefunds.Add(PaymentRefund.Create(refund, payment!.Value, amount with { Minor = toCard }, toWallet.Minor, clock.GetUtcNow()));
        if (toWallet.Minor == 0) yield break;
        var arrived = Settled(refund, order, toWallet, Account.Available(buyer));
        yield return payment is null ? arrived : arrived with { Key = arrived.Key + ":wallet" };
    }

    // What goes back by which way: to the card first, so that a bank's dispute finds less of it. Never more than each gave and no dispute took.
    private async Task<Paid> TakeFromPayment(Guid order, long total)
    {
        var found = (await work.Command(
            "SELECT id, amount - refunded, wallet_part - wallet_refunded FROM wallet.payments WHERE subject_id = $1 AND purpose = 'order' AND state = 'captured' FOR UPDATE", order)
            .List(r => (Id: r.GetGuid(0), Card: r.GetInt64(1), Wallet: r.GetInt64(2)))).Select(p => ((Guid Id, long Card, long Wallet)?)p).SingleOrDefault();
        if (found is not { } payment) return new Paid(null, 0, total);

        // A statement of its own: what was opened before we had the payment's lock is seen.
        var (open, disputed) = (await work.Command(
            $"SELECT coalesce(bool_or({Dispute.Unsettled}), false), coalesce(sum(d.amount) FILTER (WHERE d.state <> 'won'), 0)::bigint FROM wallet.payment_disputes d WHERE d.payment_id = $1", payment.Id)
            .List(r => (r.GetBoolean(0), r.GetInt64(1)))).Single();
        if (open) throw DisputeOpen();
        var toCard = Math.Clamp(payment.Card - disputed, 0, total);
        if (payment.Wallet < total - toCard) throw new Refused("refund_exceeds_payment", 409, "More than was paid cannot be given back.");
        await work.Command("UPDATE wallet.payments SET refunded = refunded + $2, wallet_refunded = wallet_refunded + $3 WHERE id = $1", payment.Id, toCard, total - toCard).Execute();
        return new Paid(payment.Id, toCard, total - toCard);
    }

    private static Refused DisputeOpen() => new("dispute_open", 409, "The payer's bank disputes this payment. Until that is decided nothing of it can be given back.");

    /// <param name="Payment">Null: the wallet paid alone.</param>
    private sealed record Paid(Guid? Payment, long ToCard, long ToWallet);
}
