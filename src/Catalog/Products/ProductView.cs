using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Kernel;
using Marketplace.Users;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>A product as the API and its page show it.</summary>
/// <param name="Peaks">Loudness of the preview, 200 values from 0 to 1.</param>
/// <param name="Category">From the root of the tree to its shelf.</param>
/// <param name="Contents">The files inside an archive, so many as are worth reading.</param>
/// <param name="Files">For its seller and for moderators only.</param>
/// <param name="Missing">As files: what is missing before it can be published.</param>
/// <param name="Verdicts">As files: what moderators decided, newest first.</param>
/// <param name="PendingSince">As files: since when it waits for a moderator.</param>
/// <param name="Change">As files: what its seller wants different and buyers do not see yet (open), or what was sent back last (rejected).</param>
internal sealed record ProductView(
    Guid Id, string Slug, string Kind, ProductState State, string Title, string Description, JsonElement Details, IReadOnlyList<string> Tags, IReadOnlyList<CategoryStep> Category,
    ProductShop Shop, IReadOnlyList<OfferView> Offers, string? CoverUrl, string? PreviewUrl, float[]? Peaks, bool PreviewMade,
    DateTimeOffset CreatedAt, DateTimeOffset? PublishedAt, int Version, IReadOnlyList<string>? Contents,
    IReadOnlyList<FileView>? Files, IReadOnlyList<Missing>? Missing, IReadOnlyList<VerdictView>? Verdicts, DateTimeOffset? PendingSince, ChangeView? Change)
{
    private static readonly JsonSerializerOptions Nested = JsonStyle.Options;

    /// <summary>Nothing of it is left to buy just now.</summary>
    public bool SoldOut { get; init; }

    /// <summary>For its page; the API has lists of its own for both.</summary>
    [JsonIgnore]
    public Rating Rating { get; init; } = Rating.None;

    /// <summary>In the seller's order.</summary>
    [JsonIgnore]
    public IReadOnlyList<ImageView> Images { get; init; } = [];

    /// <summary>Another one whenever any of this is: what is left of it changes without its version.</summary>
    [JsonIgnore]
    public string Tag => $"{Version}.{(Files is null ? "buyer" : "seller")}.{string.Join('-', Offers.Select(o => o.Available))}";

    /// <summary>As it will be when the transaction is committed. Two queries.</summary>
    public static async Task<ProductView> Own(Product product, UnitOfWork work, ProductKinds kinds)
    {
        await work.Flush();
        return (await work.Command(Select("true") + " WHERE p.id = $1", product.Id).List(r => Row(r, kinds))).Single().Product;
    }

    /// <summary>By its address; what is not on sale for those who work on it only. Null: not there, and it may have moved. One query.</summary>
    public static async Task<(ProductView Product, Guid Seller)?> Find(string slug, Caller caller, NpgsqlDataSource source, ProductKinds kinds, CancellationToken stop) =>
        (caller.AccountOrNull is { } account
            ? await Rows(source.Command(OfAnyone, slug, account), kinds, stop)
            : await Rows(source.Command(OfVisitors, slug), kinds, stop)).Cast<(ProductView, Guid)?>().SingleOrDefault();

    /// <summary>One of a shop in which the caller works. One query.</summary>
    /// <exception cref="Refused">404.</exception>
    public static async Task<ProductView> Mine(Guid id, Caller caller, NpgsqlDataSource source, ProductKinds kinds, CancellationToken stop) =>
        One(await Rows(source.Command($"{Select(Worker)} WHERE p.id = $1 AND {Worker}", id, caller.Account), kinds, stop)).Product;

    /// <summary>Many of the caller's own, in no order. One query; joins the transaction when one is open.</summary>
    public static async Task<IReadOnlyDictionary<Guid, ProductView>> Own(IReadOnlyCollection<Guid> ids, Caller caller, UnitOfWork work, NpgsqlDataSource source, ProductKinds kinds, CancellationToken stop)
    {
        var sql = $"{Select(Worker)} WHERE p.id = ANY ($1) AND {Worker}";
        object[] parameters = [ids.ToArray(), caller.Account];
        return (await (work.IsOpen ? work.Command(sql, parameters) : source.Command(sql, parameters)).List(r => Row(r, kinds).Product, stop)).ToDictionary(p => p.Id);
    }

    /// <summary>Any product with all that a moderator must judge. One query.</summary>
    /// <exception cref="Refused">404.</exception>
    public static async Task<(ProductView Product, Guid Seller)> ForModerators(Guid id, Caller caller, NpgsqlDataSource source, ProductKinds kinds, CancellationToken stop)
    {
        caller.MustHave(Rights.Moderation);
        return One(await Rows(source.Command(Select("true") + " WHERE p.id = $1", id), kinds, stop));
    }

    /// <summary>As it will be once its open change is approved: where its seller goes on editing.</summary>
    public ProductView AsProposed() => Change is not { State: ChangeState.Open } change ? this : this with
    {
        Title = change.Title ?? Title, Description = change.Description ?? Description, Tags = change.Tags ?? Tags, Details = change.Details ?? Details,
        Category = change.Category is { } slug ? [.. Category, new CategoryStep(slug, slug)] : Category,
        Offers = change.Offers is not { } offers ? Offers
            : [.. offers.Select(o => new OfferView(Guid.Empty, o.Licence, o.Name ?? "", o.Terms ?? "", o.Price, o.NamesPrice, o.Option, o.Details ?? OfferLine.NoDetails))],
    };

    // Whoever works on the products of its shop sees what its owner does.
    private static readonly string Worker = ShopAccess.Sql("s", "$2", ShopPermission.Products);

    private static readonly string OfVisitors = Select("false") + " WHERE p.slug = $1 AND p.state = 'active'", OfAnyone = $"{Select(Worker)} WHERE p.slug = $1 AND (p.state = 'active' OR {Worker})";

    // Who may look inside stands in the statement, not in its values: one plan then serves everybody, where otherwise the visitor's would be made anew each time.
    private static string Select(string insider) =>
        $"""
        SELECT p.id, p.slug, p.kind, p.state, p.title, p.description, p.details::text, p.tags, s.id, s.slug, s.name, s.owner_id, p.currency,
               p.cover_version, p.preview_version, p.peaks, p.preview_made, p.created_at, p.published_at, p.version,
               (SELECT coalesce(json_agg(json_build_object('id', o.id, 'licence', o.licence, 'name', o.name, 'terms', o.terms, 'names_price', o.names_price, 'option', o.option, 'details', o.details,
                                                           'available', coalesce(k.on_hand - k.reserved, CASE o.licence WHEN 'exclusive' THEN 1 END),
                                                           'price', json_build_object('amount', o.price_amount, 'currency', o.currency)) ORDER BY o.position), '[]')
                FROM catalog.offers o LEFT JOIN catalog.stock k ON k.offer_id = o.id WHERE o.product_id = p.id AND o.withdrawn_at IS NULL)::text,
               (SELECT json_agg(json_build_object('slug', step.slug, 'name', step.name) ORDER BY cardinality(step.path))
                FROM catalog.categories shelf JOIN catalog.categories step ON step.slug = ANY (shelf.path) WHERE shelf.slug = p.category)::text,
               CASE WHEN p.kind IN ('kit', 'digital') THEN
                 (SELECT array_agg(c.name) FROM (SELECT unnest(f.contents) AS name FROM catalog.product_files f
                  WHERE f.product_id = p.id AND f.withdrawn_at IS NULL AND f.contents IS NOT NULL ORDER BY f.position LIMIT 300) c) END,
               inside.files, inside.verdicts, p.pending_since, s.away_from, s.away_until, s.away_message, inside.change, p.sold_out,
               (SELECT json_build_object('average', t.average, 'count', t.count, 'stars', json_build_array(t.one, t.two, t.three, t.four, t.five))
                FROM catalog.ratings t WHERE t.subject_kind = 'product' AND t.subject_id = p.id)::text,
               (SELECT json_agg(json_build_object('id', i.id, 'url', '/media/images/' || i.id || '/' || i.version, 'width', i.width, 'height', i.height, 'alt', i.alt) ORDER BY i.position, i.id)
                FROM catalog.product_images i WHERE i.product_id = p.id)::text
        FROM catalog.products p JOIN catalog.shops s ON s.id = p.shop_id
        LEFT JOIN LATERAL (
          SELECT (SELECT coalesce(json_agg(json_build_object('id', f.id, 'file_name', f.file_name, 'content_type', f.content_type, 'size', f.size,
                                                             'sha256', encode(f.sha256, 'hex')) ORDER BY f.position), '[]')
                  FROM catalog.product_files f WHERE f.product_id = p.id AND f.withdrawn_at IS NULL)::text AS files,
                 (SELECT coalesce(json_agg(json_build_object('verdict', v.verdict, 'note', v.note, 'at', v.given_at) ORDER BY v.given_at DESC, v.id DESC), '[]')
                  FROM catalog.verdicts v WHERE v.product_id = p.id)::text AS verdicts,
                 (SELECT CASE WHEN c.state IN ('open', 'rejected') THEN json_build_object('id', c.id, 'state', c.state, 'proposed_at', c.proposed_at, 'note', c.note, 'proposal', c.proposal) END
                  FROM catalog.product_changes c WHERE c.product_id = p.id ORDER BY c.proposed_at DESC, c.id DESC LIMIT 1)::text AS change
          ) inside ON {insider}
        """;

    private static (ProductView Product, Guid Seller) One(List<(ProductView, Guid)> found) => found.Count == 1 ? found[0] : throw Refused.NotFound();

    private static Task<List<(ProductView Product, Guid Seller)>> Rows(NpgsqlCommand command, ProductKinds kinds, CancellationToken stop) => command.List(r => Row(r, kinds), stop);

    private static (ProductView Product, Guid Seller) Row(NpgsqlDataReader r, ProductKinds kinds)
    {
        var id = r.GetGuid(0);
        var details = JsonSerializer.Deserialize<JsonElement>(r.GetString(6));
        var offers = Json<List<OfferView>>(r, 20)!;
        var files = Json<List<FileView>>(r, 23);
        var (cover, preview) = (r.IsDBNull(13) ? null : r.GetString(13), r.IsDBNull(14) ? null : r.GetString(14));
        return (new ProductView(
            id, r.GetString(1), r.GetString(2), Enum.Parse<ProductState>(r.GetString(3), true), r.GetString(4), r.GetString(5), details, r.GetFieldValue<string[]>(7), Json<List<CategoryStep>>(r, 21)!,
            new ProductShop(r.GetGuid(8), r.GetString(9), r.GetString(10)) { Currency = Currency.Of(r.GetString(12)), Vacation = r.IsDBNull(26) ? null : new ShopVacation(r.GetFieldValue<DateTimeOffset>(26), Time(r, 27), r.GetString(28)) }, offers, MediaUrls.Cover(id, cover), MediaUrls.Preview(id, preview),
            r.IsDBNull(15) ? null : r.GetFieldValue<float[]>(15), r.GetBoolean(16), r.GetFieldValue<DateTimeOffset>(17), Time(r, 18), r.GetInt32(19),
            r.IsDBNull(22) ? null : r.GetFieldValue<string[]>(22), files,
            files is null ? null : kinds[r.GetString(2)].Missing(new Readiness(details, [.. offers.Select(o => o.Details)], files.Count > 0, cover is not null, preview is not null)).ToList(),
            Json<List<VerdictView>>(r, 24), files is null ? null : Time(r, 25), Json<ChangeView.Row>(r, 29) is { } change ? ChangeView.Of(id, change, files!) : null)
            {
                SoldOut = r.GetBoolean(30), Rating = Json<Rating>(r, 31) ?? Rating.None, Images = Json<List<ImageView>>(r, 32) ?? [],
            }, r.GetGuid(11));
    }

    private static T? Json<T>(NpgsqlDataReader r, int column) where T : class => r.IsDBNull(column) ? null : JsonSerializer.Deserialize<T>(r.GetString(column), Nested);

    private static DateTimeOffset? Time(NpgsqlDataReader r, int column) => r.IsDBNull(column) ? null : r.GetFieldValue<DateTimeOffset>(column);
}
