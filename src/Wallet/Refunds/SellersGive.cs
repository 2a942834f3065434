using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>
/// What sellers, the market and the state give of sold lines that go back to who paid: commission and tax as they are, the seller the
/// rest and what the market's coupon had added, first from what the line's hold still has, then from what is available, then as debt.
/// </summary>
internal sealed class SellersGive(UnitOfWork work, Ledger ledger, TimeProvider clock)
{
    /// <summary>
    /// Decides who gives how much, under the locks of holds and balances (in this order); nothing is posted yet. The caller holds the
    /// order's lock and the payment's.
    /// </summary>
    /// <param name="also">More accounts on which the caller's posting depends.</param>
    public async Task<Gift> Handle(IReadOnlyList<SalePart> lines, params IReadOnlyCollection<Account> also)
    {
        var holds = (await work.Command(
            "SELECT subject_id, id, remaining FROM wallet.holds WHERE kind = 'sale' AND state = 'held' AND subject_id = ANY ($1) ORDER BY id FOR UPDATE",
            lines.Select(l => l.Item).Distinct().ToArray()).List(r => (Item: r.GetGuid(0), Id: r.GetGuid(1), Remaining: r.GetInt64(2)))).ToDictionary(h => h.Item, h => (h.Id, h.Remaining));
        var touched = lines.SelectMany(l => new[] { Account.Available(l.Seller), Account.Debt(l.Seller), Account.Pending(l.Seller) });
        var balances = (await ledger.Lock(lines[0].Amount.Currency, [.. touched, .. also])).ToDictionary();

        var (given, taken) = (new List<Given>(), new Dictionary<Guid, long>());
        foreach (var line in lines)
        {
            var hold = holds.GetValueOrDefault(line.Item);
            var held = hold.Remaining - taken.GetValueOrDefault(hold.Id);
            var share = SellerPays.Of(line.Amount.Minor + line.Coupon - line.Tax - line.Commission, held, balances[Account.Available(line.Seller)], -balances[Account.Debt(line.Seller)]);
            balances[Account.Available(line.Seller)] -= share.Available;
            balances[Account.Debt(line.Seller)] -= share.Debt;
            if (share.Held > 0) taken[hold.Id] = taken.GetValueOrDefault(hold.Id) + share.Held;
            given.Add(new Given(line, share, share.Held > 0 ? hold.Id : null));
        }

        return new Gift(given, Shrink(taken, clock.GetUtcNow()));
    }

    private static NpgsqlBatchCommand? Shrink(Dictionary<Guid, long> taken, DateTimeOffset now) => taken.Count == 0 ? null : Sql.Batched(
        """
        UPDATE wallet.holds h SET remaining = h.remaining - t.amount,
            state = CASE WHEN h.remaining = t.amount THEN 'cancelled' ELSE h.state END, ended_at = CASE WHEN h.remaining = t.amount THEN $3 END
        FROM unnest($1::uuid[], $2::bigint[]) t (id, amount) WHERE h.id = t.id
        """,
        taken.Keys.ToArray(), taken.Values.ToArray(), now);

    /// <param name="Shrink">What becomes of the holds: belongs beside the posting.</param>
    public sealed record Gift(IReadOnlyList<Given> Lines, NpgsqlBatchCommand? Shrink);

    /// <param name="Hold">From which a part was taken.</param>
    public sealed record Given(SalePart Line, SellerPays Share, Guid? Hold)
    {
        /// <summary>All but where it goes.</summary>
        public IEnumerable<Leg> Legs
        {
            get
            {
                Money Of(long minor) => Line.Amount with { Minor = minor };
                yield return Account.Pending(Line.Seller).Minus(Of(Share.Held));
                yield return Account.Available(Line.Seller).Minus(Of(Share.Available));
                yield return Account.Debt(Line.Seller).Minus(Of(Share.Debt));
                yield return Account.CouponExpense.Plus(Of(Line.Coupon));
                yield return Account.Commission.Minus(Of(Line.Commission));
                yield return Account.TaxPayable(Line.TaxPlace ?? "-").Minus(Of(Line.Tax));
            }
        }
    }
}

/// <summary>Where a seller's part of what goes back comes from. Negative parts are given: the cent that rounding took too early comes back.</summary>
internal readonly record struct SellerPays(long Held, long Available, long Debt)
{
    /// <param name="amount">What the seller pays; negative when it is they who get something.</param>
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
