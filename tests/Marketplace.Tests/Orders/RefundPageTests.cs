using Marketplace.Users;

namespace Marketplace.Tests.Orders;

/// <summary>Refunds as staff, buyers and sellers see them, without JavaScript.</summary>
public sealed class RefundPageTests : MarketTest
{
    [Fact]
    public async Task Staff_gives_money_back_on_the_orders_page_and_sees_before_who_gives_what()
    {
        var (seller, buyer, staff) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"), await Market.Staff(Rights.Support, Rights.Finance, Rights.People));
        var order = await buyer.BuyByCard("tok_ok", await seller.PublishBeat(price: 10_000));
        var page = $"/admin/orders/{order.Id()}";
        var shown = (await staff.Visitor.Get(page)).Must();
        shown.Html.QuerySelector("#refund input[name='Input.Amount']")!.GetAttribute("value").ShouldBe("100.00");
        var preview = shown.Html.QuerySelector("#refund dl")!.TextContent;
        foreach (var words in new[] { "back on the card", "€100.00", "-€60.00", "-€56.80", "-€3.20", "-€40.00" }) preview.ShouldContain(words);
        (await staff.Visitor.Get($"{page}?handler=Preview&item={order.Item()}&Input.Amount=25")).Must().Html.QuerySelector("dl")!.TextContent.ShouldContain("-€15.00");
        (await staff.Visitor.Get($"{page}?handler=Preview&item={order.Item()}&Input.Amount=100.01")).Must().Text.ShouldContain("more than is left");
        (await staff.Visitor.Get($"{page}?handler=Preview&item={order.Item()}&Input.Amount=x")).Must().Text.ShouldContain("such as 25");

        var typed = new Dictionary<string, string?> { ["Input.Amount"] = "33,33", ["Input.Reason"] = "It clips." };
        var refused = await staff.Visitor.Submit(shown, page, "#refund form", new Dictionary<string, string?> { ["Input.Amount"] = "33.333", ["Input.Reason"] = "It clips." });
        refused.Must(422).Html.QuerySelector(".errors").ShouldNotBeNull();
        refused.Html.QuerySelector("#refund input[name='Input.Amount']")!.GetAttribute("value").ShouldBe("33.333");
        (await staff.Visitor.Submit(shown, page, "#refund form", new Dictionary<string, string?> { ["Input.Amount"] = "1", ["Input.Reason"] = "" })).Must(422);
        var twice = await Task.WhenAll(staff.Visitor.Submit(shown, page, "#refund form", typed), staff.Visitor.Submit(shown, page, "#refund form", typed));
        twice.ShouldAllBe(a => a.Status == 302);

        var after = (await staff.Visitor.Get(page)).Must().Html;
        after.QuerySelectorAll("#refunds tbody tr").Length.ShouldBe(1, "a double click is one refund");
        after.QuerySelector("#refunds")!.TextContent.ShouldContain("Given back to the card");
        after.QuerySelector("#refund input[name='Input.Amount']")!.GetAttribute("value").ShouldBe("66.67");
        after.QuerySelector(".timeline")!.TextContent.ShouldContain("refunded in part");

        var bought = (await buyer.Visitor.Get($"/orders/{order.Id()}")).Must().Html;
        bought.QuerySelector(".page-head")!.TextContent.ShouldContain("Refunded in part");
        bought.QuerySelector("#refunds")!.TextContent.ShouldContain("It clips.");
        bought.QuerySelector("#refunds")!.TextContent.ShouldContain("€33.33");
        var sold = (await seller.Visitor.Get("/sell/orders")).Must().Html.QuerySelector("tbody tr")!.TextContent;
        sold.ShouldContain("€33.33 refunded");
        foreach (var list in new[] { sold, (await buyer.Visitor.Get("/orders")).Must().Html.QuerySelector("tbody tr")!.TextContent,
            (await staff.Visitor.Get($"/admin/orders?buyer={buyer.Account}")).Must().Html.QuerySelector("tbody tr")!.TextContent,
            (await staff.Visitor.Get($"/admin/people/{buyer.Account}")).Must().Html.QuerySelector($"li:has(a[href='/admin/orders/{order.Id()}'])")!.TextContent }) list.ShouldContain("Refunded in part");
        sold.ShouldContain("€36.80");      // 56.80 less 20.00
    }

    [Fact]
    public async Task Support_without_finance_refunds_and_sees_no_amount()
    {
        var (seller, buyer, support) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"), await Market.Staff(Rights.Support));
        var order = await buyer.Buy(await seller.PublishBeat(price: 1_937));
        var page = $"/admin/orders/{order.Id()}";
        var shown = (await support.Visitor.Get(page)).Must();
        shown.Text.ShouldNotContain("19.37");
        shown.Html.QuerySelector("#refund")!.TextContent.ShouldContain("It goes into the buyer's wallet.");

        (await support.Visitor.Submit(shown, page, "#refund form", new Dictionary<string, string?> { ["Input.Reason"] = "Bought twice." })).Must(302);

        (await buyer.Available()).ShouldBe(1_937);
        var after = (await support.Visitor.Get(page)).Must();
        after.Text.ShouldNotContain("19.37");
        after.Html.QuerySelector("#refund").ShouldBeNull("there is nothing left to give back");
        (await buyer.Visitor.Get($"/orders/{order.Id()}")).Must().Html.QuerySelector(".notice-info")!.TextContent.ShouldContain("files are closed");
        (await buyer.Visitor.Get("/orders")).Must().Html.QuerySelector("tbody")!.TextContent.ShouldContain("Refunded");
        var library = (await buyer.Visitor.Get("/library")).Must().Html;
        library.QuerySelector("main")!.TextContent.ShouldContain("files are closed");
        library.QuerySelector("main form").ShouldBeNull();
        (await seller.Visitor.Get("/sell/orders")).Must().Html.QuerySelector("tbody")!.TextContent.ShouldContain("Given back");
    }

    [Fact]
    public async Task The_pages_speak_french()
    {
        var (seller, buyer, staff) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"), await Market.Staff(Rights.Support, Rights.Finance));
        var order = await buyer.Buy(await seller.PublishBeat(price: 10_000));
        staff.Visitor.Http.DefaultRequestHeaders.AcceptLanguage.ParseAdd("fr");
        var page = $"/admin/orders/{order.Id()}";
        var shown = (await staff.Visitor.Get(page)).Must();
        shown.Html.QuerySelector("#refund input[name='Input.Amount']")!.GetAttribute("value").ShouldBe("100,00");
        shown.Html.QuerySelector("#refund")!.TextContent.ShouldContain("Le vendeur rend");
        (await staff.Visitor.Submit(shown, page, "#refund form", new Dictionary<string, string?> { ["Input.Amount"] = "12,50", ["Input.Reason"] = "Doublon." })).Must(302);
        (await buyer.Available()).ShouldBe(1_250);
        (await staff.Visitor.Submit(page, "#refund form", new Dictionary<string, string?> { ["Input.Amount"] = "1000", ["Input.Reason"] = "Doublon." })).Must(409).Html.QuerySelector(".errors")!.TextContent.ShouldContain("C’est plus qu’il ne reste");
    }
}
