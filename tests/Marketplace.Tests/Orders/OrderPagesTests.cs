using Marketplace.Users;

namespace Marketplace.Tests.Orders;

/// <summary>What a person does in a browser without JavaScript.</summary>
public sealed class OrderPagesTests : MarketTest
{
    private static readonly Dictionary<string, string?> Nothing = [];

    [Fact]
    public async Task A_guest_fills_a_cart_signs_in_at_the_checkout_pays_by_card_and_downloads()
    {
        var seller = await Market.SignUp("Nova");
        var beat = await seller.PublishBeat(price: 1_900);
        var buyer = await Market.SignUp("Ana");
        var visitor = buyer.Visitor;
        var session = visitor.Cookies.GetAllCookies()["session"]!;
        session.Expired = true;

        var added = await visitor.Submit($"/p/{beat.Slug}", "form[action='/cart?handler=Add']", new Dictionary<string, string?> { ["then"] = "checkout" });
        added.Must(302).Location.ShouldBe("/checkout");
        (await visitor.Get("/cart")).Must().Text.ShouldContain(beat.Title);
        (await visitor.Get("/")).Must().Html.QuerySelector("#cart-count")!.TextContent.ShouldBe("1");
        (await visitor.Get("/checkout")).Must().Html.QuerySelector("a[href='/sign-in?return_url=%2Fcheckout']").ShouldNotBeNull();

        await buyer.SignIn();
        var checkout = (await visitor.Get("/checkout")).Must();
        checkout.Text.ShouldContain(beat.Title);
        var paid = await visitor.Submit(checkout, "/checkout", "form[action^='/checkout']", new Dictionary<string, string?> { ["payment_method"] = "sandbox_card", ["payment_token"] = "tok_ok" });
        var order = paid.Must(302).Location!;
        order.ShouldStartWith("/orders/");
        (await visitor.Get(order)).Must().Html.QuerySelector(".notice-good").ShouldNotBeNull();

        var download = await visitor.Submit("/library", "main form", Nothing);
        (await visitor.Get(download.Must(302).Location!)).Must().Bytes.ShouldBe(beat.Original);
        (await visitor.Get($"/p/{beat.Slug}")).Must().Html.QuerySelector("form[action='/cart?handler=Add'] input[name=offer]:not([disabled])").ShouldBeNull();
    }

    [Fact]
    public async Task The_same_form_sent_twice_is_one_order()
    {
        var (seller, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"));
        await buyer.TopUp(4_000);
        (await buyer.AddToCart(await seller.PublishBeat(price: 1_900))).Must();
        var shown = (await buyer.Visitor.Get("/checkout")).Must();
        var both = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => buyer.Visitor.Submit(shown, "/checkout", "form[action^='/checkout']", new Dictionary<string, string?> { ["payment_method"] = "wallet" })));
        both.Select(a => a.Must(302).Location).Distinct().Count().ShouldBe(1);
        (await buyer.Available()).ShouldBe(2_100);
    }

    [Fact]
    public async Task A_declined_card_is_explained_and_3D_Secure_then_pays()
    {
        var (seller, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"));
        (await buyer.AddToCart(await seller.PublishBeat(price: 1_900))).Must();
        var order = (await buyer.Visitor.Submit("/checkout", "form[action^='/checkout']", new Dictionary<string, string?> { ["payment_method"] = "sandbox_card", ["payment_token"] = "tok_declined" })).Must(302).Location!;
        (await buyer.Visitor.Get(order)).Must().Html.QuerySelector(".notice-bad")!.TextContent.ShouldContain("declined");

        var bank = (await buyer.Visitor.Submit(order, "#pay", new Dictionary<string, string?> { ["payment_method"] = "sandbox_card", ["payment_token"] = "tok_3ds" })).Must(302).Location!;
        (await buyer.Visitor.Get(order)).Must().Html.QuerySelector($"a[href='{bank}']").ShouldNotBeNull();
        (await buyer.Visitor.Submit(bank, "form[action*='handler=Confirm']", Nothing)).Must(302).Location.ShouldBe(order);
        (await buyer.Visitor.Get(order)).Must().Html.QuerySelector(".notice-good").ShouldNotBeNull();
        await Market.Drain();
        (await seller.Pending()).ShouldBe(1_900 - 317 - 633 - 85, "the form says where one lives unless one says otherwise: 20 % of France are in the price");
    }

    [Fact]
    public async Task A_raised_price_asks_for_consent_on_the_page()
    {
        var (seller, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"));
        await buyer.TopUp(4_000);
        var beat = await seller.PublishBeat(price: 1_900);
        (await buyer.AddToCart(beat)).Must();
        var shown = (await buyer.Visitor.Get("/checkout")).Must();
        await Market.Reprice(beat, 2_100);

        var refused = await buyer.Visitor.Submit(shown, "/checkout", "form[action^='/checkout']", new Dictionary<string, string?> { ["payment_method"] = "wallet" });
        refused.Must(409).Html.QuerySelector(".errors").ShouldNotBeNull();
        refused.Html.QuerySelector("input[name=accepted][type=checkbox]")!.GetAttribute("value").ShouldBe("2100");
        (await buyer.Visitor.Submit(refused, "/checkout", "form[action^='/checkout']", new Dictionary<string, string?> { ["payment_method"] = "wallet" })).Must(409);
        (await buyer.Visitor.Submit(refused, "/checkout", "form[action^='/checkout']", new Dictionary<string, string?> { ["payment_method"] = "wallet", ["accepted"] = "2100" })).Must(302);
        (await buyer.Available()).ShouldBe(1_900);
    }

    [Fact]
    public async Task The_seller_sees_the_sale_and_staff_see_what_their_rights_allow()
    {
        var (seller, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"));
        var beat = await seller.PublishBeat(price: 1_900);
        var order = await buyer.Buy(beat);
        (await seller.Visitor.Get("/sell/orders")).Must().Text.ShouldContain(beat.Title);
        (await buyer.Visitor.Get("/sell/orders")).Status.ShouldBeOneOf(302, 403);
        (await buyer.Visitor.Get("/admin/orders")).Status.ShouldBeOneOf(302, 403, 404);
        (await buyer.Visitor.Get($"/admin/orders/{order.Id()}")).Status.ShouldBeOneOf(302, 403, 404);

        var support = await Market.Staff(Rights.Support);
        var seen = (await support.Visitor.Get($"/admin/orders/{order.Id()}")).Must();
        seen.Text.ShouldContain(beat.Title);
        seen.Text.ShouldNotContain("19.00");
        (await support.Visitor.Get($"/admin/orders?number={order.GetProperty("number").GetInt64()}")).Must().Html.QuerySelectorAll("tbody tr").Length.ShouldBe(1);
        (await support.Visitor.Get("/admin/orders?state=Paid")).Must().Text.ShouldNotContain("19.00");
        (await support.Visitor.Get($"/admin/orders/{WalletSteps.NewId()}")).Must(404);

        var finance = await Market.Staff(Rights.Support, Rights.Finance);
        var whole = (await finance.Visitor.Get($"/admin/orders/{order.Id()}")).Must();
        whole.Text.ShouldContain("19.00");
        whole.Html.QuerySelector($"a[href='/admin/ledger?ref={order.Id()}']").ShouldNotBeNull();
    }

    [Theory]
    [InlineData("/cart?handler=Add")]
    [InlineData("/cart?handler=Remove")]
    [InlineData("/checkout")]
    [InlineData("/library?handler=Download")]
    public async Task A_form_without_its_token_is_refused(string path)
    {
        var buyer = await Market.SignUp("Ana");
        (await buyer.Visitor.Post(path, new FormUrlEncodedContent([new("offer", "x"), new("item", "x")]))).Status.ShouldBe(400);
    }

    [Fact]
    public async Task Empty_pages_teach_and_speak_French()
    {
        var buyer = await Market.SignUp("Ana");
        buyer.Visitor.Http.DefaultRequestHeaders.Add("Accept-Language", "fr");
        (await buyer.Visitor.Get("/cart")).Must().Text.ShouldContain("Votre panier est vide");
        (await buyer.Visitor.Get("/orders")).Must().Html.QuerySelector(".empty").ShouldNotBeNull();
        (await buyer.Visitor.Get("/library")).Must().Html.QuerySelector(".empty").ShouldNotBeNull();
        (await buyer.Visitor.Get("/checkout")).Must().Html.QuerySelector(".empty").ShouldNotBeNull();
        (await buyer.Visitor.Get("/downloads/" + new string('x', 43))).Must(404).Html.Body!.TextContent.ShouldContain("bibliothèque");
    }
}
