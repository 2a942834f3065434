using Marketplace.Kernel;
using Marketplace.Users;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>What buyers wrote about a shop's products, for its owner also about them, newest first: what waits for an answer, or all.</summary>
internal static class ShopReviews
{
    public const string ToAnswer = "to_answer", Answered = "answered", All = "all";

    /// <param name="place">Whose buyers the caller answers; null: they have no shop, and may be spoken of all the same.</param>
    /// <exception cref="Refused">422 <c>unknown_state</c>, <c>limit_out_of_range</c>; 400 <c>cursor_invalid</c>.</exception>
    public static async Task<Page<Line>> Handle(string? state, Workplace? place, string? cursor, int? limit, Caller caller, NpgsqlDataSource source, IUsers users, Cursors cursors, CancellationToken stop)
    {
        state = string.IsNullOrWhiteSpace(state) ? All : state;
        if (state is not (ToAnswer or Answered or All)) throw Refused.Invalid(new FieldError("/state", "unknown_state", "to_answer, answered or all."));
        var take = Cursors.Limit(limit);
        var filters = new { list = "shop reviews", caller.Account, place?.Id, state };
        var after = cursors.Read(cursor, filters);
        var rows = await source.Command(
            $"""
            SELECT {ReviewLine.Columns}, p.id, p.title, p.slug, p.kind, p.cover_version
            FROM catalog.reviews v JOIN catalog.review_rights r USING (line_id) JOIN catalog.products p ON p.id = r.product_id
            LEFT JOIN catalog.review_votes m ON m.review_id = v.id AND m.account_id = $3
            WHERE {About} AND {ListReviews.Shown} {(state == ToAnswer ? "AND v.reply IS NULL" : state == Answered ? "AND v.reply IS NOT NULL" : "")}
              AND ($4::timestamptz IS NULL OR (v.created_at, v.id) < ($4, $5::uuid))
            ORDER BY v.created_at DESC, v.id DESC LIMIT $6
            """,
            Owner(place, caller), Shop(place), caller.Account, after?[0].GetDateTimeOffset(), after?[1].GetGuid(), take + 1).List(r => new Line(ReviewLine.Read(r), ReviewedProduct.Read(r, ReviewLine.Count)), stop);
        return await cursors.Page(rows, take, filters, r => [r.CreatedAt, r.Id]).Named(users, stop);
    }

    // What is said of a person is for that person alone.
    private const string About = "v.owner_id = $1 AND ($2::uuid IS NULL OR v.shop_id = $2)";

    private static Guid Owner(Workplace? place, Caller caller) => place?.Owner ?? caller.Account;

    private static Guid? Shop(Workplace? place) => place is null or { Role: ShopRole.Owner } ? null : place.Id;

    public static async Task<(int ToAnswer, int All)> Count(Workplace? place, Caller caller, NpgsqlDataSource source, CancellationToken stop) =>
        (await source.Command($"SELECT count(*) FILTER (WHERE v.reply IS NULL)::int, count(*)::int FROM catalog.reviews v WHERE {About} AND {ListReviews.Shown}", Owner(place, caller), Shop(place))
            .List(r => (r.GetInt32(0), r.GetInt32(1)), stop)).Single();

    internal sealed record Line : ReviewLine
    {
        public Line(ReviewLine review, ReviewedProduct product) : base(review) => Product = product;

        /// <summary>What was bought.</summary>
        public ReviewedProduct Product { get; }
    }
}

/// <summary>What was bought, as it is called now.</summary>
internal sealed record ReviewedProduct(Guid Id, string Title, string Slug, string Kind, string? CoverUrl)
{
    internal static ReviewedProduct Read(NpgsqlDataReader r, int at) =>
        new(r.GetGuid(at), r.GetString(at + 1), r.GetString(at + 2), r.GetString(at + 3), MediaUrls.Cover(r.GetGuid(at), r.IsDBNull(at + 4) ? null : r.GetString(at + 4)));
}
