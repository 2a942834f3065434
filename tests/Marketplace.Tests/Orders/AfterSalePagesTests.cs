using Marketplace.Users;

namespace Marketplace.Tests.Orders;

/// <summary>What comes after the sale, on pages and without a script.</summary>
public sealed class AfterSalePagesTests : MarketTest
{
    [Fact]
    public async Task A_buyer_asks_a_shop_answers_and_what_they_do_not_agree_on_staff_decides()
    {
        var (seller, buyer, staff) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"), await Market.Staff(Rights.Support, Rights.Finance));
        var order = await buyer.BuyByCard("tok_ok", await seller.PublishBeat("Low Tide", price: 4_000));
        var item = order.Item();
        var help = $"/orders/{order.Id()}/help/{item}";
        (await buyer.Visitor.Get($"/orders/{order.Id()}")).Must().Html.QuerySelector($"a[href='{help}']").ShouldNotBeNull();
        (await buyer.Visitor.Get(help)).Must().Html.QuerySelector("#cancel").ShouldBeNull();
        (await buyer.Visitor.Submit(help, "form[action*='Ask']", new Dictionary<string, string?> { ["Input.Amount"] = "ten", ["Input.Reason"] = "It clicks." })).Must(422);
        (await buyer.Visitor.Submit(help, "form[action*='Ask']", new Dictionary<string, string?> { ["Input.Amount"] = "10", ["Input.Reason"] = "It clicks." })).Location!.ShouldStartWith("/refund-requests/");
        var request = (await seller.Visitor.Get("/sell/orders")).Must().Html.QuerySelector("#to-do a[href^='/refund-requests/']")!.GetAttribute("href")!;
        (await buyer.Visitor.Get(help)).Must().Html.QuerySelectorAll("#ask, #claim").ShouldBeEmpty();
        (await seller.Visitor.Get(request)).Must().Text.ShouldContain("It clicks.");
        async Task<Answer> Refuse(string why) => await seller.Visitor.Submit(await seller.Visitor.Get(request), request + "?handler=Reject", "main form", new Dictionary<string, string?> { ["Input.Reason"] = why });
        (await Refuse("")).Must(422);
        (await Refuse("It does not.")).Must(302);
        (await buyer.Visitor.Get(request)).Must().Text.ShouldContain("It does not.");

        var opened = await buyer.Visitor.Submit(help, "form[action*='Claim']", new Dictionary<string, string?> { ["Input.What"] = "damaged", ["Input.Text"] = "Hear it at 0:31." });
        var claim = opened.Location!;
        claim.ShouldStartWith("/claims/");
        (await seller.Visitor.Submit(claim, "form[action*='Say']", new Dictionary<string, string?> { ["Input.Text"] = "That is a drum." })).Must(302);
        (await seller.Visitor.Get("/sell/orders")).Must().Html.QuerySelector($"main table a[href='{claim}']").ShouldNotBeNull();
        (await staff.Visitor.Get("/admin/claims")).Must().Html.QuerySelector($"a[href='{claim}']").ShouldNotBeNull();
        var shown = (await staff.Visitor.Get(claim)).Must();
        foreach (var said in new[] { "Hear it at 0:31.", "That is a drum." }) shown.Text.ShouldContain(said);
        (await staff.Visitor.Submit(claim, "form[action*='Decide']", new Dictionary<string, string?> { ["Input.Percent"] = "25", ["Input.Reason"] = "" })).Must(422);
        (await staff.Visitor.Submit(claim, "form[action*='Decide']", new Dictionary<string, string?> { ["Input.Percent"] = "25", ["Input.Reason"] = "A little." })).Must(302);
        (await buyer.Visitor.Get(claim)).Must().Text.ShouldContain("A little.");
        (await staff.Visitor.Get("/admin/claims?all=true")).Must().Html.QuerySelector($"a[href='{claim}']").ShouldBeNull();

        (await seller.Visitor.Submit($"/sell/orders/{item}/refund", "main form", new Dictionary<string, string?> { ["Input.Amount"] = "", ["Input.Reason"] = "Let it go." })).Location.ShouldBe("/sell/orders");
        (await buyer.Visitor.Get($"/orders/{order.Id()}")).Must().Html.QuerySelector($"a[href='{help}']").ShouldBeNull();
        (await buyer.LineOf(order)).State().ShouldBe("refunded");
    }

    [Fact]
    public async Task An_order_that_is_not_paid_is_cancelled_on_its_page()
    {
        var (seller, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"));
        (await buyer.AddToCart(await seller.PublishBeat())).Must();
        await buyer.CheckoutByCard("tok_declined");
        var id = await Market.Source.Command("SELECT id FROM orders.orders WHERE buyer = $1", buyer.Account).Scalar<Guid>();
        (await buyer.Visitor.Submit($"/orders/{id}", "form[action*='Cancel']", new Dictionary<string, string?>())).Must(302);
        var page = (await buyer.Visitor.Get($"/orders/{id}")).Must();
        page.Html.QuerySelector("form[action*='Pay']").ShouldBeNull();
        page.Text.ShouldContain("You cancelled this order");
    }
}
