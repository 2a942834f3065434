using Marketplace.Catalog;
using Marketplace.Users;

namespace Marketplace.Tests.Catalog;

/// <summary>Addresses that move: one hop to where it is now, and nobody else at the door for 90 days.</summary>
public sealed class ShopAddressTests : MarketTest
{
    private static string Some(string name) => $"{name}-{Guid.CreateVersion7().ToString("N")[^8..]}";

    [Fact]
    public async Task A_shop_that_moved_twice_answers_each_old_address_with_one_hop()
    {
        var seller = await Market.SignUp("Nova");
        var a = (await seller.OpenShop()).Slug;
        var beat = await seller.PublishBeat();
        var (b, c) = (Some("b"), Some("c"));
        (await seller.Visitor.Put($"/api/v1/shops/{a}/address", new { slug = b })).Must().Json.GetProperty("slug").GetString().ShouldBe(b);
        (await seller.Visitor.Put($"/api/v1/shops/{b}/address", new { slug = c })).Must();

        using var visitor = Market.Visitor();
        foreach (var old in new[] { a, b })
        {
            (await visitor.Get($"/shops/{old}?sort=newest&kind=beat")).Must(301).Location.ShouldBe($"/shops/{c}?sort=newest&kind=beat");
            (await visitor.Get($"/api/v1/shops/{old}?x=1")).Must(301).Location.ShouldBe($"/api/v1/shops/{c}?x=1");
            (await visitor.Get($"/shops/{old}/feed.xml")).Must(301).Location.ShouldBe($"/shops/{c}/feed.xml");
        }

        var page = (await visitor.Get($"/shops/{c}")).Must().Html;
        page.QuerySelector("link[rel=canonical]")!.GetAttribute("href").ShouldEndWith($"/shops/{c}");
        page.QuerySelector(".product a")!.GetAttribute("href").ShouldBe($"/p/{beat.Slug}");
        (await visitor.Get($"/api/v1/products/{beat.Slug}")).Must().Json.GetProperty("shop").GetProperty("slug").GetString().ShouldBe(c);

        // Another may not take it, by moving or by opening; its owner may take it back, and then it is no old address any more.
        var other = await Market.SignUp("Bo");
        var there = (await other.OpenShop()).Slug;
        (await other.Visitor.Put($"/api/v1/shops/{there}/address", new { slug = a })).MustRefuse(409, "address_reserved");
        (await other.Visitor.Put($"/api/v1/shops/{there}/address", new { slug = c })).MustRefuse(409, "address_taken");
        (await (await Market.SignUp()).Visitor.Post("/api/v1/shops", new { name = a.Replace('-', ' ') })).MustRefuse(409, "shop_name_taken");
        (await seller.Visitor.Put($"/api/v1/shops/{c}/address", new { slug = a })).Must();
        (await visitor.Get($"/shops/{a}")).Must();
        (await visitor.Get($"/shops/{b}")).Must(301).Location.ShouldBe($"/shops/{a}");
        (await visitor.Get($"/shops/{c}")).Must(301).Location.ShouldBe($"/shops/{a}");
    }

    [Theory]
    [InlineData("Ab")]
    [InlineData("a--b")]
    [InlineData("-a")]
    [InlineData("a/b")]
    [InlineData("é")]
    [InlineData("")]
    public async Task What_is_no_address_is_refused(string slug)
    {
        var seller = await Market.SignUp("Nova");
        (await seller.Visitor.Put($"/api/v1/shops/{(await seller.OpenShop()).Slug}/address", new { slug })).MustRefuse(422, "invalid");
    }

    [Fact]
    public async Task A_product_moves_too_and_a_draft_betrays_nothing_by_its_old_address()
    {
        var (seller, other) = (await Market.SignUp("Nova"), await Market.SignUp("Bo"));
        var beat = await seller.PublishBeat();
        var (b, c) = (Some("b"), Some("c"));
        (await seller.Visitor.Put($"/api/v1/products/{beat.Product}/address", new { slug = b })).Must();
        (await seller.Visitor.Submit($"/sell/products/{beat.Product}/address", "main form", new Dictionary<string, string?> { ["Input.Slug"] = c })).Must(302);
        foreach (var old in new[] { beat.Slug, b })
        {
            (await other.Visitor.Get($"/p/{old}?ref=x")).Must(301).Location.ShouldBe($"/p/{c}?ref=x");
            (await other.Visitor.Get($"/api/v1/products/{old}")).Must(301).Location.ShouldBe($"/api/v1/products/{c}");
        }

        (await other.Visitor.Get($"/p/{c}")).Must().Html.QuerySelector("link[rel=canonical]")!.GetAttribute("href").ShouldEndWith($"/p/{c}");
        var theirs = await other.PublishBeat(title: beat.Title);
        theirs.Slug.ShouldNotBe(beat.Slug);
        (await other.Visitor.Put($"/api/v1/products/{theirs.Product}/address", new { slug = b })).MustRefuse(409, "address_reserved");
        (await other.Visitor.Put($"/api/v1/products/{beat.Product}/address", new { slug = Some("mine") })).MustRefuse(404, "not_found");

        (await seller.Visitor.Post($"/api/v1/products/{beat.Product}/pause")).Must();
        (await other.Visitor.Get($"/p/{b}")).Must(404);
        (await other.Visitor.Get($"/api/v1/products/{b}")).MustRefuse(404, "not_found");
    }

    [Fact]
    public async Task After_ninety_days_an_address_is_anybodys_and_of_many_who_want_one_one_gets_it()
    {
        await using var market = await OwnMarket.Open();
        var sellers = await Task.WhenAll(Enumerable.Range(0, 6).Select(async i => (Person: await market.SignUp($"S{i}"), I: i)));
        var slugs = new List<string>();
        foreach (var (person, i) in sellers) slugs.Add((await person.OpenShop($"Shop number {i}")).Slug);
        (await sellers[0].Person.Visitor.Put($"/api/v1/shops/{slugs[0]}/address", new { slug = "new-home" })).Must();

        market.Clock.Walk(TimeSpan.FromDays(89));
        foreach (var (person, _) in sellers) await person.SignIn();
        (await sellers[1].Person.Visitor.Put($"/api/v1/shops/{slugs[1]}/address", new { slug = slugs[0] })).MustRefuse(409, "address_reserved");
        market.Clock.Walk(TimeSpan.FromDays(2));
        var answers = await Task.WhenAll(sellers.Skip(1).Select(s => s.Person.Visitor.Put($"/api/v1/shops/{slugs[s.I]}/address", new { slug = slugs[0] })));
        answers.Count(a => a.Status == 200).ShouldBe(1);
        answers.Where(a => a.Status != 200).ShouldAllBe(a => a.Code == "address_taken" || a.Code == "address_reserved");
        using var visitor = market.Visitor();
        (await visitor.Get($"/shops/{slugs[0]}")).Must();

        // Who moves about keeps five at most from others.
        var last = "new-home";
        for (var i = 0; i < OldAddresses.Most; i++) (await sellers[0].Person.Visitor.Put($"/api/v1/shops/{last}/address", new { slug = last = $"home-{i}" })).Must();
        (await sellers[0].Person.Visitor.Put($"/api/v1/shops/{last}/address", new { slug = "home-again" })).MustRefuse(409, "address_limit");
    }
}
