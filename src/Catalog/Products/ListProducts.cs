using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>
/// What is on sale: words, filters, a sort, keyset pages. One query; a second one, forgiving typing errors in the title, only
/// where the words found nothing.
/// </summary>
internal static class ListProducts
{
    public const string Newest = "newest", Cheapest = "price_asc", Dearest = "price_desc", Bestselling = "bestselling", Relevance = "relevance";

    public static readonly IReadOnlyList<string> Sorts = [Relevance, Newest, Bestselling, Cheapest, Dearest];

    /// <summary>Prices are minor units; with one of them only products in <paramref name="Currency"/> (EUR unless said) are listed.</summary>
    public sealed record Query(
        [property: FromQuery(Name = "q")] string? Q = null,
        [property: FromQuery(Name = "kind")] string? Kind = null,
        [property: FromQuery(Name = "genre")] string? Genre = null,
        [property: FromQuery(Name = "key")] string? Key = null,
        [property: FromQuery(Name = "tag")] string? Tag = null,
        [property: FromQuery(Name = "tempo_min")] int? TempoMin = null,
        [property: FromQuery(Name = "tempo_max")] int? TempoMax = null,
        [property: FromQuery(Name = "price_min")] long? PriceMin = null,
        [property: FromQuery(Name = "price_max")] long? PriceMax = null,
        [property: FromQuery(Name = "currency")] string? Currency = null,
        [property: FromQuery(Name = "shop")] string? Shop = null,
        [property: FromQuery(Name = "sort")] string? Sort = null);

    /// <exception cref="Refused">422 for a filter that is not one, 400 <c>cursor_invalid</c>.</exception>
    public static async Task<Page<ProductLine>> Handle(Query query, string? cursor, int? limit, NpgsqlDataSource source, Cursors cursors, CancellationToken stop)
    {
        var take = Cursors.Limit(limit);
        var filter = Clean(query);
        var after = cursors.Read(cursor, filter);
        // The first value of a cursor says whether the list forgives typing errors.
        var forgiving = after?[0].GetBoolean() ?? false;
        var rows = await Fetch(filter, forgiving, after, take, source, stop);
        if (rows.Count == 0 && after is null && filter.Q is { Length: >= 3 })
            rows = await Fetch(filter, forgiving = true, null, take, source, stop);
        return cursors.Page(rows, take, filter, r => [forgiving, r.SortValue, r.Product.Id]).Map(r => r.Product);
    }

    private static Query Clean(Query query)
    {
        var errors = new List<FieldError>();
        var words = Words.Typed(query.Q);
        string? key = null, genre = null;
        if (!string.IsNullOrWhiteSpace(query.Key) && !MusicalKeys.TryRead(query.Key, out key!)) errors.Add(new FieldError("/key", "unknown_key", "A key is a note and major or minor, like \"F# minor\"."));
        if (!string.IsNullOrWhiteSpace(query.Genre) && !Genres.TryRead(query.Genre, out genre!)) errors.Add(new FieldError("/genre", "unknown_genre", "Choose a genre of the list."));
        var sort = string.IsNullOrWhiteSpace(query.Sort) ? (words is null ? Newest : Relevance) : query.Sort;
        if (!Sorts.Contains(sort)) errors.Add(new FieldError("/sort", "unknown_sort", $"One of: {string.Join(", ", Sorts)}."));
        if (sort == Relevance && words is null) sort = Newest;
        var priced = query.PriceMin is not null || query.PriceMax is not null;
        var currency = priced || !string.IsNullOrWhiteSpace(query.Currency) ? (string.IsNullOrWhiteSpace(query.Currency) ? "EUR" : query.Currency) : null;
        if (currency is not null && !Kernel.Currency.TryOf(currency, out _)) errors.Add(new FieldError("/currency", "unknown_currency", "Not a currency of this market."));
        if (errors.Count > 0) throw Refused.Invalid([.. errors]);
        return query with
        {
            Q = words, Key = key, Genre = genre, Sort = sort, Currency = currency,
            Kind = Words.Typed(query.Kind), Tag = Words.Typed(query.Tag)?.ToLowerInvariant(), Shop = Words.Typed(query.Shop),
        };
    }

    private static async Task<List<(ProductLine Product, object SortValue)>> Fetch(
        Query filter, bool forgiving, JsonElement[]? after, int take, NpgsqlDataSource source, CancellationToken stop)
    {
        var values = new List<object?>();
        string P(object? value)
        {
            values.Add(value);
            return "$" + values.Count.ToString(CultureInfo.InvariantCulture);
        }

        var where = new StringBuilder("p.state = 'active'");
        void And(string condition) => where.Append("\n  AND ").Append(condition);

        var (join, rank) = ("", "0::bigint");
        if (filter.Q is { } words)
        {
            var typed = P(words);
            if (forgiving)
            {
                join = $"JOIN catalog.titles_like({typed}) t ON t.product_id = p.id";
                rank = "t.likeness";
            }
            else
            {
                And($"p.search @@ catalog.search_query({typed})");
                rank = $"(ts_rank_cd(p.search, catalog.search_query({typed})) * 1000000)::bigint";
            }
        }

        if (filter.Kind is { } kind) And($"p.kind = {P(kind)}");
        if (filter.Genre is { } genre) And($"p.genre = {P(genre)}");
        if (filter.Key is { } key) And($"p.musical_key = {P(key)}");
        if (filter.Tag is { } tag) And($"p.tags @> ARRAY[{P(tag)}]");
        if (filter.TempoMin is { } slowest) And($"p.tempo >= {P(slowest)}");
        if (filter.TempoMax is { } fastest) And($"p.tempo <= {P(fastest)}");
        if (filter.Currency is { } currency) And($"p.currency = {P(currency)}");
        if (filter.PriceMin is { } lowest) And($"p.price_from >= {P(lowest)}");
        if (filter.PriceMax is { } highest) And($"p.price_from <= {P(highest)}");
        if (filter.Shop is { } shop) And($"p.shop_id = (SELECT id FROM catalog.shops WHERE slug = {P(shop)})");

        var (column, descending) = filter.Sort switch
        {
            Cheapest => ("p.price_from", false),
            Dearest => ("p.price_from", true),
            Bestselling => ("p.sold_count", true),
            Relevance => (rank, true),
            _ => ("p.published_at", true),
        };
        if (after is not null)
        {
            object value = filter.Sort == Newest ? after[1].GetDateTimeOffset() : after[1].GetInt64();
            And($"({column}, p.id) {(descending ? "<" : ">")} ({P(value)}, {P(after[2].GetGuid())})");
        }

        var direction = descending ? "DESC" : "ASC";
        return await source.Command(
            $"""
            SELECT {ProductLine.Columns}, {column}
            FROM catalog.products p JOIN catalog.shops s ON s.id = p.shop_id {join}
            WHERE {where}
            ORDER BY {column} {direction}, p.id {direction}
            LIMIT {P(take + 1)}
            """,
            [.. values]).List(r => (ProductLine.Read(r), r.GetFieldType(ProductLine.Count) == typeof(DateTime) ? (object)r.GetFieldValue<DateTimeOffset>(ProductLine.Count) : r.GetInt64(ProductLine.Count)), stop);
    }
}

/// <summary>A product in a list.</summary>
internal sealed record ProductLine(
    Guid Id, string Slug, string Kind, ProductState State, string Title, JsonElement Details, ProductShop Shop, Money? PriceFrom, int OfferCount,
    string? CoverUrl, string? PreviewUrl, DateTimeOffset? PublishedAt, [property: JsonIgnore] float[]? Peaks, [property: JsonIgnore] long SoldCount)
{
    internal const string Columns =
        """
        p.id, p.slug, p.kind, p.state, p.title, p.details::text, s.id, s.slug, s.name, p.price_from, p.currency,
               (SELECT count(*)::int FROM catalog.offers o WHERE o.product_id = p.id AND o.withdrawn_at IS NULL),
               p.cover_version, p.preview_version, p.published_at, p.peaks, p.sold_count
        """;

    internal const int Count = 17;

    internal static ProductLine Read(NpgsqlDataReader r)
    {
        var id = r.GetGuid(0);
        return new ProductLine(
            id, r.GetString(1), r.GetString(2), Enum.Parse<ProductState>(r.GetString(3), true), r.GetString(4), JsonSerializer.Deserialize<JsonElement>(r.GetString(5)),
            new ProductShop(r.GetGuid(6), r.GetString(7), r.GetString(8)), r.IsDBNull(9) ? null : Money.Of(r.GetInt64(9), r.GetString(10)), r.GetInt32(11),
            MediaUrls.Cover(id, r.IsDBNull(12) ? null : r.GetString(12)), MediaUrls.Preview(id, r.IsDBNull(13) ? null : r.GetString(13)),
            r.IsDBNull(14) ? null : r.GetFieldValue<DateTimeOffset>(14), r.IsDBNull(15) ? null : r.GetFieldValue<float[]>(15), r.GetInt64(16));
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
