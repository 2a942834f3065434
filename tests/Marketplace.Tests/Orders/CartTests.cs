using System.Text.Json;

namespace Marketplace.Tests.Orders;

public sealed class CartTests : MarketTest
{
    [Fact]
    public async Task A_guest_has_a_cart_that_becomes_the_accounts_when_they_sign_in()
    {
        var seller = await Market.SignUp("Nova");
        var (one, two) = (await seller.PublishBeat(), await seller.PublishBeat());
        var buyer = await Market.SignUp("Ana");
        (await buyer.AddToCart(one)).Must();

        using var guest = Market.Visitor();
        (await guest.AddToCart(one.Offer)).Must();
        (await guest.AddToCart(two.Offer)).Must().Json.GetProperty("items").GetArrayLength().ShouldBe(2);
        (await guest.Get("/api/v1/cart")).Must().Json.GetProperty("items").GetArrayLength().ShouldBe(2);
        var cookie = guest.Cookies.GetAllCookies()["cart"]!;
        cookie.HttpOnly.ShouldBeTrue();
        (await Market.Count("SELECT count(*) FROM orders.carts WHERE encode(token_hash, 'escape') LIKE '%' || $1 || '%'", cookie.Value)).ShouldBe(0);

        buyer.Visitor.Cookies.Add(cookie);
        Offers((await buyer.Visitor.Get("/api/v1/cart")).Must().Json).ShouldBe([one.Offer, two.Offer], ignoreOrder: true);
        buyer.Visitor.Cookies.GetAllCookies().Any(c => c.Name == "cart").ShouldBeFalse();
        (await guest.Get("/api/v1/cart")).Must().Json.GetProperty("items").GetArrayLength().ShouldBe(0);
        Offers((await buyer.Visitor.Get("/api/v1/cart")).Must().Json).Count.ShouldBe(2);
    }

    [Fact]
    public async Task The_same_offer_is_in_the_cart_once_and_a_line_can_be_taken_out_by_its_owner_only()
    {
        var seller = await Market.SignUp("Nova");
        var beat = await seller.PublishBeat(price: 1_500);
        var (buyer, other) = (await Market.SignUp("Ana"), await Market.SignUp("Bo"));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ => (await buyer.AddToCart(beat)).Must()));

        var cart = (await buyer.Visitor.Get("/api/v1/cart")).Must().Json;
        var line = cart.GetProperty("items").EnumerateArray().Single();
        cart.GetProperty("totals")[0].GetProperty("amount").GetInt64().ShouldBe(1_500);

        (await other.Visitor.Delete($"/api/v1/cart/items/{line.Id()}")).MustRefuse(404, "not_found");
        (await buyer.Visitor.Delete($"/api/v1/cart/items/{line.Id()}")).Must(204);
        (await buyer.Visitor.Delete($"/api/v1/cart/items/{line.Id()}")).MustRefuse(404, "not_found");
        (await buyer.Visitor.Get("/api/v1/cart")).Must().Json.GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task What_cannot_be_bought_does_not_enter_the_cart()
    {
        var seller = await Market.SignUp("Nova");
        var beat = await seller.PublishBeat(price: 1_000);
        var paused = await seller.PublishBeat();
        (await seller.Visitor.Post($"/api/v1/products/{paused.Product}/pause")).Must();
        var buyer = await Market.SignUp("Ana");
        await buyer.Buy(beat);

        (await buyer.AddToCart(beat)).MustRefuse(409, "already_owned");
        (await buyer.AddToCart(paused)).MustRefuse(409, "not_on_sale");
        (await seller.AddToCart(beat)).MustRefuse(409, "own_product");
        (await buyer.Visitor.AddToCart(WalletSteps.NewId())).MustRefuse(404, "not_found");
        (await buyer.Visitor.AddToCart(Guid.Empty)).MustRefuse(422, "invalid");
    }

    [Fact]
    public async Task Problems_are_told_before_paying_and_refused_while_they_last()
    {
        var seller = await Market.SignUp("Nova");
        var (gone, dearer, cheaper) = (await seller.PublishBeat(price: 1_000), await seller.PublishBeat(price: 1_000), await seller.PublishBeat(price: 1_000));
        var buyer = await Market.SignUp("Ana");
        await buyer.TopUp(5_000);
        foreach (var beat in new[] { gone, dearer, cheaper }) (await buyer.AddToCart(beat)).Must();
        (await seller.Visitor.Post($"/api/v1/products/{gone.Product}/pause")).Must();
        await Market.Reprice(dearer, 1_200);
        await Market.Reprice(cheaper, 700);

        var cart = (await buyer.Visitor.Get("/api/v1/cart")).Must().Json;
        Codes(cart, gone).ShouldBe(["not_on_sale"]);
        Codes(cart, dearer).ShouldBe(["price_raised"]);
        Codes(cart, cheaper).ShouldBeEmpty();
        Line(cart, dearer).GetProperty("price_before").GetProperty("amount").GetInt64().ShouldBe(1_000);
        Line(cart, dearer).GetProperty("price").GetProperty("amount").GetInt64().ShouldBe(1_200);
        Line(cart, cheaper).GetProperty("price").GetProperty("amount").GetInt64().ShouldBe(700);
        cart.GetProperty("totals")[0].GetProperty("amount").GetInt64().ShouldBe(1_900);

        (await buyer.Checkout()).MustRefuse(409, "cart_has_problems").Text.ShouldContain("not_on_sale");
        (await buyer.Visitor.Delete($"/api/v1/cart/items/{Line(cart, gone).Id()}")).Must(204);
        (await buyer.Checkout()).MustRefuse(409, "price_changed").Text.ShouldContain("10.00");
        (await buyer.Checkout(accepted: 1_899)).MustRefuse(409, "price_changed");
        var order = (await buyer.Checkout(accepted: 1_900)).Must(201).Json;
        order.GetProperty("total").GetProperty("amount").GetInt64().ShouldBe(1_900);
        (await buyer.Available()).ShouldBe(3_100);
    }

    [Fact]
    public async Task A_price_that_fell_is_simply_paid_lower()
    {
        var seller = await Market.SignUp("Nova");
        var beat = await seller.PublishBeat(price: 2_000);
        var buyer = await Market.SignUp("Ana");
        await buyer.TopUp(2_000);
        (await buyer.AddToCart(beat)).Must();
        await Market.Reprice(beat, 1_500);
        (await buyer.Checkout()).Must(201).Json.GetProperty("total").GetProperty("amount").GetInt64().ShouldBe(1_500);
    }

    [Fact]
    public async Task Two_currencies_are_two_checkouts_and_the_cart_says_so()
    {
        var (euros, dollars) = (await Market.SignUp("Nova"), await Market.SignUp("Sky"));
        var (one, two) = (await euros.PublishBeat(price: 1_000), await dollars.PublishBeat(price: 900, currency: "USD"));
        var buyer = await Market.SignUp("Ana");
        await buyer.TopUp(1_000);
        await buyer.TopUp(900, "USD");
        (await buyer.AddToCart(one)).Must();
        (await buyer.AddToCart(two)).Must().Json.GetProperty("problems")[0].GetProperty("code").GetString().ShouldBe("two_currencies");

        (await buyer.Checkout()).MustRefuse(409, "two_currencies");
        (await buyer.Checkout(currency: "USD")).Must(201).Json.GetProperty("total").GetProperty("currency").GetString().ShouldBe("USD");
        Offers((await buyer.Visitor.Get("/api/v1/cart")).Must().Json).ShouldBe([one.Offer]);
        (await buyer.Checkout()).Must(201);
        (await buyer.Available()).ShouldBe(0);
        (await buyer.Available("USD")).ShouldBe(0);
    }

    [Fact]
    public async Task A_guests_cart_is_forgotten_after_a_month_and_an_accounts_is_not()
    {
        await using var market = await OwnMarket.Open();
        var seller = await market.SignUp("Nova");
        var beat = await seller.PublishBeat();
        using var guest = market.Visitor();
        (await guest.AddToCart(beat.Offer)).Must();
        var buyer = await market.SignUp("Ana");
        (await buyer.AddToCart(beat)).Must();

        market.Clock.Walk(TimeSpan.FromDays(29));
        await market.Run<Marketplace.Orders.ForgetOldCarts>();
        (await market.Count("SELECT count(*) FROM orders.carts")).ShouldBe(2);
        market.Clock.Walk(TimeSpan.FromDays(2));
        await market.Run<Marketplace.Orders.ForgetOldCarts>();
        (await market.Count("SELECT count(*) FROM orders.carts WHERE owner = $1", buyer.Account)).ShouldBe(1);
        (await market.Count("SELECT count(*) FROM orders.carts")).ShouldBe(1);
    }

    private static List<Guid> Offers(JsonElement cart) => cart.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("offer_id").GetGuid()).ToList();

    private static JsonElement Line(JsonElement cart, PublishedBeat beat) => cart.GetProperty("items").EnumerateArray().Single(i => i.GetProperty("offer_id").GetGuid() == beat.Offer);

    private static List<string?> Codes(JsonElement cart, PublishedBeat beat) => Line(cart, beat).GetProperty("problems").EnumerateArray().Select(p => p.GetProperty("code").GetString()).ToList();
}
