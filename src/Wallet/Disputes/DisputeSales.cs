using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Wallet;

/// <summary>What a dispute of an order does to those who were paid by it, in the caller's transaction and under the order's lock.</summary>
internal sealed class DisputeSales(WalletDb db, UnitOfWork work, Ledger ledger, SellersGive sellers, TimeProvider clock)
{
    /// <summary>Takes the disputed parts back, leg by leg; what the lines have not left the market bears. A repetition changes nothing.</summary>
    public async Task Take(Guid id, IReadOnlyList<SalePart> lines)
    {
        var dispute = await Locked(id);
        if (dispute.TakenAt is not null) return;
        var borne = lines.Aggregate(dispute.Minor, (left, line) => checked(left - line.Amount.Minor));
        if (borne < 0 || lines.Any(l => l.Amount.Minor <= 0 || l.Amount.Currency != dispute.Amount.Currency)) throw new ArgumentException($"Dispute {id} takes {dispute.Amount}.", nameof(lines));

        var now = clock.GetUtcNow();
        var gift = lines.Count == 0 ? new SellersGive.Gift([], null) : await sellers.Handle(lines);
        if (lines.Count > 0)
        {
            await DisputeParts.Add(work, id, gift.Lines.Select(g =>
                new DisputeParts.Part(g.Line.Item, g.Line.Seller, g.Line.Amount.Minor, g.Line.Tax, g.Line.TaxPlace, g.Line.Commission, g.Line.Coupon, g.Hold, g.Share)).ToList());
        }

        dispute.Take(borne, now);
        var postings = gift.Lines.Select(g => new Posting($"dispute:{id}:{g.Line.Item}", "dispute", dispute.SubjectReference, [Account.DisputeTransit.Plus(g.Line.Amount), .. g.Legs])).ToList();
        if (borne > 0) postings.Add(Market("dispute", dispute, dispute.Amount with { Minor = borne }));
        await ledger.Post(gift.Shrink, postings);
    }

    /// <summary>A dispute that was won: everybody has again what was taken, the hold what the hold gave. A repetition changes nothing.</summary>
    public async Task Return(Guid id)
    {
        var dispute = await Locked(id);
        if (dispute.ReturnedAt is not null) return;
        var now = clock.GetUtcNow();
        var parts = await DisputeParts.Of(work, id);
        // While a dispute is open no hold of its order is released: what it gave it can have again, whether something is left in it or not.
        var restored = parts.Where(p => p.Paid.Held > 0).ToList();
        await work.Command("SELECT FROM wallet.holds WHERE id = ANY ($1) ORDER BY id FOR UPDATE", restored.Select(p => p.Hold!.Value).ToArray()).Execute();
        var balances = parts.Count == 0 ? [] : (await ledger.Lock(dispute.Amount.Currency, parts.SelectMany(p => new[] { Account.Available(p.Owner), Account.Debt(p.Owner), Account.Pending(p.Owner) }).ToList())).ToDictionary();

        var postings = new List<Posting>();
        foreach (var part in parts)
        {
            Money Of(long minor) => dispute.Amount with { Minor = minor };
            var (available, debt) = (Account.Available(part.Owner), Account.Debt(part.Owner));
            var gets = SellerPays.Of(-(part.Paid.Available + part.Paid.Debt), 0, balances[available], -balances[debt]);
            balances[available] -= gets.Available;
            balances[debt] -= gets.Debt;
            postings.Add(new Posting($"dispute_won:{id}:{part.Item}", "dispute_won", dispute.SubjectReference,
                Account.DisputeTransit.Minus(Of(part.Amount)),
                Account.Pending(part.Owner).Plus(Of(part.Paid.Held)),
                available.Minus(Of(gets.Available)),
                debt.Minus(Of(gets.Debt)),
                Account.CouponExpense.Minus(Of(part.Coupon)),
                Account.Commission.Plus(Of(part.Commission)),
                Account.TaxPayable(part.TaxPlace ?? "-").Plus(Of(part.Tax))));
        }

        if (dispute.Borne > 0) postings.Add(Market("dispute_won", dispute, -(dispute.Amount with { Minor = dispute.Borne.Value })));
        dispute.Return(now);
        await ledger.Post(
            restored.Count == 0 ? null : Sql.Batched(
                """
                UPDATE wallet.holds h SET remaining = h.remaining + t.amount, state = 'held', ended_at = NULL
                FROM unnest($1::uuid[], $2::bigint[]) t (id, amount) WHERE h.id = t.id AND h.state IN ('held', 'cancelled')
                """,
                restored.Select(p => p.Hold!.Value).ToArray(), restored.Select(p => p.Paid.Held).ToArray()),
            postings);
    }

    private static Posting Market(string kind, Dispute dispute, Money amount) => new($"{kind}:{dispute.Id}:market", kind, dispute.SubjectReference,
        Account.DisputeTransit.Plus(amount), Account.DisputeExpense.Minus(amount));

    // The payment before its dispute, as who refunds locks them.
    private async Task<Dispute> Locked(Guid id)
    {
        await work.Command("SELECT FROM wallet.payments WHERE id = (SELECT payment_id FROM wallet.payment_disputes WHERE id = $1) FOR UPDATE", id).Execute();
        db.ChangeTracker.Clear();
        return (await db.Disputes.FromSql($"SELECT * FROM wallet.payment_disputes WHERE id = {id} AND purpose = 'order' FOR UPDATE").ToListAsync()).Single();
    }
}
