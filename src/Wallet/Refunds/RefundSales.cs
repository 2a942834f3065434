using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>
/// Takes a part or the whole of sold lines back, in the caller's transaction: all of them or none. Commission and tax are given up
/// in proportion; the seller pays the rest, first from what the line's hold still has, then from what is available, then as debt.
/// The processor's fee stays with the seller. The money goes back the way it came: into the wallet at once, to a card after the commit.
/// </summary>
internal sealed class RefundSales(WalletDb db, UnitOfWork work, Ledger ledger, TimeProvider clock)
{
    /// <exception cref="Refused">409 <c>refund_exceeds_payment</c>, <c>account_frozen</c>.</exception>
    public async Task Handle(OrderRefund refund)
    {
        if (refund.Lines.Count == 0 || refund.Lines.Any(l => l.Amount.Minor <= 0 || l.Tax < 0 || l.Commission < 0))
            throw new ArgumentException($"A refund of order {refund.Order} gives nothing back.", nameof(refund));

        // The order of locks: the order (the caller's), its payment, holds, balances.
        var now = clock.GetUtcNow();
        var payment = await TakeFromPayment(refund);
        var holds = (await work.Command(
            "SELECT subject_id, id, remaining FROM wallet.holds WHERE kind = 'sale' AND state = 'held' AND subject_id = ANY ($1) ORDER BY id FOR UPDATE",
            refund.Lines.Select(l => l.Item).Distinct().ToArray()).List(r => (Item: r.GetGuid(0), Id: r.GetGuid(1), Remaining: r.GetInt64(2)))).ToDictionary(h => h.Item, h => (h.Id, h.Remaining));
        var touched = refund.Lines.SelectMany(l => new[] { Account.Available(l.Seller), Account.Debt(l.Seller), Account.Pending(l.Seller) });
        var balances = (await ledger.Lock(refund.Lines[0].Amount.Currency, [.. touched, .. payment is null ? [Account.Available(refund.Buyer)] : Array.Empty<Account>()])).ToDictionary();

        var (postings, taken) = (new List<Posting>(), new Dictionary<Guid, long>());
        foreach (var line in refund.Lines)
        {
            var hold = holds.GetValueOrDefault(line.Item);
            var held = hold.Remaining - taken.GetValueOrDefault(hold.Id);
            var share = SellerPays.Of(line.Amount.Minor - line.Tax - line.Commission, held, balances[Account.Available(line.Seller)], -balances[Account.Debt(line.Seller)]);
            balances[Account.Available(line.Seller)] -= share.Available;
            balances[Account.Debt(line.Seller)] -= share.Debt;
            if (share.Held > 0) taken[hold.Id] = taken.GetValueOrDefault(hold.Id) + share.Held;
            postings.Add(Refund(refund.Order, line, share));
            if (payment is null)
                postings.Add(Settled(line.Refund, refund.Order, line.Amount, Account.Available(refund.Buyer)));
            else
                db.PaymentRefunds.Add(PaymentRefund.Create(line.Refund, payment.Value, line.Amount, now));
        }

        if (!await ledger.Post(Shrink(taken, now), postings)) throw new InvalidOperationException($"Refund {refund.Lines[0].Refund} was posted before.");
    }

    /// <summary>The end of a refund: from the way to where it arrived.</summary>
    public static Posting Settled(Guid refund, Guid order, Money amount, Account to) =>
        new($"refund_settled:{refund}", "refund_settled", order, Account.RefundTransit.Minus(amount), to.Plus(amount));

    private static Posting Refund(Guid order, SaleRefund line, SellerPays share)
    {
        Money Of(long minor) => line.Amount with { Minor = minor };
        return new Posting($"refund:{line.Refund}", "refund", order,
            Account.RefundTransit.Plus(line.Amount),
            Account.Pending(line.Seller).Minus(Of(share.Held)),
            Account.Available(line.Seller).Minus(Of(share.Available)),
            Account.Debt(line.Seller).Minus(Of(share.Debt)),
            Account.Commission.Minus(Of(line.Commission)),
            Account.TaxPayable(line.TaxPlace ?? "-").Minus(Of(line.Tax)));
    }

    // The payment that is given back; null when the wallet paid. Never more than it brought.
    private async Task<Guid?> TakeFromPayment(OrderRefund refund)
    {
        var total = refund.Lines.Aggregate(0L, (sum, line) => checked(sum + line.Amount.Minor));
        var paid = (await work.Command(
            "SELECT id, amount - refunded FROM wallet.payments WHERE subject_id = $1 AND purpose = 'order' AND state = 'captured' FOR UPDATE", refund.Order)
            .List(r => (Id: r.GetGuid(0), Left: r.GetInt64(1)))).Select(p => ((Guid Id, long Left)?)p).SingleOrDefault();
        if (paid is not { } payment) return null;
        if (payment.Left < total) throw new Refused("refund_exceeds_payment", 409, "More than was paid cannot be given back.");
        await work.Command("UPDATE wallet.payments SET refunded = refunded + $2 WHERE id = $1", payment.Id, total).Execute();
        return payment.Id;
    }

    private static NpgsqlBatchCommand? Shrink(Dictionary<Guid, long> taken, DateTimeOffset now) => taken.Count == 0 ? null : Sql.Batched(
        """
        UPDATE wallet.holds h SET remaining = h.remaining - t.amount,
            state = CASE WHEN h.remaining = t.amount THEN 'cancelled' ELSE h.state END, ended_at = CASE WHEN h.remaining = t.amount THEN $3 END
        FROM unnest($1::uuid[], $2::bigint[]) t (id, amount) WHERE h.id = t.id
        """,
        taken.Keys.ToArray(), taken.Values.ToArray(), now);
}

/// <summary>Where a seller's part of a refund comes from. Negative parts are given: the cent that rounding took too early comes back.</summary>
internal readonly record struct SellerPays(long Held, long Available, long Debt)
{
    /// <param name="amount">What the seller pays; negative when a rounding before took a cent too much.</param>
    /// <param name="held">Remains in the line's hold.</param>
    /// <param name="debt">Owed already, ≥ 0.</param>
    public static SellerPays Of(long amount, long held, long available, long debt)
    {
        if (amount < 0)
        {
            var repaid = Math.Min(-amount, debt);
            return new SellerPays(0, amount + repaid, -repaid);
        }

        var fromHold = Math.Min(amount, held);
        var fromAvailable = Math.Min(amount - fromHold, available);
        return new SellerPays(fromHold, fromAvailable, amount - fromHold - fromAvailable);
    }
}
