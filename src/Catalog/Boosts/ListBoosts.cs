using Marketplace.Kernel;
using Marketplace.Users;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>Boosts with what they brought, newest first: one's own, or for staff everybody's.</summary>
internal static class ListBoosts
{
    public static readonly IReadOnlyList<string> States = [.. Enum.GetNames<BoostState>().Select(Naming.Snake)];

    /// <summary>The caller's own.</summary>
    /// <exception cref="Refused">422 <c>unknown_state</c>, <c>limit_out_of_range</c>; 400 <c>cursor_invalid</c>.</exception>
    public static Task<Page<BoostLine>> Own(string? state, string? cursor, int? limit, Caller caller, NpgsqlDataSource source, Cursors cursors, CancellationToken stop) =>
        Find(caller.Account, state, cursor, limit, source, cursors, stop);

    /// <summary>Everybody's.</summary>
    /// <exception cref="Refused">403; as <see cref="Own"/>.</exception>
    public static Task<Page<BoostLine>> All(string? state, string? cursor, int? limit, Caller caller, NpgsqlDataSource source, Cursors cursors, CancellationToken stop)
    {
        caller.MustHave(Rights.Moderation);
        return Find(null, state, cursor, limit, source, cursors, stop);
    }

    /// <summary>One with its days.</summary>
    /// <param name="owner">Whose it must be; null: anybody's.</param>
    /// <exception cref="Refused">404.</exception>
    public static async Task<BoostDetail> One(Guid id, Guid? owner, NpgsqlDataSource source, CancellationToken stop)
    {
        var found = await source.Command($"{BoostLine.Select} WHERE b.id = $1 AND ($2::uuid IS NULL OR b.owner_id = $2)", id, owner).List(BoostLine.Read, stop);
        if (found is not [var line]) throw Refused.NotFound();
        var days = await source.Command("SELECT day, impressions, clicks, sales, revenue FROM catalog.boost_days WHERE boost_id = $1 ORDER BY day", id)
            .List(r => new BoostDay(r.GetFieldValue<DateOnly>(0), r.GetInt32(1), r.GetInt32(2), r.GetInt32(3), Money.Of(r.GetInt64(4), line.Boost.Paid.Currency.Code)), stop);
        return new BoostDetail(line.Boost, line.Title, line.Url, line.CoverUrl, line.OwnerId, line.Impressions, line.Clicks, line.Sales, line.Revenue, line.Spent, line.CostPerSale, days);
    }

    private static async Task<Page<BoostLine>> Find(Guid? owner, string? state, string? cursor, int? limit, NpgsqlDataSource source, Cursors cursors, CancellationToken stop)
    {
        if (string.IsNullOrWhiteSpace(state)) state = null;
        if (state is not null && !States.Contains(state)) throw Refused.Invalid(new FieldError("/state", "unknown_state", $"One of: {string.Join(", ", States)}."));
        var take = Cursors.Limit(limit);
        var filters = new { list = "boosts", owner, state };
        var after = cursors.Read(cursor, filters);
        var rows = await source.Command(
            $"""
            {BoostLine.Select} WHERE ($1::uuid IS NULL OR b.owner_id = $1) AND ($2::text IS NULL OR b.state = $2) AND ($3::timestamptz IS NULL OR (b.asked_at, b.id) < ($3, $4::uuid))
            ORDER BY b.asked_at DESC, b.id DESC LIMIT $5
            """, owner, state, after?[0].GetDateTimeOffset(), after?[1].GetGuid(), take + 1).List(BoostLine.Read, stop);
        return cursors.Page(rows, take, filters, r => [r.Boost.AskedAt, r.Boost.Id]);
    }
}

/// <param name="Title">Of the product; null for a profile.</param>
/// <param name="Impressions">People and days on which they saw it.</param>
/// <param name="Sales">By who had opened it within a day before, signed in.</param>
internal sealed record BoostLine(BoostView Boost, string? Title, string? Url, string? CoverUrl, Guid OwnerId, long Impressions, long Clicks, long Sales, Money Revenue)
{
    /// <summary>What is not paid back.</summary>
    public Money Spent => Boost.Paid - Boost.Refunded;

    /// <summary>Null while it sold nothing.</summary>
    public Money? CostPerSale => Sales == 0 ? null : Spent with { Minor = Money.Portion(Spent.Minor, 1, Sales) };

    internal const string Select =
        """
        SELECT b.id, b.subject_kind, b.subject_id, b.place, b.days, b.state, b.total, b.refunded, b.currency, b.asked_at, b.starts_at, b.ends_at, b.ended_at, b.end_reason, b.owner_id,
               p.title, p.slug, p.cover_version, d.impressions, d.clicks, d.sales, d.revenue
        FROM catalog.boosts b LEFT JOIN catalog.products p ON b.subject_kind = 'product' AND p.id = b.subject_id
        CROSS JOIN LATERAL (SELECT coalesce(sum(d.impressions), 0)::bigint AS impressions, coalesce(sum(d.clicks), 0)::bigint AS clicks, coalesce(sum(d.sales), 0)::bigint AS sales, coalesce(sum(d.revenue), 0)::bigint AS revenue
                            FROM catalog.boost_days d WHERE d.boost_id = b.id) d
        """;

    internal static BoostLine Read(NpgsqlDataReader r)
    {
        var (subject, currency) = (r.GetGuid(2), r.GetString(8));
        var boost = new BoostView(
            r.GetGuid(0), r.GetString(1).ReadChoice<BoostSubject>()!.Value, subject, r.GetString(3), r.GetInt32(4), r.GetString(5).ReadChoice<BoostState>()!.Value, Money.Of(r.GetInt64(6), currency), Money.Of(r.GetInt64(7), currency),
            r.GetFieldValue<DateTimeOffset>(9), r.GetFieldValue<DateTimeOffset>(10), r.GetFieldValue<DateTimeOffset>(11), ReviewLine.Time(r, 12), r.IsDBNull(13) ? null : r.GetString(13));
        var title = r.IsDBNull(15) ? null : r.GetString(15);
        return new BoostLine(
            boost, title, title is null ? null : $"/p/{r.GetString(16)}", title is null ? null : MediaUrls.Cover(subject, r.IsDBNull(17) ? null : r.GetString(17)), r.GetGuid(14),
            r.GetInt64(18), r.GetInt64(19), r.GetInt64(20), Money.Of(r.GetInt64(21), currency));
    }
}

internal sealed record BoostDay(DateOnly Day, int Impressions, int Clicks, int Sales, Money Revenue);

internal sealed record BoostDetail(
    BoostView Boost, string? Title, string? Url, string? CoverUrl, Guid OwnerId, long Impressions, long Clicks, long Sales, Money Revenue, Money Spent, Money? CostPerSale, IReadOnlyList<BoostDay> Days);
