using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>
/// Words by which people look. A tag's use is the number of products on sale that have it; its trend a sum of points that lose half their
/// worth each week: three for a product that comes on sale with it, one for each sale.
/// </summary>
internal static class Tags
{
    public static readonly TimeSpan HalfLife = TimeSpan.FromDays(7);

    /// <param name="Usage">Products on sale with it.</param>
    /// <param name="Trend">What is left of its points now.</param>
    public sealed record Line(string Tag, int Usage, double Trend)
    {
        /// <summary>What is on sale with it.</summary>
        public string Url => $"/tags/{Uri.EscapeDataString(Tag)}";
    }

    public sealed record Reply(IReadOnlyList<Line> Data);

    /// <summary>Those that begin with what was typed, the most used first; or without, what is going on now.</summary>
    /// <exception cref="Refused">422 <c>limit_out_of_range</c>.</exception>
    public static async Task<Reply> List(string? q, int? limit, NpgsqlDataSource source, TimeProvider clock, CancellationToken stop)
    {
        var take = Cursors.Limit(limit);
        var typed = Words.Typed(q, Product.TagLength)?.ToLowerInvariant();
        var order = typed is null ? "score DESC, tag" : "usage DESC, tag";
        return new Reply(await source.Command(
            $"SELECT tag, usage, power(2, greatest(score - $1, -60)) FROM catalog.tags WHERE usage > 0 {(typed is null ? "" : "AND tag LIKE $3")} ORDER BY {order} LIMIT $2",
            typed is null ? [Age(clock.GetUtcNow()), take] : [Age(clock.GetUtcNow()), take, $"{typed.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%"])
            .List(r => new Line(r.GetString(0), r.GetInt32(1), Math.Round(r.GetDouble(2), 2)), stop));
    }

    /// <summary>Half-lives since the epoch.</summary>
    public static double Age(DateTimeOffset at) => (at - DateTimeOffset.UnixEpoch) / HalfLife;
}

/// <summary>
/// Adds what has changed to the tags, once a minute. A change waits as a row of its own, and the statement that takes the row is the one that
/// counts it, so that nothing is lost or counted twice.
/// </summary>
internal sealed class AddUpTags(NpgsqlDataSource source) : IJob
{
    public Task Handle(DateTimeOffset now, CancellationToken stop) => source.Command(
        """
        WITH change AS (DELETE FROM catalog.tag_changes RETURNING tag, uses, heat),
             sum AS (SELECT tag, sum(uses)::int AS uses, sum(heat)::int AS heat FROM change GROUP BY tag),
             fresh AS (INSERT INTO catalog.tags (tag, usage, score)
                       SELECT s.tag, greatest(s.uses, 0), CASE WHEN s.heat > 0 THEN ln(s.heat) / ln(2) + $1 ELSE $1 - 60 END FROM sum s
                       WHERE NOT EXISTS (SELECT FROM catalog.tags t WHERE t.tag = s.tag) ORDER BY s.tag)
        UPDATE catalog.tags t SET usage = t.usage + s.uses,
          score = CASE WHEN s.heat = 0 THEN t.score ELSE ln(power(2, greatest(t.score - $1, -60)) + s.heat) / ln(2) + $1 END
        FROM sum s WHERE s.tag = t.tag
        """, Tags.Age(now)).Execute(stop);
}
