using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>
/// What is on sale: words, filters, a sort, keyset pages. One query; one more for words, which may be a shop's name; two more, forgiving
/// typing errors, only where the words are nowhere on sale.
/// </summary>
internal static class ListProducts
{
    public const string Newest = "newest", Cheapest = "price_asc", Dearest = "price_desc", Bestselling = "bestselling", Relevance = "relevance", BestRated = "rating", Trending = "trending";

    public static readonly IReadOnlyList<string> Sorts = [Relevance, Newest, Trending, Bestselling, BestRated, Cheapest, Dearest];

    /// <summary>Stars that a list can ask for: so many or more.</summary>
    public static readonly IReadOnlyList<int> Ratings = [4, 3];

    /// <summary>Prices are minor units of <paramref name="Currency"/> (EUR unless said); with one, only products in it are listed.</summary>
    /// <param name="Category">A shelf and those below it.</param>
    /// <param name="Rating">Stars: 3 or 4, and more.</param>
    /// <param name="Attr">What one variant comes in: <c>colour:blue,size:xl</c>.</param>
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
        [property: FromQuery(Name = "rating")] int? Rating = null,
        [property: FromQuery(Name = "sort")] string? Sort = null,
        [property: FromQuery(Name = "attr")] string? Attr = null);

    /// <summary>A page and, when asked for, the facets beside it.</summary>
    /// <param name="Meant">The words whose results these are, where those that were typed find nothing.</param>
    public sealed record Reply(
        IReadOnlyList<ProductLine> Data, bool HasMore, string? NextCursor, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Facets? Facets,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Meant);

    /// <summary>For the API and the search page.</summary>
    /// <exception cref="Refused">422 for a filter that is not one, 400 <c>cursor_invalid</c>.</exception>
    public static async Task<Reply> Search(Query query, bool facets, string? cursor, int? limit, ProductKinds kinds, NpgsqlDataSource source, Cursors cursors, CancellationToken stop)
    {
        var filter = Clean(query);
        var (page, sought, meant) = await Find(filter, cursor, limit, source, cursors, stop);
        return new Reply(page.Data, page.HasMore, page.NextCursor, facets ? await WithAttributes(await Facets.Count(filter, sought, kinds, source, stop), filter, sought, source, stop) : null, meant);
    }

    // Only things have variants: most searches need not ask.
    private static async Task<Facets> WithAttributes(Facets facets, Query filter, Sought? sought, NpgsqlDataSource source, CancellationToken stop) =>
        filter.Attr is null && !facets.Kind.Any(k => k.Value == "physical" && k.Count > 0)
            ? facets
            : facets with { Attributes = await AttributeFacets.Count(filter.Attr, new ProductFilter(filter with { Attr = null }, sought), source, stop) };

    /// <summary>The list alone.</summary>
    /// <exception cref="Refused">As <see cref="Search"/>.</exception>
    public static async Task<Page<ProductLine>> Handle(Query query, string? cursor, int? limit, NpgsqlDataSource source, Cursors cursors, CancellationToken stop) =>
        (await Find(Clean(query), cursor, limit, source, cursors, stop)).Page;

    /// <summary>The beginnings of several lists without words. One round trip.</summary>
    public static async Task<IReadOnlyList<IReadOnlyList<ProductLine>>> Shelves(IReadOnlyList<(Query Query, int Most)> wanted, NpgsqlDataSource source, CancellationToken stop)
    {
        await using var batch = source.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Plans.Once));
        foreach (var (query, most) in wanted)
        {
            var clean = Clean(query);
            var filter = new ProductFilter(clean, null);
            batch.BatchCommands.Add(filter.Batched(Statement(clean, filter, null, most)));
        }

        await using var reader = await batch.ExecuteReaderAsync(stop);
        var shelves = new List<IReadOnlyList<ProductLine>>();
        while (await reader.NextResultAsync(stop))
        {
            var shelf = new List<ProductLine>();
            while (await reader.ReadAsync(stop)) shelf.Add(ProductLine.Read(reader));
            shelves.Add(shelf);
        }

        return shelves;
    }

    private static async Task<(Page<ProductLine> Page, Sought? Sought, string? Meant)> Find(Query filter, string? cursor, int? limit, NpgsqlDataSource source, Cursors cursors, CancellationToken stop)
    {
        var take = Cursors.Limit(limit);
        var after = cursors.Read(cursor, filter);
        // The first two values of a cursor say what is looked for in place of the words, and how to say it.
        var meant = after?[1].GetString();
        var sought = filter.Q is null ? null : await Seek.Words(filter.Q, after?[0].GetString(), meant, source, stop);
        var rows = await Fetch(filter, sought, after, take, source, stop);
        if (rows.Count == 0 && after is null && sought is { Shops.Length: 0 } && await Seek.Forgive(sought, source, stop) is { } forgiven)
        {
            (sought, meant) = forgiven;
            rows = await Fetch(filter, sought, null, take, source, stop);
        }

        return (cursors.Page(rows, take, filter, r => [sought?.Forgiven!, meant!, r.SortValue, r.Product.Id]).Map(r => r.Product), sought, rows.Count > 0 ? meant : null);
    }

    /// <exception cref="Refused">422 for a filter that is not one.</exception>
    internal static Query Clean(Query query)
    {
        var errors = new List<FieldError>();
        var words = Words.Typed(query.Q);
        string? key = null, genre = null;
        if (!string.IsNullOrWhiteSpace(query.Key) && !MusicalKeys.TryRead(query.Key, out key!)) errors.Add(new FieldError("/key", "unknown_key", "A key is a note and major or minor, like \"F# minor\"."));
        if (!string.IsNullOrWhiteSpace(query.Genre) && !Genres.TryRead(query.Genre, out genre!)) errors.Add(new FieldError("/genre", "unknown_genre", "Choose a genre of the list."));
        var licence = Words.Typed(query.Licence);
        if (licence is not null && !Enum.GetNames<Licence>().Select(Naming.Snake).Contains(licence)) errors.Add(new FieldError("/licence", "unknown_licence", "personal, commercial, custom, exclusive or standard."));
        var sort = string.IsNullOrWhiteSpace(query.Sort) ? (words is null ? Newest : Relevance) : query.Sort;
        if (!Sorts.Contains(sort)) errors.Add(new FieldError("/sort", "unknown_sort", $"One of: {string.Join(", ", Sorts)}."));
        if (sort == Relevance && words is null) sort = Newest;
        var currency = string.IsNullOrWhiteSpace(query.Currency) ? null : query.Currency;
        if (currency is not null && !Kernel.Currency.TryOf(currency, out _)) errors.Add(new FieldError("/currency", "unknown_currency", "Not a currency of this market."));
        if (query.Rating is { } rating && !Ratings.Contains(rating)) errors.Add(new FieldError("/rating", "unknown_rating", "3 or 4."));
        if (errors.Count > 0) throw Refused.Invalid([.. errors]);
        return query with
        {
            Q = words, Key = key, Genre = genre, Licence = licence, Sort = sort, Currency = currency, Free = query.Free == true ? true : null, Attr = AttributeFacets.Clean(query.Attr),
            Kind = Words.Typed(query.Kind), Category = Words.Typed(query.Category), Tag = Words.Typed(query.Tag)?.ToLowerInvariant(), Shop = Words.Typed(query.Shop),
        };
    }

    private static async Task<List<(ProductLine Product, object SortValue)>> Fetch(
        Query query, Sought? sought, JsonElement[]? after, int take, NpgsqlDataSource source, CancellationToken stop)
    {
        var filter = new ProductFilter(query, sought);
        var sql = Statement(query, filter, after, take + 1);
        (ProductLine, object) Row(NpgsqlDataReader r) => (ProductLine.Read(r), r.GetFieldType(ProductLine.Count) == typeof(DateTime) ? r.GetFieldValue<DateTimeOffset>(ProductLine.Count) : Convert.ToInt64(r.GetValue(ProductLine.Count), CultureInfo.InvariantCulture));
        return filter.IsPlain(query.Sort!) ? await filter.Command(source, sql).List(Row, stop) : await filter.List(source, sql, Row, stop);
    }

    private static string Statement(Query query, ProductFilter filter, JsonElement[]? after, int rows)
    {
        var (column, direction) = query.Sort switch
        {
            Cheapest => ("p.price_from", "ASC"),
            Dearest => ("p.price_from", "DESC"),
            Bestselling => ("p.sold_count", "DESC"),
            BestRated => ("p.rating_rank", "DESC"),
            Trending => ("p.trend_score", "DESC"),
            Relevance => ("found.fit", "DESC"),
            _ => ("p.published_at", "DESC"),
        };
        string After(string value) => after is null
            ? "true"
            : $"({value}, p.id) {(direction == "DESC" ? "<" : ">")} ({filter.Parameter(query.Sort == Newest ? after[2].GetDateTimeOffset() : after[2].GetInt64())}, {filter.Parameter(after[3].GetGuid())})";
        // Said as a number: a plan that serves any limit expects a tenth of the table, costs more than one made anew, and so one is made anew each time.
        var most = rows.ToString(CultureInfo.InvariantCulture);
        var columns = $"SELECT {ProductLine.Columns}, {column} FROM";
        return query.Sort == Relevance
            ? $"""
              WITH found AS MATERIALIZED (
                SELECT p.id, fits.fit FROM ({Candidates(filter)}) candidate JOIN catalog.products p USING (id)
                CROSS JOIN LATERAL (SELECT {Fit(filter)} AS fit OFFSET 0) fits
                WHERE {After("fits.fit")} ORDER BY fits.fit DESC, p.id DESC LIMIT {most})
              {columns} found JOIN catalog.products p ON p.id = found.id JOIN catalog.shops s ON s.id = p.shop_id
              ORDER BY found.fit DESC, p.id DESC
              """
            : $"""
              {columns} catalog.products p JOIN catalog.shops s ON s.id = p.shop_id
              WHERE {filter.Where} AND {After(column)}
              ORDER BY {column} {direction}, p.id {direction} LIMIT {most}
              """;
    }

    /// <summary>What may stand first by relevance: titles that are the words, a thousand titles that have them, the bestselling thousand of all that has them. Where there are more, the rest has no place in this order.</summary>
    private static string Candidates(ProductFilter filter) =>
        $"""
        (SELECT p.id FROM catalog.products p WHERE {filter.Where} AND p.title_plain = catalog.plain({filter.Typed}) LIMIT 100)
        UNION (SELECT p.id FROM catalog.products p WHERE {filter.Where.Replace(filter.Worded!, $"p.titled @@ {filter.Words}", StringComparison.Ordinal)} LIMIT {FacetCounts.Bound})
        UNION (SELECT p.id FROM catalog.products p WHERE {filter.Where} ORDER BY p.sold_count DESC, p.id DESC LIMIT {FacetCounts.Bound + 1})
        """;

    private static string Fit(ProductFilter filter) =>
        $"CASE WHEN p.title_plain = catalog.plain({filter.Typed}) THEN 1000000000 ELSE 0 END + (ts_rank_cd(p.search, {filter.Words}) * 1000000)::bigint";
}

/// <summary>A product in a list.</summary>
internal record ProductLine(
    Guid Id, string Slug, string Kind, ProductState State, string Title, JsonElement Details, ProductShop Shop, Money? PriceFrom, int OfferCount,
    string? CoverUrl, string? PreviewUrl, DateTimeOffset? PublishedAt, [property: JsonIgnore] string? Bars, [property: JsonIgnore] long SoldCount, int Version)
{
    /// <summary>The boost that paid for its place on this page; its address counts who opens it.</summary>
    [JsonIgnore]
    public Guid? Boost { get; init; }

    /// <summary>Its place on this page is paid for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Sponsored => Boost is not null;

    /// <summary>Nothing of it is left to buy just now.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool SoldOut { get; init; }

    internal const string Columns =
        """
        p.id, p.slug, p.kind, p.state, p.title, p.details::text, s.id, s.slug, s.name, p.price_from, p.currency,
               (SELECT count(*)::int FROM catalog.offers o WHERE o.product_id = p.id AND o.withdrawn_at IS NULL),
               p.cover_version, p.preview_version, p.published_at, p.bars, p.sold_count, p.version, p.sold_out
        """;

    internal const int Count = 19;

    internal static ProductLine Read(NpgsqlDataReader r)
    {
        var id = r.GetGuid(0);
        return new ProductLine(
            id, r.GetString(1), r.GetString(2), Enum.Parse<ProductState>(r.GetString(3), true), r.GetString(4), JsonSerializer.Deserialize<JsonElement>(r.GetString(5)),
            new ProductShop(r.GetGuid(6), r.GetString(7), r.GetString(8)), r.IsDBNull(9) ? null : Money.Of(r.GetInt64(9), r.GetString(10)), r.GetInt32(11),
            MediaUrls.Cover(id, r.IsDBNull(12) ? null : r.GetString(12)), MediaUrls.Preview(id, r.IsDBNull(13) ? null : r.GetString(13)),
            r.IsDBNull(14) ? null : r.GetFieldValue<DateTimeOffset>(14), r.IsDBNull(15) ? null : r.GetString(15), r.GetInt64(16), r.GetInt32(17)) { SoldOut = r.GetBoolean(18) };
    }

    /// <summary>As a card in a grid of covers.</summary>
    public ProductCardModel Card(ProductKinds kinds, IStringLocalizer words, bool eager = false) => new(
        Boost is { } boost ? $"/go/{boost}" : $"/p/{Slug}", Title, Shop.Name, $"/shops/{Shop.Slug}", CoverUrl, PreviewUrl, Bars, PriceFrom, Kind,
        kinds[Kind].FactLine(Details, phrase => words[phrase]))
    {
        From = OfferCount > 1,
        SoldOut = SoldOut,
        Sponsored = Sponsored,
        Eager = eager,
    };
}
