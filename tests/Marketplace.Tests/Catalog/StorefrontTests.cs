using System.Text.Json;
using System.Xml.Linq;
using Marketplace.Catalog;
using Marketplace.Tests.Users;
using Marketplace.Users;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Catalog;

/// <summary>What search engines, feed readers and those who share a page are told; and that a suspended seller is nowhere in it.</summary>
public sealed class StorefrontTests : MarketTest
{
    [Fact]
    public async Task Public_pages_say_once_what_they_are_and_their_linked_data_reads()
    {
        var seller = await Market.SignUp("Nova");
        var shop = await seller.OpenShop();
        var beat = await seller.PublishBeat(title: "Hook </script><script>alert(1)</script>");
        (await seller.SendPicture(shop.Slug, "logo")).Must();
        using var visitor = Market.Visitor();
        foreach (var (path, type) in new[] { ("/", "website"), ("/shops", "website"), ($"/shops/{shop.Slug}", "profile"), ($"/p/{beat.Slug}", "product"), ("/c/beats", "website"), ("/search", "website"), ("/tags", "website"), ("/tags/test", "website"), ("/genres/trap", "website") })
        {
            var page = (await visitor.Get(path + "?utm=x")).Must().Html;
            foreach (var one in new[] { "title", "meta[name=description]", "link[rel=canonical]", "meta[property='og:title']", "meta[property='og:url']", "meta[property='og:type']", "meta[name='twitter:card']" })
                page.Head!.QuerySelectorAll(one).Length.ShouldBe(1, $"{path}: {one}");
            var canonical = page.QuerySelector("link[rel=canonical]")!.GetAttribute("href")!;
            new Uri(canonical).PathAndQuery.ShouldBe(path);
            page.QuerySelector("meta[property='og:url']")!.GetAttribute("content").ShouldBe(canonical);
            page.QuerySelector("meta[property='og:type']")!.GetAttribute("content").ShouldBe(type);
        }

        // Words and a kind are a page of their own; an order, a filter and a cursor are views of it.
        new Uri((await visitor.Get("/search?q=night&kind=beat&sort=price_asc&key=C%20major&utm=x")).Must().Html.QuerySelector("link[rel=canonical]")!.GetAttribute("href")!).PathAndQuery.ShouldBe("/search?q=night&kind=beat");

        List<JsonElement> Data(string path) => [.. visitor.Get(path).Result.Must().Html.QuerySelectorAll("script[type='application/ld+json']").Select(s => JsonSerializer.Deserialize<JsonElement>(s.TextContent))];
        var product = Data($"/p/{beat.Slug}");
        product.Select(d => d.GetProperty("@type").GetString()).ShouldBe(["Product", "BreadcrumbList"]);
        product[0].GetProperty("name").GetString().ShouldBe(beat.Title);
        product[0].GetProperty("offers")[0].GetProperty("price").GetString().ShouldBe("29.99");
        product[0].GetProperty("offers")[0].GetProperty("availability").GetString().ShouldBe("https://schema.org/InStock");
        product[0].TryGetProperty("aggregateRating", out _).ShouldBeFalse();
        product[1].GetProperty("itemListElement").EnumerateArray().Last().GetProperty("name").GetString().ShouldBe(beat.Title);
        Data($"/shops/{shop.Slug}").Select(d => d.GetProperty("@type").GetString()).ShouldBe(["Store", "BreadcrumbList"]);
        (await visitor.Get($"/p/{beat.Slug}")).Html.QuerySelector("meta[property='og:image']")!.GetAttribute("content").ShouldStartWith("http");

        var linked = Market.Services.GetRequiredService<LinkedData>();
        var view = (await seller.Visitor.Get($"/api/v1/products/{beat.Slug}")).Must().Read<ProductView>();
        JsonSerializer.Deserialize<JsonElement>(linked.Product(view with { Rating = new Rating(4.5m, 12, [0, 0, 0, 6, 6]) }, "x", false)).GetProperty("aggregateRating").GetProperty("reviewCount").GetInt32().ShouldBe(12);
    }

    [Fact]
    public async Task The_sitemap_names_in_parts_all_that_is_on_sale_and_nothing_else()
    {
        await using var market = await OwnMarket.Open(adjust: services => services.AddSingleton(new SitemapSize(2)));
        var (seller, empty) = (await market.SignUp("Nova"), await market.SignUp("Empty"));
        var shop = await seller.OpenShop();
        await empty.OpenShop();
        var beats = new List<PublishedBeat>();
        for (var i = 0; i < 5; i++) beats.Add(await seller.PublishBeat());
        await seller.DraftBeat();
        (await seller.Visitor.Post($"/api/v1/products/{beats[4].Product}/pause")).Must();

        using var visitor = market.Visitor();
        var robots = (await visitor.Get("/robots.txt")).Must().Text;
        robots.ShouldContain("Disallow: /admin");
        (await visitor.Get(new Uri(robots.Split('\n').Single(l => l.StartsWith("Sitemap: ", StringComparison.Ordinal))[9..]).PathAndQuery)).Must();
        var all = await Sitemaps.All(visitor);
        all.Parts.ShouldBe(4);      // two of products, one of shops, one of categories
        all.Paths.Order().ShouldBe(beats.Take(4).Select(b => $"/p/{b.Slug}").Concat([$"/shops/{shop.Slug}", "/c/music", "/c/producers", "/c/beats"]).Order());
        all.Changed.ShouldBeGreaterThanOrEqualTo(5);
        (await visitor.Get("/sitemap/secrets/00000000-0000-0000-0000-000000000000.xml")).Must(404);

        var feed = XDocument.Parse((await visitor.Get($"/shops/{shop.Slug}/feed.xml")).Must().Text);
        XNamespace atom = "http://www.w3.org/2005/Atom";
        feed.Root!.Elements(atom + "entry").Select(e => e.Element(atom + "title")!.Value).ShouldBe(beats.Take(4).Select(b => b.Title), ignoreOrder: true);     // published at one moment
    }

    [Fact]
    public async Task A_suspended_seller_is_in_no_public_list_and_comes_back_with_all()
    {
        await using var market = await OwnMarket.Open();
        var (staff, seller, member, buyer) = (await market.Staff(Rights.People), await market.SignUp("Nova"), await market.SignUp("Edda"), await market.SignUp());
        var name = "Harbour Lights";
        var shop = await seller.OpenShop(name);
        var (beat, other) = (await seller.PublishBeat("Quiet Harbour"), await seller.PublishBeat("Loud Harbour"));
        await market.SetTier(seller.Account, SellerTier.Premium);
        (await seller.Visitor.Put($"/api/v1/products/{beat.Product}/featured")).Must();
        (await seller.SendPicture(shop.Slug, "logo")).Must();
        (await seller.Visitor.Put($"/api/v1/shops/{shop.Slug}/address", new { slug = "harbour" })).Must();
        (await seller.Visitor.Put($"/api/v1/products/{other.Product}/address", new { slug = "loud" })).Must();
        await market.Join(seller, "harbour", member, "editor");
        var logo = (await buyer.Visitor.Get("/api/v1/shops/harbour")).Must().Json.GetProperty("logo_url").GetString()!;

        async Task<List<string>> Seen()
        {
            using var visitor = market.Visitor();
            var seen = new List<string>();
            foreach (var path in new[] { "/", "/search", "/search?q=harbour", "/c/beats", "/shops", "/api/v1/products", "/api/v1/products?q=harbour", "/api/v1/shops" })
                seen.Add($"{path}: {((await visitor.Get(path)).Must().Text is var text && (text.Contains("Harbour", StringComparison.Ordinal) || text.Contains("/shops/harbour", StringComparison.Ordinal)) ? "there" : "gone")}");
            foreach (var path in new[] { "/shops/harbour", "/api/v1/shops/harbour", "/shops/harbour/feed.xml", $"/p/{beat.Slug}", $"/api/v1/products/{beat.Slug}", $"/shops/{shop.Slug}", $"/p/{other.Slug}", $"/people/{await seller.Username()}", logo })
                seen.Add($"{path}: {((await visitor.Get(path)).Status is 404 ? "gone" : "there")}");
            seen.Add($"sitemap: {((await Sitemaps.All(visitor)).Paths.Any(p => p.Contains("harbour", StringComparison.Ordinal) || p.Contains("loud", StringComparison.Ordinal)) ? "there" : "gone")}");
            return seen;
        }

        var before = await Seen();
        before.ShouldAllBe(s => s.EndsWith("there", StringComparison.Ordinal));
        (await staff.Suspend(seller)).Must(201);
        await market.Drain();
        (await Seen()).ShouldAllBe(s => s.EndsWith("gone", StringComparison.Ordinal));

        // The team works on, behind the curtain: nothing of it goes on sale.
        (await member.Visitor.Get("/sell")).Must();
        var published = (await member.Visitor.Post($"/api/v1/products/{beat.Product}/publish")).Must().Json;
        published.GetProperty("state").GetString().ShouldBe("withheld");

        (await staff.Reinstate(seller)).Must();
        await market.Drain();
        (await Seen()).ShouldBe(before);
        using var again = market.Visitor();
        (await again.Get("/shops/harbour")).Must().Html.QuerySelectorAll("#featured h3").Length.ShouldBe(1);
    }
}

internal static class Sitemaps
{
    /// <summary>All addresses that the sitemap leads to.</summary>
    public static async Task<(int Parts, List<string> Paths, int Changed)> All(Visitor visitor)
    {
        XNamespace ns = "http://www.sitemaps.org/schemas/sitemap/0.9";
        var parts = XDocument.Parse((await visitor.Get("/sitemap.xml")).Must().Text).Root!.Elements(ns + "sitemap").Select(s => new Uri(s.Element(ns + "loc")!.Value).PathAndQuery).ToList();
        var urls = new List<XElement>();
        foreach (var part in parts) urls.AddRange(XDocument.Parse((await visitor.Get(part)).Must().Text).Root!.Elements(ns + "url"));
        return (parts.Count, urls.ConvertAll(u => new Uri(u.Element(ns + "loc")!.Value).AbsolutePath), urls.Count(u => u.Element(ns + "lastmod") is not null));
    }
}
