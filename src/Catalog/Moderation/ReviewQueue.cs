using System.Text.Json.Serialization;
using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>What moderators work through.</summary>
internal static class ReviewQueue
{
    public const string Pending = "pending", Rejected = "rejected", All = "all";

    /// <summary>Waiting ones oldest first, the others newest first.</summary>
    /// <exception cref="Refused">422 <c>unknown_state</c>, 400 <c>cursor_invalid</c>.</exception>
    public static async Task<Page<Line>> List(string? state, string? cursor, int? limit, NpgsqlDataSource source, Cursors cursors, CancellationToken stop)
    {
        state = string.IsNullOrWhiteSpace(state) ? Pending : state;
        if (state is not (Pending or Rejected or All)) throw Refused.Invalid(new FieldError("/state", "unknown_state", "pending, rejected or all."));
        var take = Cursors.Limit(limit);
        var filters = new { list = "review", state };
        var after = cursors.Read(cursor, filters);
        var (where, column, way, than) = state switch
        {
            Pending => ("p.state = 'pending'", "p.pending_since", "ASC", ">"),
            Rejected => ("p.state = 'rejected'", "v.given_at", "DESC", "<"),
            _ => ("p.state <> 'draft'", "p.created_at", "DESC", "<"),
        };
        var rows = await source.Command(
            $"""
            SELECT {ProductLine.Columns}, {column}, s.trusted, s.completed_sales, v.verdict, v.note,
                   (SELECT count(*)::int FROM catalog.products other WHERE other.shop_id = s.id AND other.published_at IS NOT NULL)
            FROM catalog.products p JOIN catalog.shops s ON s.id = p.shop_id
            LEFT JOIN LATERAL (SELECT * FROM catalog.verdicts v WHERE v.product_id = p.id ORDER BY v.given_at DESC, v.id DESC LIMIT 1) v ON true
            WHERE {where} AND ($1::timestamptz IS NULL OR ({column}, p.id) {than} ($1, $2::uuid))
            ORDER BY {column} {way}, p.id {way} LIMIT $3
            """,
            after?[0].GetDateTimeOffset(), after?[1].GetGuid(), take + 1).List(Read, stop);
        return cursors.Page(rows, take, filters, r => [r.Since, r.Id]);
    }

    /// <summary>The one that waits longest and is not the caller's own, as this transaction leaves it.</summary>
    public static async Task<Guid?> Next(Guid caller, UnitOfWork work) =>
        (await work.Command(
            $"""
            SELECT p.id FROM catalog.products p JOIN catalog.shops s ON s.id = p.shop_id
            WHERE p.state = 'pending' AND NOT {ShopAccess.Sql("s", "$1", null)} ORDER BY p.pending_since, p.id LIMIT 1
            """, caller).List(r => (Guid?)r.GetGuid(0))).FirstOrDefault();

    /// <summary>How many there are of each.</summary>
    public static async Task<(int Pending, int Rejected)> Count(NpgsqlDataSource source, CancellationToken stop) =>
        (await source.Command("SELECT count(*) FILTER (WHERE state = 'pending')::int, count(*) FILTER (WHERE state = 'rejected')::int FROM catalog.products WHERE state IN ('pending', 'rejected')")
            .List(r => (r.GetInt32(0), r.GetInt32(1)), stop)).Single();

    private static Line Read(NpgsqlDataReader r) => new(
        ProductLine.Read(r), r.GetFieldValue<DateTimeOffset>(ProductLine.Count), r.GetBoolean(ProductLine.Count + 1), r.GetInt64(ProductLine.Count + 2),
        r.IsDBNull(ProductLine.Count + 3) ? null : Enum.Parse<VerdictKind>(r.GetString(ProductLine.Count + 3), true), r.IsDBNull(ProductLine.Count + 4) ? null : r.GetString(ProductLine.Count + 4),
        r.GetInt32(ProductLine.Count + 5));

    /// <summary>A product in the queue.</summary>
    internal sealed record Line : ProductLine
    {
        public Line(ProductLine product, DateTimeOffset since, bool trusted, long completed, VerdictKind? verdict, string? note, int published) : base(product) =>
            (Since, ShopIsTrusted, ShopCompletedSales, LastVerdict, LastNote, ShopPublished) = (since, trusted, completed, verdict, note, published);

        /// <summary>Since when it waits (or was sent back, or exists).</summary>
        public DateTimeOffset Since { get; }

        public bool ShopIsTrusted { get; }

        public long ShopCompletedSales { get; }

        /// <summary>How many of the shop were ever on sale.</summary>
        public int ShopPublished { get; }

        public VerdictKind? LastVerdict { get; }

        public string? LastNote { get; }

        [JsonIgnore]
        public bool IsAgain => LastVerdict == VerdictKind.Rejected;
    }
}
