namespace Marketplace.Tests.Orders;

/// <summary>Every problem is told on the page, before there is a button to pay with.</summary>
public sealed class CartPagesTests : MarketTest
{
    [Fact]
    public async Task Cart_and_checkout_list_every_problem_before_paying()
    {
        var (seller, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"));
        var (gone, dearer, fine) = (await seller.PublishBeat(price: 1_000), await seller.PublishBeat(price: 1_000), await seller.PublishBeat(price: 1_000));
        foreach (var beat in new[] { gone, dearer, fine }) (await buyer.AddToCart(beat)).Must();
        (await seller.Visitor.Post($"/api/v1/products/{gone.Product}/pause")).Must();
        await Market.Reprice(dearer, 1_250);

        var cart = (await buyer.Visitor.Get("/cart")).Must();
        cart.Html.QuerySelectorAll("main li").Single(l => l.TextContent.Contains(gone.Title)).TextContent.ShouldContain("no longer on sale");
        cart.Html.QuerySelectorAll("main li").Single(l => l.TextContent.Contains(dearer.Title)).TextContent.ShouldContain("€10.00");
        cart.Html.QuerySelector("a[href^='/checkout']").ShouldBeNull();

        var checkout = (await buyer.Visitor.Get("/checkout")).Must();
        var problems = checkout.Html.QuerySelector("#problems")!.TextContent;
        foreach (var told in new[] { gone.Title, "no longer on sale", dearer.Title, "gone up", "€10.00", "€12.50" }) problems.ShouldContain(told);
        problems.ShouldNotContain(fine.Title);
        checkout.Html.QuerySelector("form[action^='/checkout']").ShouldBeNull();

        (await buyer.Visitor.Submit(cart, "/cart", "main li form", new Dictionary<string, string?> { ["item"] = Item(cart, gone) })).Must(302);
        checkout = (await buyer.Visitor.Get("/checkout")).Must();
        checkout.Html.QuerySelector("#problems")!.TextContent.ShouldContain("€12.50");
        checkout.Html.QuerySelector("form[action^='/checkout'] input[name=accepted][type=checkbox]").ShouldNotBeNull();
        checkout.Text.IndexOf("id=\"problems\"", StringComparison.Ordinal).ShouldBeLessThan(checkout.Text.IndexOf("name=\"payment_method\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_guest_who_signs_in_hears_what_is_theirs_already()
    {
        var (seller, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"));
        var beat = await seller.PublishBeat(price: 1_000);
        await buyer.Buy(beat);
        foreach (var (person, code, told) in new[] { (seller, "own_product", "your own product"), (buyer, "already_owned", "You own this already") })
        {
            using var guest = Market.Visitor();
            (await guest.AddToCart(beat.Offer)).Must();
            person.Visitor.Cookies.Add(guest.Cookies.GetAllCookies()["cart"]!);
            (await person.Visitor.Get("/checkout")).Must().Html.QuerySelector("#problems")!.TextContent.ShouldContain(told);
            (await person.Visitor.Get("/cart")).Must().Text.ShouldContain(told);
            (await person.Visitor.Get("/api/v1/cart")).Must().Json.GetProperty("items")[0].GetProperty("problems")[0].GetProperty("code").GetString().ShouldBe(code);
            (await person.Checkout()).MustRefuse(409, "cart_has_problems").Text.ShouldContain(code);
        }
    }

    [Fact]
    public async Task Two_currencies_are_told_on_both_pages()
    {
        var (euros, dollars, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Sky"), await Market.SignUp("Ana"));
        (await buyer.AddToCart(await euros.PublishBeat(price: 1_000))).Must();
        (await buyer.AddToCart(await dollars.PublishBeat(price: 900, currency: "USD"))).Must();
        (await buyer.Visitor.Get("/cart")).Must().Text.ShouldContain("more than one currency");
        (await buyer.Visitor.Get("/checkout?currency=USD")).Must().Text.ShouldContain("other currencies");
    }

    private static string? Item(Answer cart, PublishedBeat beat) => cart.Html.QuerySelectorAll("main li").Single(l => l.TextContent.Contains(beat.Title)).Id;
}
