using Marketplace.Orders;

namespace Marketplace.Tests.Orders;

/// <summary>A link that sells one offer from a seller's own site, and the way back to it: never to anywhere else.</summary>
public sealed class PaymentButtonTests : MarketTest
{
    private static readonly string[] Allowed = ["https://shop.example", "https://shop.example:8443"];

    [Theory]
    [InlineData("https://shop.example")]
    [InlineData("https://shop.example/thanks")]
    [InlineData("https://shop.example?from=market")]
    [InlineData("https://shop.example:8443/thanks?a=b&c=d%20e")]
    public void An_address_at_an_allowed_site_is_good(string address) => ReturnAddress.IsAllowed(address, Allowed).ShouldBeTrue();

    [Theory]
    [InlineData("http://shop.example/thanks")]
    [InlineData("//shop.example/thanks")]
    [InlineData("/thanks")]
    [InlineData("shop.example/thanks")]
    [InlineData("HTTPS://SHOP.EXAMPLE/thanks")]
    [InlineData("https://shop.example.evil.com/")]
    [InlineData("https://shop.examples/")]
    [InlineData("https://evil.com/https://shop.example/")]
    [InlineData("https://shop.example@evil.com/")]
    [InlineData("https://shop.example:pass@evil.com/")]
    [InlineData("https://shop.example:9999/")]
    [InlineData("https://shop.example:84431/")]
    [InlineData("https://shop.example\\@evil.com/")]
    [InlineData("https://shop.example/\\evil.com")]
    [InlineData("https:/\\shop.example/")]
    [InlineData("https:shop.example/")]
    [InlineData("https://shop.example#@evil.com/")]
    [InlineData("https://shop.example/#x")]
    [InlineData("https://shop.example\t/")]
    [InlineData("https://shop.example/a\r\nLocation: https://evil.com")]
    [InlineData(" https://shop.example/")]
    [InlineData("https://shop.example /")]
    [InlineData("https://shop.exаmple/")]
    [InlineData("https://www.shop.example/")]
    [InlineData("https://shop.example./")]
    [InlineData("javascript:alert(1)//https://shop.example")]
    [InlineData("data:text/html,https://shop.example/")]
    [InlineData("https://shop.example/\"><script>")]
    [InlineData("")]
    public void Any_other_address_is_refused(string address) => ReturnAddress.IsAllowed(address, Allowed).ShouldBeFalse();

    [Theory]
    [InlineData("https://Shop.Example/", "https://shop.example")]
    [InlineData("https://shop.example:443", "https://shop.example")]
    [InlineData("https://shop.example:8443", "https://shop.example:8443")]
    [InlineData("https://xn--bcher-kva.example", "https://xn--bcher-kva.example")]
    [InlineData("http://shop.example", null)]
    [InlineData("https://shop.example/path", null)]
    [InlineData("https://shop", null)]
    [InlineData("https://localhost", null)]
    [InlineData("https://127.0.0.1", null)]
    [InlineData("https://2130706433", null)]
    [InlineData("https://[::1]", null)]
    [InlineData("https://user@shop.example", null)]
    [InlineData("https://shop..example", null)]
    [InlineData("https://-shop.example", null)]
    [InlineData("https://shop.example:0443", null)]
    [InlineData("https://shop.example:99999", null)]
    [InlineData("https://printer.local", null)]
    [InlineData("https://bücher.example", null)]
    [InlineData("https://*.example", null)]
    [InlineData("", null)]
    public void A_site_is_an_origin_as_browsers_write_it(string text, string? origin) => ReturnAddress.Origin(text).ShouldBe(origin);

    [Fact]
    public async Task A_guest_comes_from_a_sellers_site_buys_and_is_led_back_with_the_number_of_the_order()
    {
        var (seller, other) = (await Market.SignUp("Nova"), await Market.SignUp("Otto"));
        var beat = await seller.PublishBeat(price: 1_900);
        var foreign = await other.PublishBeat(price: 500);
        (await seller.Visitor.Post("/api/v1/payment-buttons", new { offer_id = beat.Offer, text = "Buy it", success_url = "https://shop.example/thanks" })).MustRefuse(422, "return_address");
        (await seller.Visitor.Put("/api/v1/payment-buttons/origins", new { origins = new[] { "https://shop.example/x" } })).Must(422);
        (await seller.Visitor.Submit("/sell/buttons", "form[action*='Sites']", new Dictionary<string, string?> { ["origins"] = "https://Shop.example/\nhttps://two.example" })).Must(302);
        (await seller.Visitor.Get("/api/v1/payment-buttons/origins")).Must().Json.GetProperty("origins").EnumerateArray().Select(o => o.GetString()).ShouldBe(["https://shop.example", "https://two.example"]);
        (await seller.Visitor.Post("/api/v1/payment-buttons", new { offer_id = foreign.Offer, text = "Buy it" })).MustRefuse(404, "not_found");
        (await seller.Visitor.Post("/api/v1/payment-buttons", new { offer_id = beat.Offer, text = "Buy it", mode = "subscription" })).MustRefuse(422, "button_mode");
        (await seller.Visitor.Post("/api/v1/payment-buttons", new { offer_id = beat.Offer, text = "Buy it", cancel_url = "https://shop.example.evil.com/" })).MustRefuse(422, "return_address");
        (await seller.Visitor.Submit("/sell/buttons", "form[action*='Make']", new Dictionary<string, string?> { ["offer"] = beat.Offer.ToString(), ["text"] = "Get <the> beat", ["success"] = "https://shop.example/thanks?x=1", ["cancel"] = "https://two.example/" })).Must(302);
        var button = (await seller.Visitor.Get("/api/v1/payment-buttons")).Must().Json.GetProperty("data")[0];
        var key = button.GetProperty("key").GetString()!;
        key.Length.ShouldBe(32);
        (await seller.Visitor.Get("/sell/buttons")).Must().Html.QuerySelector("textarea[id^='link-']")!.TextContent.ShouldBe($"<a href=\"{button.GetProperty("url").GetString()}\">Get &lt;the&gt; beat</a>");

        using var guest = Market.Visitor();
        var owned = await seller.PublishBeat(price: 300);
        (await guest.AddToCart(owned.Offer)).Must();
        var shown = (await guest.Get($"/buy/{key}")).Must();
        shown.Html.QuerySelector("main form button")!.TextContent.ShouldBe("Get <the> beat");
        shown.Html.QuerySelector("a[href='https://two.example/']").ShouldNotBeNull();
        var next = (await guest.Submit(shown, $"/buy/{key}", "main form", new Dictionary<string, string?>())).Must(302).Location!;
        next.ShouldBe($"/checkout?button={key}&currency=EUR");
        var thanks = (await guest.CheckoutAsGuest((await guest.Get(next)).Must(), UsersSteps.NewEmail())).Must(302).Location!;
        thanks.ShouldStartWith("/buy/thanks/");
        var order = Guid.Parse(thanks["/buy/thanks/".Length..]);
        var number = await Market.Count("SELECT number FROM orders.orders WHERE id = $1", order);
        var back = (await guest.Get(thanks)).Must();
        back.Headers.GetValues("Refresh").Single().ShouldBe($"4;url=https://shop.example/thanks?x=1&order={number}");
        back.Html.QuerySelector($"a[href='https://shop.example/thanks?x=1&order={number}']").ShouldNotBeNull();
        (await guest.Get($"/orders/{order}")).Must().Html.QuerySelector("a[href^='https://shop.example/']").ShouldNotBeNull();
        (await other.Visitor.Get(thanks)).Must(302).Location.ShouldBe($"/orders/{order}");
        var counted = (await seller.Visitor.Get("/api/v1/payment-buttons")).Must().Json.GetProperty("data")[0];
        (counted.GetProperty("views").GetInt64(), counted.GetProperty("sales").GetInt64()).ShouldBe((1, 1));

        // Who buys has it: a second time there is nothing to sell. And a site that is given up is never led to again.
        (await guest.Get($"/buy/{key}")).Must().Html.QuerySelectorAll("main form").ShouldBeEmpty();
        (await seller.Visitor.Put("/api/v1/payment-buttons/origins", new { origins = new[] { "https://two.example" } })).Must();
        (await guest.Get(thanks)).Must(302).Location.ShouldBe($"/orders/{order}");
        (await guest.Get($"/buy/{key}")).Must(404);
        (await seller.Visitor.Patch($"/api/v1/payment-buttons/{button.Id()}", new { active = true })).MustRefuse(422, "return_address");
        (await seller.Visitor.Patch($"/api/v1/payment-buttons/{button.Id()}", new { active = true, success_url = "" })).Must();
        (await guest.Get($"/buy/{key}")).Must();
        (await guest.Get($"/buy/{key[..31]}x")).Must(404);
    }
}
