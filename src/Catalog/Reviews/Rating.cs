using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>How something is rated by all whose reviews everybody sees.</summary>
/// <param name="Average">1 to 5, two decimals; null while nobody has written.</param>
/// <param name="Stars">How many gave one star, two … five.</param>
internal sealed record Rating(decimal? Average, int Count, IReadOnlyList<int> Stars)
{
    public const string Product = "product", Shop = "shop", Profile = "profile";

    public static Rating None { get; } = new(null, 0, [0, 0, 0, 0, 0]);

    /// <summary>One look-up by key.</summary>
    public static async Task<Rating> Of(string kind, Guid subject, NpgsqlDataSource source, CancellationToken stop) =>
        (await source.Command("SELECT average, count, one, two, three, four, five FROM catalog.ratings WHERE subject_kind = $1 AND subject_id = $2", kind, subject)
            .List(r => new Rating(r.IsDBNull(0) ? null : r.GetDecimal(0), r.GetInt32(1), [r.GetInt32(2), r.GetInt32(3), r.GetInt32(4), r.GetInt32(5), r.GetInt32(6)]), stop)).FirstOrDefault() ?? None;

    /// <summary>As schema.org's AggregateRating, for the head of the thing's page; null while nobody has written.</summary>
    public IReadOnlyDictionary<string, object>? LinkedData => Average is not { } average ? null : new Dictionary<string, object>(StringComparer.Ordinal)
    {
        ["@type"] = "AggregateRating", ["ratingValue"] = average, ["reviewCount"] = Count, ["bestRating"] = 5, ["worstRating"] = 1,
    };

    /// <summary>
    /// What an act on a review changes in the averages, in its transaction: from what it counted before to what it counts now. The review is
    /// locked; then the product's row and the shop's, always in this order.
    /// </summary>
    public static async Task Change(Review review, int? before, UnitOfWork work)
    {
        var now = review.Counted;
        if (before == now) return;
        var delta = Enumerable.Range(1, 5).Select(star => (now == star ? 1 : 0) - (before == star ? 1 : 0)).ToArray();
        await using var batch = new NpgsqlBatch(work.Connection);
        if (review.SubjectKind == ReviewSubjectKind.Profile) Move(batch, Profile, review.SubjectId, delta, null);
        else
        {
            Move(batch, Product, review.SubjectId, delta, "products");
            Move(batch, Shop, review.ShopId!.Value, delta, "shops");
        }

        await batch.ExecuteNonQueryAsync();
    }

    // A row is made first and counted up then: a check constraint looks at what is proposed, too.
    private static void Move(NpgsqlBatch batch, string kind, Guid subject, int[] delta, string? table)
    {
        batch.BatchCommands.Add(Sql.Batched("INSERT INTO catalog.ratings (subject_kind, subject_id, one, two, three, four, five) VALUES ($1, $2, 0, 0, 0, 0, 0) ON CONFLICT DO NOTHING", kind, subject));
        const string Counted = "UPDATE catalog.ratings r SET one = one + $3, two = two + $4, three = three + $5, four = four + $6, five = five + $7 WHERE subject_kind = $1 AND subject_id = $2";
        batch.BatchCommands.Add(Sql.Batched(
            table is null ? Counted : $"WITH moved AS ({Counted} RETURNING subject_id, average, count) UPDATE catalog.{table} t SET rating_average = moved.average, rating_count = moved.count FROM moved WHERE t.id = moved.subject_id",
            kind, subject, delta[0], delta[1], delta[2], delta[3], delta[4]));
    }
}
