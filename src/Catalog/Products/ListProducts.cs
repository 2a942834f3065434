using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>
/// What is on sale: words, filters, a sort, keyset pages. One query; two more, forgiving typing errors in the title, only where the
/// words are nowhere on sale.
/// </summary>
internal static class ListProducts
{
    public const string Newest = "newest", Cheapest = "price_asc", Dearest = "price_desc", Bestselling = "bestselling", Relevance = "relevance";

    public static readonly IReadOnlyList<string> Sorts = [Relevance, Newest, Bestselling, Cheapest, Dearest];

    /// <summary>Prices are minor units of <paramref name="Currency"/> (EUR unless said); with one, only products in it are listed.</summary>
    /// <param name="Category">A shelf and those below it.</param>
    public sealed record Query(
        [property: FromQuery(Name = "q")] string? Q = null,
        [property: FromQuery(Name = "kind")] string? Kind = null,
        [property: FromQuery(Name = "category")] string? Category = null,
        [property: FromQuery(Name = "genre")] string? Genre = null,
        [property: FromQuery(Name = "key")] string? Key = null,
        [property: FromQuery(Name = "tag")] string? Tag = null,
        [property: FromQuery(Name = "tempo_min")] int? TempoMin = null,
        [property: FromQuery(Name = "tempo_max")] int? TempoMax = null,
        [property: FromQuery(Name = "price_min")] long? PriceMin = null,
        [property: FromQuery(Name = "price_max")] long? PriceMax = null,
        [property: FromQuery(Name = "free")] bool? Free = null,
        [property: FromQuery(Name = "licence")] string? Licence = null,
        [property: FromQuery(Name = "currency")] string? Currency = null,
        [property: FromQuery(Name = "shop")] string? Shop = null,
        [property: FromQuery(Name = "sort")] string? Sort = null);

    /// <summary>A page and, when asked for, the facets beside it.</summary>
    public sealed record Reply(
        IReadOnlyList<ProductLine> Data, bool HasMore, string? NextCursor, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Facets? Facets);

    /// <summary>For the API and the search page.</summary>
    /// <param name="peaks">With the loudness of each preview, which cards draw and the API does not tell: more bytes than all the rest.</param>
    /// <exception cref="Refused">422 for a filter that is not one, 400 <c>cursor_invalid</c>.</exception>
    public static async Task<Reply> Search(Query query, bool facets, string? cursor, int? limit, ProductKinds kinds, NpgsqlDataSource source, Cursors cursors, CancellationToken stop, bool peaks = true)
    {
        var filter = Clean(query);
        var (page, forgiving) = await Find(filter, peaks, cursor, limit, source, cursors, stop);
        return new Reply(page.Data, page.HasMore, page.NextCursor, facets ? await Facets.Count(filter, forgiving, kinds, source, stop) : null);
    }

    /// <summary>The list alone.</summary>
    /// <exception cref="Refused">As <see cref="Search"/>.</exception>
    public static async Task<Page<ProductLine>> Handle(Query query, string? cursor, int? limit, NpgsqlDataSource source, Cursors cursors, CancellationToken stop) =>
        (await Find(Clean(query), true, cursor, limit, source, cursors, stop)).Page;

    private static async Task<(Page<ProductLine> Page, bool Forgiving)> Find(Query filter, bool peaks, string? cursor, int? limit, NpgsqlDataSource source, Cursors cursors, CancellationToken stop)
    {
        var take = Cursors.Limit(limit);
        var after = cursors.Read(cursor, filter);
        // The first value of a cursor says whether the list forgives typing errors.
        var forgiving = after?[0].GetBoolean() ?? false;
        var rows = await Fetch(filter, forgiving, after, take, peaks, source, stop);
        if (rows.Count == 0 && after is null && filter.Q is { Length: >= 3 } words && !await IsOnSale(words, source, stop))
            rows = await Fetch(filter, forgiving = true, null, take, peaks, source, stop);
        return (cursors.Page(rows, take, filter, r => [forgiving, r.SortValue, r.Product.Id]).Map(r => r.Product), forgiving);
    }

    // Words decide this alone: with other filters they mean the same.
    private static Task<bool> IsOnSale(string words, NpgsqlDataSource source, CancellationToken stop) =>
        source.Command("SELECT EXISTS (SELECT 1 FROM catalog.products p WHERE p.state = 'active' AND p.search @@ catalog.search_query($1))", words).Scalar<bool>(stop);

    private static Query Clean(Query query)
    {
        var errors = new List<FieldError>();
        var words = Words.Typed(query.Q);
        string? key = null, genre = null;
        if (!string.IsNullOrWhiteSpace(query.Key) && !MusicalKeys.TryRead(query.Key, out key!)) errors.Add(new FieldError("/key", "unknown_key", "A key is a note and major or minor, like \"F# minor\"."));
        if (!string.IsNullOrWhiteSpace(query.Genre) && !Genres.TryRead(query.Genre, out genre!)) errors.Add(new FieldError("/genre", "unknown_genre", "Choose a genre of the list."));
        var licence = Words.Typed(query.Licence);
        if (licence is not null && !Enum.GetNames<Licence>().Select(Naming.Snake).Contains(licence)) errors.Add(new FieldError("/licence", "unknown_licence", "personal, commercial, custom or standard."));
        var sort = string.IsNullOrWhiteSpace(query.Sort) ? (words is null ? Newest : Relevance) : query.Sort;
        if (!Sorts.Contains(sort)) errors.Add(new FieldError("/sort", "unknown_sort", $"One of: {string.Join(", ", Sorts)}."));
        if (sort == Relevance && words is null) sort = Newest;
        var currency = string.IsNullOrWhiteSpace(query.Currency) ? null : query.Currency;
        if (currency is not null && !Kernel.Currency.TryOf(currency, out _)) errors.Add(new FieldError("/currency", "unknown_currency", "Not a currency of this market."));
        if (errors.Count > 0) throw Refused.Invalid([.. errors]);
        return query with
        {
            Q = words, Key = key, Genre = genre, Licence = licence, Sort = sort, Currency = currency, Free = query.Free == true ? true : null,
            Kind = Words.Typed(query.Kind), Category = Words.Typed(query.Category), Tag = Words.Typed(query.Tag)?.ToLowerInvariant(), Shop = Words.Typed(query.Shop),
        };
    }

    private static async Task<List<(ProductLine Product, object SortValue)>> Fetch(
        Query query, bool forgiving, JsonElement[]? after, int take, bool peaks, NpgsqlDataSource source, CancellationToken stop)
    {
        var filter = new ProductFilter(query, forgiving);
        var (column, descending) = query.Sort switch
        {
            Cheapest => ("p.price_from", false),
            Dearest => ("p.price_from", true),
            Bestselling => ("p.sold_count", true),
            Relevance => (filter.Rank, true),
            _ => ("p.published_at", true),
        };
        if (after is not null)
        {
            object value = query.Sort == Newest ? after[1].GetDateTimeOffset() : after[1].GetInt64();
            filter.Fixed.Add($"({column}, p.id) {(descending ? "<" : ">")} ({filter.Parameter(value)}, {filter.Parameter(after[2].GetGuid())})");
        }

        var direction = descending ? "DESC" : "ASC";
        return await filter.Command(source,
            $"""
            SELECT {(peaks ? ProductLine.Columns : ProductLine.WithoutPeaks)}, {column}
            FROM catalog.products p JOIN catalog.shops s ON s.id = p.shop_id {filter.Join}
            WHERE {filter.Where}
            ORDER BY {column} {direction}, p.id {direction}
            LIMIT {filter.Parameter(take + 1)}
            """).List(r => (ProductLine.Read(r), r.GetFieldType(ProductLine.Count) == typeof(DateTime) ? (object)r.GetFieldValue<DateTimeOffset>(ProductLine.Count) : r.GetInt64(ProductLine.Count)), stop);
    }
}

/// <summary>A product in a list.</summary>
internal record ProductLine(
    Guid Id, string Slug, string Kind, ProductState State, string Title, JsonElement Details, ProductShop Shop, Money? PriceFrom, int OfferCount,
    string? CoverUrl, string? PreviewUrl, DateTimeOffset? PublishedAt, [property: JsonIgnore] float[]? Peaks, [property: JsonIgnore] long SoldCount, int Version)
{
    internal const string Columns =
        """
        p.id, p.slug, p.kind, p.state, p.title, p.details::text, s.id, s.slug, s.name, p.price_from, p.currency,
               (SELECT count(*)::int FROM catalog.offers o WHERE o.product_id = p.id AND o.withdrawn_at IS NULL),
               p.cover_version, p.preview_version, p.published_at, p.peaks, p.sold_count, p.version
        """;

    internal static readonly string WithoutPeaks = Columns.Replace("p.peaks", "NULL::real[]", StringComparison.Ordinal);

    internal const int Count = 18;

    internal static ProductLine Read(NpgsqlDataReader r)
    {
        var id = r.GetGuid(0);
        return new ProductLine(
            id, r.GetString(1), r.GetString(2), Enum.Parse<ProductState>(r.GetString(3), true), r.GetString(4), JsonSerializer.Deserialize<JsonElement>(r.GetString(5)),
            new ProductShop(r.GetGuid(6), r.GetString(7), r.GetString(8)), r.IsDBNull(9) ? null : Money.Of(r.GetInt64(9), r.GetString(10)), r.GetInt32(11),
            MediaUrls.Cover(id, r.IsDBNull(12) ? null : r.GetString(12)), MediaUrls.Preview(id, r.IsDBNull(13) ? null : r.GetString(13)),
            r.IsDBNull(14) ? null : r.GetFieldValue<DateTimeOffset>(14), r.IsDBNull(15) ? null : r.GetFieldValue<float[]>(15), r.GetInt64(16), r.GetInt32(17));
    }

    /// <summary>As a card in a grid of covers.</summary>
    public ProductCardModel Card(ProductKinds kinds, IStringLocalizer words, bool eager = false) => new(
        $"/p/{Slug}", Title, Shop.Name, $"/shops/{Shop.Slug}", CoverUrl, PreviewUrl, Peaks is null ? null : Array.ConvertAll(Peaks, p => (double)p), PriceFrom, Kind,
        kinds[Kind].FactLine(Details, phrase => words[phrase]))
    {
        From = OfferCount > 1,
        Eager = eager,
    };
}
