using System.Security.Cryptography;
using System.Text;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>
/// Paid places among results that were found without them: every fifth at most, labelled, only of what fits the same words and filters, never
/// above what was asked for by its name, and nothing twice on a page. Whose turn it is, chance decides: one that is the same for a visitor
/// all day, and equally kind to everybody.
/// </summary>
internal static class SponsoredPlaces
{
    public const string Search = "search", Home = "home", People = "people";
    public const int Every = 5;

    /// <summary>The step after the query of a list; a shop's own list has none.</summary>
    public static async Task<ListProducts.Reply> Into(ListProducts.Reply found, ListProducts.Query query, HttpContext http)
    {
        var clean = ListProducts.Clean(query);
        if (clean.Shop is not null || found.Data.Count < Every - 1) return found;
        return found with { Data = await Place(found.Data, Search, new ProductFilter(clean, clean.Q is null ? null : new Sought(clean.Q, null, [])), clean.Q, http) };
    }

    /// <summary>Among what is new on the front page.</summary>
    public static async Task<IReadOnlyList<ProductLine>> OnHome(IReadOnlyList<ProductLine> found, HttpContext http) =>
        found.Count < Every - 1 ? found : (await Place(found, Home, new ProductFilter(new ListProducts.Query(), null), null, http)).Take(found.Count).ToList();

    private static async Task<IReadOnlyList<ProductLine>> Place(IReadOnlyList<ProductLine> found, string place, ProductFilter filter, string? words, HttpContext http)
    {
        var services = http.RequestServices;
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        filter.Fixed.Add($"b.place = {filter.Parameter(place)} AND b.ends_at > {filter.Parameter(now)} AND {ShopVacation.Sql(filter.Parameter(now))} IS NOT TRUE");
        var boosted = await filter.Command(services.GetRequiredService<NpgsqlDataSource>(),
            $"""
            SELECT {ProductLine.Columns}, b.id
            FROM catalog.boosts b JOIN catalog.products p ON p.id = b.subject_id JOIN catalog.shops s ON s.id = p.shop_id
            WHERE b.state = 'active' AND b.subject_kind = 'product' AND {filter.Where}
            """).List(r => ProductLine.Read(r) with { Boost = r.GetGuid(ProductLine.Count) }, http.RequestAborted);
        if (boosted.Count == 0) return found;
        var turn = Turn(boosted, p => p.Boost!.Value, Seed(http, now)).DistinctBy(p => p.Shop.Id).ToList();
        var woven = Weave(found, turn, words);
        // What a program fetches by the API nobody has seen.
        if (!http.Request.Path.StartsWithSegments("/api")) await BoostTally.Seen(woven.Select(p => p.Boost).OfType<Guid>().ToList(), http);
        return woven;
    }

    /// <summary>Every fifth place for the next of those whose turn it is.</summary>
    /// <param name="words">What was searched for: nothing stands above a product of this very name.</param>
    internal static IReadOnlyList<ProductLine> Weave(IReadOnlyList<ProductLine> found, IReadOnlyList<ProductLine> boosted, string? words)
    {
        var organic = found.ToList();
        var lastExact = words is null ? -1 : organic.FindLastIndex(p => string.Equals(p.Title, words, StringComparison.OrdinalIgnoreCase));
        var waiting = boosted.ToList();
        var page = new List<ProductLine>();
        var next = 0;
        while (next < organic.Count)
        {
            // What stands higher by itself needs no place.
            if (page.Count % Every == Every - 1 && next > lastExact && waiting.Find(b => !page.Exists(p => p.Id == b.Id)) is { } sponsored)
            {
                waiting.Remove(sponsored);
                if (organic.FindIndex(next, p => p.Id == sponsored.Id) is >= 0 and var twin) organic.RemoveAt(twin);
                page.Add(sponsored);
            }
            else page.Add(organic[next++]);
        }

        return page;
    }

    /// <summary>By lot, the same for the same seed.</summary>
    internal static IEnumerable<T> Turn<T>(IEnumerable<T> all, Func<T, Guid> id, string seed) =>
        all.OrderBy(one => BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed} {id(one)}"))));

    internal static string Seed(HttpContext http, DateTimeOffset now) =>
        $"{BoostTally.Day(now):O} {http.RequestServices.GetRequiredService<Caller>().AccountOrNull?.ToString() ?? $"{http.Connection.RemoteIpAddress} {http.Request.Headers.UserAgent}"} {http.Request.Query["cursor"]}";
}

/// <summary>Somebody who paid to be found, at the end of a page of people.</summary>
internal sealed record SponsoredPerson(Guid Boost, string Name)
{
    /// <summary>Fills slot <c>people</c>, whose model is the accounts on the page.</summary>
    public static async Task<object?> Load(HttpContext http, object? model)
    {
        if (model is not IReadOnlyCollection<Guid> shown || shown.Count < SponsoredPlaces.Every - 1) return null;
        var services = http.RequestServices;
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        var running = await services.GetRequiredService<NpgsqlDataSource>().Command(
            "SELECT b.id, b.subject_id FROM catalog.boosts b WHERE b.state = 'active' AND b.place = $1 AND b.ends_at > $2 AND b.subject_id <> ALL ($3)", SponsoredPlaces.People, now, shown.ToArray())
            .List(r => (Boost: r.GetGuid(0), Account: r.GetGuid(1)), http.RequestAborted);
        if (running.Count == 0) return null;
        var (boost, account) = SponsoredPlaces.Turn(running, r => r.Boost, SponsoredPlaces.Seed(http, now)).First();
        if (!(await services.GetRequiredService<IUsers>().People([account], http.RequestAborted)).TryGetValue(account, out var person)) return null;
        await BoostTally.Seen([boost], http);
        return new SponsoredPerson(boost, person.DisplayName);
    }
}
