using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>
/// What of a person's money is held, as a page shows it: by the day of its release and by rule, soonest first. Each rule's words are said
/// once, however many sales it holds.
/// </summary>
/// <param name="More">There are later ones.</param>
internal sealed record HeldByDay(IReadOnlyList<HeldByDay.Group> Groups, bool More)
{
    /// <param name="Basis">Of one of them; all have its rule and risk.</param>
    /// <param name="First">The earliest release of that day (UTC); null while all wait for something to happen.</param>
    /// <param name="Lines">The first of them.</param>
    public sealed record Group(string Rule, int Version, HoldBasis Basis, DateTimeOffset? First, int Count, Money Remaining, IReadOnlyList<Hold> Lines);

    /// <summary>What was sold, and where its seller sees it.</summary>
    public IReadOnlyDictionary<Guid, Subject> About { get; private init; } = new Dictionary<Guid, Subject>();

    /// <summary>One of each rule, risk and whether something is still waited for.</summary>
    public IEnumerable<Group> Reasons => Groups.DistinctBy(g => (g.Rule, g.Version, g.Basis.Risk, g.Basis.Waits));

    /// <param name="most">Groups.</param>
    /// <param name="lines">Of each group.</param>
    public static async Task<HeldByDay> Read(Guid account, Currency currency, int most, int lines, NpgsqlDataSource source, Subjects subjects, CancellationToken stop)
    {
        const string by = "h.rule, h.rule_version, h.risk, (r.event <> 'sold' AND h.event_at IS NULL), (h.release_at AT TIME ZONE 'UTC')::date";
        var rows = await source.Command(
            $"""
            SELECT {Holds.Columns}, h.rule_version, h.place, h.among, h.in_all FROM (
                SELECT h.*, row_number() OVER (PARTITION BY {by} ORDER BY h.release_at, h.id) AS place, count(*) OVER w AS among, sum(h.remaining) OVER w AS in_all,
                       dense_rank() OVER (ORDER BY (h.release_at AT TIME ZONE 'UTC')::date, h.rule, h.rule_version, h.risk, (r.event <> 'sold' AND h.event_at IS NULL)) AS number
                FROM {Holds.Tables} WHERE h.owner_id = $1 AND h.state = 'held' AND h.currency = $2 WINDOW w AS (PARTITION BY {by})) h
            JOIN wallet.hold_rules r ON r.code = h.rule AND r.version = h.rule_version
            WHERE h.number <= $3 + 1 AND h.place <= $4 ORDER BY h.number, h.place
            """, account, currency.Code, most, lines)
            .List(r => (Hold: Holds.Read(r), Version: r.GetInt32(19), Place: r.GetInt64(20), Among: r.GetInt64(21), All: r.GetDecimal(22)), stop);
        var groups = new List<Group>();
        foreach (var row in rows)
        {
            if (row.Place == 1) groups.Add(new Group(row.Hold.Rule, row.Version, row.Hold.Basis, row.Hold.ReleaseAt, (int)row.Among, new Money((long)row.All, currency), new List<Hold>()));
            ((List<Hold>)groups[^1].Lines).Add(row.Hold);
        }

        var shown = groups.Take(most).ToList();
        return new HeldByDay(shown, groups.Count > most) { About = await subjects.Find(shown.SelectMany(g => g.Lines).Select(h => h.Subject).ToList(), stop) };
    }
}

/// <summary>Releases that came nearer because something happened: their seller is told once, where they look at their money, and not by mail.</summary>
internal static class CameNearer
{
    /// <returns>How many and how much since this was last asked; null when there was none.</returns>
    public static async Task<(int Sales, Money Amount)?> Tell(Guid account, Currency currency, NpgsqlDataSource source, CancellationToken stop)
    {
        var told = await source.Command(
            """
            UPDATE wallet.holds SET nearer_at = NULL WHERE owner_id = $1 AND currency = $2 AND nearer_at IS NOT NULL AND state = 'held'
            RETURNING remaining
            """, account, currency.Code).List(r => r.GetInt64(0), stop);
        return told.Count == 0 ? null : (told.Count, new Money(told.Sum(), currency));
    }
}
