using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>
/// Counts what boosts bring: who saw one, who opened it, who bought within a day after. People, not programs, and each once a day. A guest is
/// known by a number made of address, browser and the day's salt: nobody can be followed by it, or from one day to the next.
/// </summary>
internal static partial class BoostTally
{
    public static readonly TimeSpan SaleWithin = TimeSpan.FromHours(24);

    private const string Visitor = "CASE WHEN $3::uuid IS NOT NULL THEN uuid_send($3::uuid) ELSE (SELECT substring(sha256(salt || $5::bytea) FOR 16) FROM catalog.boost_salts WHERE day = $2) END";

    private const string Seeing =
        $"""
        WITH seen AS (
          INSERT INTO catalog.boost_visits (boost_id, day, visitor, account_id, seen_at)
          SELECT b.id, $2, {Visitor}, $3, $4 FROM catalog.boosts b WHERE b.id = ANY ($1) AND b.state = 'active' AND b.owner_id IS DISTINCT FROM $3
          ON CONFLICT DO NOTHING RETURNING boost_id)
        INSERT INTO catalog.boost_days AS d (boost_id, day, impressions, clicks, sales, revenue) SELECT boost_id, $2, 1, 0, 0, 0 FROM seen ORDER BY boost_id
        ON CONFLICT (boost_id, day) DO UPDATE SET impressions = d.impressions + 1
        """;

    private const string Opening =
        $"""
        WITH opened AS (UPDATE catalog.boost_visits SET clicked_at = $4 WHERE boost_id = ANY ($1) AND day = $2 AND visitor = {Visitor} AND clicked_at IS NULL RETURNING boost_id)
        UPDATE catalog.boost_days d SET clicks = d.clicks + 1 FROM opened WHERE d.boost_id = opened.boost_id AND d.day = $2
        """;

    private const string Reopening = $"UPDATE catalog.boost_visits SET last_click = $4, account_id = $3 WHERE boost_id = ANY ($1) AND day = $2 AND visitor = {Visitor}";

    /// <summary>These were shown on a page. Statistics: no commit waits for the disk.</summary>
    public static Task Seen(IReadOnlyCollection<Guid> boosts, HttpContext http) => boosts.Count == 0 ? Task.CompletedTask : Count(http, boosts.ToArray(), Seeing);

    /// <summary>Somebody opened one. Only the first time of a day counts; the last one says to whom a sale belongs.</summary>
    public static Task Clicked(Guid boost, HttpContext http) => Count(http, [boost], Seeing, Opening, Reopening);

    /// <summary>Sold lines, in the caller's transaction; each counts once.</summary>
    public static Task Sold(Guid buyer, IReadOnlyCollection<SoldUnit> lines, DateTimeOffset now, UnitOfWork work) => work.Command(
        """
        WITH sold AS (
          INSERT INTO catalog.boost_sales (line_id, boost_id, sold_at, amount, currency)
          SELECT l.line, c.boost_id, $6, l.amount, l.currency
          FROM unnest($2::uuid[], $3::uuid[], $4::bigint[], $5::text[]) l (line, product, amount, currency)
          JOIN catalog.products p ON p.id = l.product JOIN catalog.shops s ON s.id = p.shop_id
          CROSS JOIN LATERAL (
            SELECT v.boost_id FROM catalog.boost_visits v JOIN catalog.boosts b ON b.id = v.boost_id
            WHERE v.account_id = $1 AND v.last_click > $7 AND b.currency = l.currency AND b.subject_id = CASE b.subject_kind WHEN 'product' THEN p.id ELSE s.owner_id END
            ORDER BY v.last_click DESC LIMIT 1) c
          ON CONFLICT DO NOTHING RETURNING boost_id, amount)
        INSERT INTO catalog.boost_days AS d (boost_id, day, impressions, clicks, sales, revenue) SELECT boost_id, $8, 0, 0, count(*), sum(amount) FROM sold GROUP BY boost_id ORDER BY boost_id
        ON CONFLICT (boost_id, day) DO UPDATE SET sales = d.sales + excluded.sales, revenue = d.revenue + excluded.revenue
        """,
        buyer, lines.Select(l => l.Line).ToArray(), lines.Select(l => l.Product).ToArray(), lines.Select(l => l.Price.Minor).ToArray(), lines.Select(l => l.Price.Currency.Code).ToArray(), now, now - SaleWithin, Day(now)).Execute();

    private static async Task Count(HttpContext http, Guid[] boosts, params string[] statements)
    {
        var browser = http.Request.Headers.UserAgent.ToString();
        if (IsProgram(browser) || http.Request.Headers["Sec-Purpose"].ToString().Contains("prefetch", StringComparison.OrdinalIgnoreCase)) return;
        var services = http.RequestServices;
        var caller = services.GetRequiredService<Caller>();
        if (caller.Impersonator is not null) return;
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        await using var batch = services.GetRequiredService<NpgsqlDataSource>().CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SET LOCAL synchronous_commit = off"));
        if (!caller.IsSignedIn) batch.BatchCommands.Add(Sql.Batched("INSERT INTO catalog.boost_salts (day, salt) VALUES ($1, $2) ON CONFLICT DO NOTHING", Day(now), RandomNumberGenerator.GetBytes(16)));
        foreach (var sql in statements) batch.BatchCommands.Add(Sql.Batched(sql, boosts, Day(now), caller.AccountOrNull, now, Encoding.UTF8.GetBytes($"{http.Connection.RemoteIpAddress}\n{browser}")));
        await batch.ExecuteNonQueryAsync();
    }

    /// <summary>Says of itself that it is one, or does not say that it is a browser.</summary>
    internal static bool IsProgram(string browser) => !browser.StartsWith("Mozilla/", StringComparison.Ordinal) || Programs().IsMatch(browser);

    internal static DateOnly Day(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);

    [GeneratedRegex("bot|crawl|spider|slurp|preview|fetch|monitor|scan|lighthouse|python|curl|wget|http", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Programs();
}

/// <summary>Who looked is forgotten after two days; how many did stays.</summary>
internal sealed class ForgetBoostVisits(NpgsqlDataSource source) : IJob
{
    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        var before = BoostTally.Day(now).AddDays(-1);
        await source.Command("DELETE FROM catalog.boost_visits WHERE day < $1", before).Execute(stop);
        await source.Command("DELETE FROM catalog.boost_salts WHERE day < $1", before).Execute(stop);
    }
}
