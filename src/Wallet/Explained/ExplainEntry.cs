using System.Globalization;
using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>The way of an amount: every act about the same thing, oldest first, with what each capability knows of it.</summary>
/// <param name="Asked">The transaction that was asked for.</param>
internal sealed record Explanation(long Asked, IReadOnlyList<Explanation.Step> Steps)
{
    /// <param name="Reference">What it is about: an order.</param>
    public sealed record Step(long Transaction, string Kind, string Type, string Key, Guid? Reference, DateTimeOffset At, IReadOnlyList<Leg> Legs, IReadOnlyList<ExplainedFact> Facts);

    /// <param name="Account">Kind of the chart, without its "user_" for who owns it.</param>
    public sealed record Leg(string Account, Guid? Owner, string? Reference, Money Amount, Money? BalanceAfter);
}

/// <summary>Explains a transaction from its key and its reference: for staff all of it, for a person what moved on their own accounts.</summary>
internal sealed class ExplainEntry(NpgsqlDataSource source, IEnumerable<IExplains> all)
{
    // An order of a hundred lines, each released and refunded.
    private const int Most = 500;

    /// <param name="entry">As statements name it: <c>{transaction}-{leg}</c>.</param>
    /// <exception cref="Refused">404 for another's as for one that is not there.</exception>
    public Task<Explanation> ForOwner(string entry, Guid owner, CancellationToken stop) =>
        long.TryParse(entry.Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? Handle(id, owner, stop) : throw Refused.NotFound();

    /// <param name="viewer">Null: staff.</param>
    /// <exception cref="Refused">404.</exception>
    public async Task<Explanation> Handle(long transaction, Guid? viewer, CancellationToken stop)
    {
        var rows = await source.Command(
            """
            SELECT t.id, t.kind, coalesce(k.type, t.kind), t.key, t.ref_id, t.effective_at, a.kind, a.owner_id, a.reference, a.currency, p.amount, p.balance_after
            FROM (
                SELECT x.* FROM wallet.ledger_transactions x WHERE x.id = $1
                UNION
                (SELECT x.* FROM wallet.ledger_transactions o JOIN wallet.ledger_transactions x ON x.ref_id = o.ref_id WHERE o.id = $1 ORDER BY x.effective_at, x.id LIMIT $2)) t
            JOIN wallet.postings p ON p.transaction_id = t.id AND p.recorded_at = t.recorded_at
            JOIN wallet.accounts a ON a.id = p.account_id
            LEFT JOIN wallet.transaction_kinds k ON k.code = t.kind
            WHERE $3::uuid IS NULL OR a.owner_id = $3
            ORDER BY t.effective_at, t.recorded_at, t.id, p.leg
            """, transaction, Most, viewer).List(Read, stop);
        var steps = rows.GroupBy(r => r.Step.Transaction, (_, legs) => legs.ToList()).Select(legs => legs[0].Step with { Legs = legs.Select(l => l.Leg).ToList() }).ToList();
        if (!steps.Exists(s => s.Transaction == transaction)) throw Refused.NotFound();

        var told = await Told(steps, viewer, stop);
        // What belongs to other lines of the order has a way of its own.
        var line = Line(told, steps.Single(s => s.Transaction == transaction));
        return new Explanation(transaction, steps.Where(s => line is null || Line(told, s) is not { } its || its == line)
            .Select(s => s with { Facts = told.TryGetValue(s.Key, out var known) ? known.SelectMany(e => e.Facts).ToList() : [] }).ToList());
    }

    private async Task<Dictionary<string, List<Explained>>> Told(List<Explanation.Step> steps, Guid? viewer, CancellationToken stop)
    {
        var told = new Dictionary<string, List<Explained>>(StringComparer.Ordinal);
        foreach (var keys in steps.Select(s => Parts(s.Key)).OfType<(string Key, Guid Id)>().GroupBy(k => k.Key, k => k.Id, StringComparer.Ordinal))
        {
            foreach (var one in all.Where(e => e.Keys.Contains(keys.Key)))
            {
                var known = await one.Explain(keys.Key, keys.Distinct().ToList(), viewer, stop);
                foreach (var step in steps.Where(s => Parts(s.Key) is { } its && its.Key == keys.Key && known.ContainsKey(its.Id)))
                {
                    if (!told.TryGetValue(step.Key, out var list)) told[step.Key] = list = [];
                    list.Add(known[Parts(step.Key)!.Value.Id]);
                }
            }
        }

        return told;
    }

    private static Guid? Line(Dictionary<string, List<Explained>> told, Explanation.Step step) => told.TryGetValue(step.Key, out var known) ? known.Select(e => e.Line).FirstOrDefault(l => l is not null) : null;

    private static (string Key, Guid Id)? Parts(string key) => key.Split(':') is [var kind, var id, ..] && Guid.TryParse(id, CultureInfo.InvariantCulture, out var known) ? (kind, known) : null;

    private static (Explanation.Step Step, Explanation.Leg Leg) Read(NpgsqlDataReader r)
    {
        var currency = Currency.Of(r.GetString(9));
        return (
            new Explanation.Step(r.GetInt64(0), r.GetString(1), r.GetString(2), r.GetString(3), r.IsDBNull(4) ? null : r.GetGuid(4), r.GetFieldValue<DateTimeOffset>(5), [], []),
            new Explanation.Leg(r.GetString(6), r.IsDBNull(7) ? null : r.GetGuid(7), r.IsDBNull(8) ? null : r.GetString(8), new Money(r.GetInt64(10), currency), r.IsDBNull(11) ? null : new Money(r.GetInt64(11), currency)));
    }
}
