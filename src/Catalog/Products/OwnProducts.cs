using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>A seller's own products in every state, newest first.</summary>
internal static class OwnProducts
{
    public static readonly IReadOnlyList<string> States = [.. Enum.GetNames<ProductState>().Select(Naming.Snake)];

    /// <param name="q">Words of the title.</param>
    /// <param name="shop">Slug, for those who work in several shops; missing: their own, else the first that they joined.</param>
    /// <exception cref="Refused">422 <c>unknown_state</c>, 400 <c>cursor_invalid</c>.</exception>
    public static async Task<Page<OwnLine>> List(string? state, string? q, string? shop, string? cursor, int? limit, Caller caller, NpgsqlDataSource source, Cursors cursors, CancellationToken stop)
    {
        if (string.IsNullOrWhiteSpace(state)) state = null;
        if (state is not null && !States.Contains(state)) throw Refused.Invalid(new FieldError("/state", "unknown_state", $"One of: {string.Join(", ", States)}."));
        var words = Words.Typed(q);
        var take = Cursors.Limit(limit);
        var place = await ShopAccess.Choose(caller.Account, shop, ShopPermission.Products, source, stop);
        var filters = new { list = "own", place?.Id, state, words };
        var after = cursors.Read(cursor, filters);
        var rows = await source.Command(
            $"""
            SELECT {ProductLine.Columns}, p.created_at, v.note, v.given_at
            FROM catalog.products p JOIN catalog.shops s ON s.id = p.shop_id
            LEFT JOIN LATERAL (SELECT * FROM catalog.verdicts v WHERE v.product_id = p.id AND p.state = 'rejected' ORDER BY v.given_at DESC, v.id DESC LIMIT 1) v ON true
            WHERE s.id = $1::uuid AND ($2::text IS NULL AND p.state <> 'archived' OR p.state = $2)
              AND ($6::text IS NULL OR position(catalog.plain($6) IN p.title_plain) > 0)
              AND ($3::timestamptz IS NULL OR (p.created_at, p.id) < ($3, $4::uuid))
            ORDER BY p.created_at DESC, p.id DESC LIMIT $5
            """,
            place?.Id, state, after?[0].GetDateTimeOffset(), after?[1].GetGuid(), take + 1, words)
            .List(r => new OwnLine(
                ProductLine.Read(r), r.GetFieldValue<DateTimeOffset>(ProductLine.Count), r.IsDBNull(ProductLine.Count + 1) ? null : r.GetString(ProductLine.Count + 1)), stop);
        return cursors.Page(rows, take, filters, r => [r.CreatedAt, r.Id]);
    }

    /// <summary>How many there are in each state, and how many units were sold.</summary>
    public static async Task<Counts> Count(Guid shop, NpgsqlDataSource source, CancellationToken stop)
    {
        var states = await source.Command(
            """
            SELECT p.state, count(*)::int, coalesce(sum(p.sold_count), 0)::bigint
            FROM catalog.products p WHERE p.shop_id = $1 GROUP BY p.state
            """, shop).List(r => (State: r.GetString(0), Products: r.GetInt32(1), Sold: r.GetInt64(2)), stop);
        return new Counts(states.ToDictionary(s => s.State, s => s.Products, StringComparer.Ordinal), states.Sum(s => s.Sold));
    }

    internal sealed record Counts(IReadOnlyDictionary<string, int> States, long Sold)
    {
        public int this[string state] => States.GetValueOrDefault(state);

        /// <summary>All but the archived ones.</summary>
        public int All => States.Where(s => s.Key != "archived").Sum(s => s.Value);
    }
}

/// <summary>A product as its seller lists it.</summary>
internal sealed record OwnLine : ProductLine
{
    public OwnLine(ProductLine product, DateTimeOffset createdAt, string? note) : base(product) => (CreatedAt, Note, Sold) = (createdAt, note, product.SoldCount);

    public DateTimeOffset CreatedAt { get; }

    /// <summary>Why it was sent back.</summary>
    public string? Note { get; }

    public long Sold { get; }
}
