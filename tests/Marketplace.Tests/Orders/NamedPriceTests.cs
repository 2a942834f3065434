using System.Collections.Concurrent;
using System.Text.Json;
using Marketplace.Catalog;

namespace Marketplace.Tests.Orders;

/// <summary>Offers whose price the buyer names.</summary>
public sealed class NamedPriceTests
{
    private readonly ConcurrentDictionary<Guid, Func<Offer, Offer>> changes = new();

    [Fact]
    public async Task A_buyer_names_their_price_and_pays_it()
    {
        await using var market = await Open();
        var (seller, buyer) = (await market.SignUp("Nova"), await market.SignUp("Ana"));
        var beat = await NameYourPrice(seller, 500);
        await buyer.TopUp(3_000);

        (await Add(buyer, beat, 499)).MustRefuse(422, "invalid").Text.ShouldContain("price_too_low");
        (await Add(buyer, beat, 1_000_001)).MustRefuse(422, "invalid").Text.ShouldContain("price_too_high");
        (await Add(buyer, beat, -1)).MustRefuse(422, "invalid");
        (await Add(buyer, beat, 900, "USD")).MustRefuse(422, "invalid").Text.ShouldContain("currency");
        (await Add(buyer, beat, 500)).Must();
        var line = (await Add(buyer, beat, 1_234)).Must().Json.GetProperty("items").EnumerateArray().Single();
        Minor(line, "price").ShouldBe(1_234, "named again");
        Minor(line, "least").ShouldBe(500);

        var order = (await buyer.Checkout()).Must(201).Json;
        Minor(order, "total").ShouldBe(1_234);
        Minor(order.GetProperty("items")[0], "price").ShouldBe(1_234);
        (await buyer.Available()).ShouldBe(3_000 - 1_234);
        (await seller.Pending()).ShouldBe(1_234 - 494);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task Who_names_nothing_pays_the_least_and_a_fixed_price_cannot_be_named()
    {
        await using var market = await Open();
        var (seller, buyer) = (await market.SignUp("Nova"), await market.SignUp("Ana"));
        var (free, fixedPrice) = (await NameYourPrice(seller, 500), await seller.PublishBeat(price: 700));
        Minor((await buyer.AddToCart(free)).Must().Json.GetProperty("items")[0], "price").ShouldBe(500);
        (await Add(buyer, fixedPrice, 700)).MustRefuse(422, "invalid").Text.ShouldContain("price_fixed");
        (await buyer.Visitor.Post("/api/v1/cart/items", new { offer_id = free.Offer, price = 900 })).Must(400);
    }

    [Fact]
    public async Task What_is_free_is_ordered_without_paying()
    {
        await using var market = await Open();
        var (seller, buyer) = (await market.SignUp("Nova"), await market.SignUp("Ana"));
        var beat = await NameYourPrice(seller, 0);
        (await buyer.AddToCart(beat)).Must();
        var shown = (await buyer.Visitor.Get("/checkout")).Must();
        shown.Html.QuerySelectorAll("input[name=payment_token]").ShouldBeEmpty("nothing is to be paid");
        var order = (await buyer.Visitor.Submit(shown, "/checkout", "form[action^='/checkout']", new Dictionary<string, string?>())).Must(302).Location!;
        (await buyer.Visitor.Get("/api/v1" + order)).Must().Json.State().ShouldBe("paid");
        (await market.Count("SELECT count(*) FROM wallet.payments")).ShouldBe(0);

        using var guest = market.Visitor();
        (await guest.AddToCart(beat.Offer)).Must();
        var free = (await guest.Submit("/checkout", "form[action^='/checkout']", new Dictionary<string, string?> { ["Input.Email"] = UsersSteps.NewEmail() })).Must(302).Location!;
        (await guest.Get("/api/v1" + free)).Must().Json.State().ShouldBe("paid");
        (await seller.Pending()).ShouldBe(0);
        await market.Drain();
        await market.BooksMustHold();
    }

    [Fact]
    public async Task A_least_that_was_raised_above_the_named_price_is_told_before_paying_and_a_new_name_mends_it()
    {
        await using var market = await Open();
        var (seller, buyer) = (await market.SignUp("Nova"), await market.SignUp("Ana"));
        var beat = await NameYourPrice(seller, 500);
        await buyer.TopUp(3_000);
        (await Add(buyer, beat, 800)).Must();
        await market.Reprice(beat, 900);

        var line = (await buyer.Visitor.Get("/api/v1/cart")).Must().Json.GetProperty("items")[0];
        line.GetProperty("problems")[0].GetProperty("code").GetString().ShouldBe("below_minimum");
        (await buyer.Checkout(accepted: 900)).MustRefuse(409, "cart_has_problems").Text.ShouldContain("below_minimum");
        var page = (await buyer.Visitor.Get("/checkout")).Must();
        page.Html.QuerySelector("#problems")!.TextContent.ShouldContain("above what you named");
        page.Html.QuerySelector("form[action^='/checkout']").ShouldBeNull();

        (await Add(buyer, beat, 950)).Must();
        Minor((await buyer.Checkout()).Must(201).Json, "total").ShouldBe(950);
        await market.Reprice(beat, 100);
        (await market.Count("SELECT gross FROM orders.order_items")).ShouldBe(950);
    }

    [Fact]
    public async Task A_guests_named_price_is_theirs_after_signing_in_too()
    {
        await using var market = await Open();
        var (seller, buyer) = (await market.SignUp("Nova"), await market.SignUp("Ana"));
        var beat = await NameYourPrice(seller, 500);
        using var guest = market.Visitor();
        (await guest.Post("/api/v1/cart/items", new { offer_id = beat.Offer, price = new { amount = 777, currency = "EUR" } })).Must();
        buyer.Visitor.Cookies.Add(guest.Cookies.GetAllCookies()["cart"]!);
        Minor((await buyer.Visitor.Get("/api/v1/cart")).Must().Json.GetProperty("items")[0], "price").ShouldBe(777);
    }

    [Fact]
    public async Task The_amount_is_typed_into_the_page_with_comma_or_point()
    {
        await using var market = await Open();
        var (seller, buyer) = (await market.SignUp("Nova"), await market.SignUp("Ana"));
        var beat = await NameYourPrice(seller, 500);
        foreach (var (typed, minor) in new[] { ("12,50", 1_250L), ("7.5", 750L), ("", 500L) })
        {
            (await buyer.Visitor.Submit($"/p/{beat.Slug}", "form[action='/cart?handler=Add']", new Dictionary<string, string?> { ["offer"] = beat.Offer.ToString(), [$"price_{beat.Offer}"] = typed })).Must(302);
            Minor((await buyer.Visitor.Get("/api/v1/cart")).Must().Json.GetProperty("items")[0], "price").ShouldBe(minor);
        }

        (await buyer.Visitor.Submit($"/p/{beat.Slug}", "form[action='/cart?handler=Add']", new Dictionary<string, string?> { ["offer"] = beat.Offer.ToString(), [$"price_{beat.Offer}"] = "much" })).Must(422);
    }

    [Theory]
    [InlineData("sample")]
    [InlineData("kit")]
    [InlineData("digital")]
    public async Task Every_kind_of_files_is_delivered_at_once(string kind)
    {
        await using var market = await Open();
        var (seller, buyer) = (await market.SignUp("Nova"), await market.SignUp("Ana"));
        var beat = await seller.PublishBeat(price: 300);
        changes[beat.Offer] = offer => offer with { Kind = kind };
        var order = await buyer.Buy(beat);
        order.GetProperty("items")[0].GetProperty("kind").GetString().ShouldBe(kind);
        (await buyer.Visitor.Get(await buyer.DownloadLink(order))).Must().Bytes.ShouldBe(beat.Original);
    }

    private Task<OwnMarket> Open() => OwnMarket.Open(adjust: services => services.ChangeOffers(offer => changes.TryGetValue(offer.Id, out var change) ? change(offer) : offer));

    private async Task<PublishedBeat> NameYourPrice(Person seller, long least)
    {
        var beat = await seller.PublishBeat(price: Math.Max(least, 100));
        changes[beat.Offer] = offer => offer with { NamesPrice = true, Price = least == 0 ? offer.Price with { Minor = 0 } : offer.Price };
        return beat;
    }

    private static Task<Answer> Add(Person buyer, PublishedBeat beat, long minor, string currency = "EUR") =>
        buyer.Visitor.Post("/api/v1/cart/items", new { offer_id = beat.Offer, price = new { amount = minor, currency } });

    private static long Minor(JsonElement thing, string member) => thing.GetProperty(member).GetProperty("amount").GetInt64();
}
