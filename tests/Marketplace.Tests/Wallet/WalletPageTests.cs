using Marketplace.Wallet;

namespace Marketplace.Tests;

public class WalletPageTests : MarketTest
{
    [Theory]
    [InlineData("JPY", 5_000, "¥5,000")]
    [InlineData("KWD", 12_345, "12.345")]
    [InlineData("EUR", 12_345, "€123.45")]
    public async Task Amounts_have_the_decimals_of_their_currency(string currency, long minor, string words)
    {
        var ana = await Market.SignUp();
        await ana.TopUp(minor, currency);

        (await ana.Available(currency)).ShouldBe(minor);
        var page = (await ana.Visitor.Get("/wallet")).Must().Html;
        page.QuerySelector(".figures")!.TextContent.ShouldContain(words);
        page.QuerySelector("#statement tbody")!.TextContent.ShouldContain(words);
    }

    [Fact]
    public async Task A_fresh_wallet_says_what_it_is_for()
    {
        var ana = await Market.SignUp();
        var page = (await ana.Visitor.Get("/wallet")).Must().Html;
        page.QuerySelector(".empty")!.TextContent.ShouldContain("Nothing has moved yet");
        page.QuerySelector(".figures")!.TextContent.ShouldContain("€0.00");
    }

    [Theory]
    [InlineData("25", "EUR", 2_500)]
    [InlineData("25,50", "EUR", 2_550)]
    [InlineData(" 1.00 ", "GBP", 100)]
    [InlineData("150", "JPY", 150)]
    [InlineData("1.005", "KWD", 1_005)]
    public async Task A_form_without_script_tops_up_and_shows_the_result(string amount, string currency, long minor)
    {
        var ana = await Market.SignUp();

        var sent = (await Fill(ana, amount, currency, SandboxProvider.Ok)).Must(302);

        (await ana.Visitor.Get(sent.Location!)).Must().Html.QuerySelector("h1")!.TextContent.ShouldContain("is in your wallet");
        (await ana.Available(currency)).ShouldBe(minor);
    }

    [Theory]
    [InlineData("", "EUR")]
    [InlineData("abc", "EUR")]
    [InlineData("0.99", "EUR")]
    [InlineData("1.001", "EUR")]
    [InlineData("10000.01", "EUR")]
    [InlineData("-5", "EUR")]
    [InlineData("79228162514264337593543950335", "EUR")]
    [InlineData("100.5", "JPY")]
    [InlineData("25", "XPL")]
    [InlineData("25", "EURO")]
    public async Task A_wrong_amount_is_shown_again_with_the_reason_and_what_was_typed(string amount, string currency)
    {
        var ana = await Market.SignUp();

        var shown = await Fill(ana, amount, currency, SandboxProvider.Declined);

        shown.Must(422).Html.QuerySelector(".errors").ShouldNotBeNull();
        shown.Html.QuerySelector("[name='Input.Amount']")!.GetAttribute("value").ShouldBe(amount);
        shown.Html.QuerySelector("[name=payment_token][checked]")!.GetAttribute("value").ShouldBe(SandboxProvider.Declined);
        (await PaymentTests.Charges(Market, ana)).ShouldBe(0);
    }

    [Theory]
    [InlineData("Input.Amount")]
    [InlineData("payment_token")]
    [InlineData("payment_method")]
    [InlineData("idempotency_key")]
    [InlineData("note")]
    public async Task A_card_number_typed_anywhere_is_refused_and_not_shown_again(string field)
    {
        var ana = await Market.SignUp();
        var shown = await ana.Visitor.Submit("/wallet/top-up", "form.form", new Dictionary<string, string?> { ["Input.Amount"] = "25", [field] = "4111 1111 1111 1111" });
        shown.Must(422).Text.ShouldNotContain("4111");
        shown.Text.ShouldContain("Do not send card numbers");
    }

    [Fact]
    public async Task A_double_click_is_one_top_up()
    {
        var ana = await Market.SignUp();
        var page = (await ana.Visitor.Get("/wallet/top-up")).Must();
        var fields = new Dictionary<string, string?> { ["Input.Amount"] = "20" };

        var clicks = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ana.Visitor.Submit(page, "/wallet/top-up", "form.form", fields)));

        clicks.Select(c => c.Must(302).Location).Distinct().Count().ShouldBe(1);
        (await ana.Available()).ShouldBe(2_000);
    }

    [Theory]
    [InlineData(SandboxProvider.Declined, "was not paid", "declined the card")]
    [InlineData(SandboxProvider.Timeout, "We are asking the bank", "not be charged twice")]
    public async Task A_payment_that_did_not_work_explains_itself(string token, string title, string reason)
    {
        var ana = await Market.SignUp();
        var shown = (await ana.Visitor.Get((await Fill(ana, "25", "EUR", token)).Must(302).Location!)).Must().Html;
        shown.QuerySelector("h1")!.TextContent.ShouldContain(title);
        shown.QuerySelector(".lead")!.TextContent.ShouldContain(reason);
    }

    [Fact]
    public async Task A_card_that_asks_leads_to_the_bank_and_back_to_the_paid_top_up()
    {
        var ana = await Market.SignUp();
        var bank = (await Fill(ana, "25", "EUR", SandboxProvider.Secure)).Must(302).Location!;
        (await ana.Visitor.Get(bank)).Must().Html.QuerySelector(".notice")!.TextContent.ShouldContain("Sandbox");
        (await ana.Available()).ShouldBe(0);

        var back = (await ana.Visitor.Submit(bank, "form[action*=Confirm]", new Dictionary<string, string?>())).Must(302);

        (await ana.Visitor.Get(back.Location!)).Must().Html.QuerySelector("h1")!.TextContent.ShouldContain("is in your wallet");
        (await ana.Available()).ShouldBe(2_500);
    }

    [Fact]
    public async Task The_statement_tells_each_change_with_the_balance_before_and_after_and_what_is_held()
    {
        var (ana, ben) = (await Market.SignUp(), await Market.SignUp());
        await ana.TopUp(10_000);
        await ana.TopUp(2_000, "GBP");
        var order = WalletSteps.NewId();
        await Market.Settle(order, WalletSteps.NewId(), ana.Account, ben.Account, 4_000);

        var entries = (await ana.Visitor.Get("/api/v1/wallet/entries?currency=EUR")).Must().Json.GetProperty("data").EnumerateArray()
            .Select(e => (e.GetProperty("type").GetString(), Minor(e, "balance_before"), Minor(e, "amount"), Minor(e, "balance_after"))).ToList();
        entries.ShouldBe([("hold", 10_000, -4_000, 6_000), ("deposit", 0, 10_000, 10_000)]);

        var sale = (await ben.Visitor.Get("/api/v1/wallet/entries")).Must().Json.GetProperty("data").EnumerateArray().Single();
        (sale.GetProperty("type").GetString(), sale.GetProperty("account").GetString(), Minor(sale, "amount"), sale.GetProperty("reference").GetGuid()).ShouldBe(("sale", "pending", 3_600, order));
        var page = (await ben.Visitor.Get("/wallet")).Must().Html;
        page.QuerySelector("#statement tbody")!.TextContent.ShouldContain("Held");
        page.QuerySelectorAll(".figures .held").Length.ShouldBe(1);

        (await ana.Visitor.Get("/wallet?type=hold")).Must().Html.QuerySelectorAll("#statement tbody tr").Length.ShouldBe(1);
        (await ana.Visitor.Get("/wallet?currency=GBP")).Must().Html.QuerySelectorAll("#statement tbody tr").Length.ShouldBe(1);
        (await ana.Visitor.Get("/wallet?type=refund")).Must().Html.QuerySelector(".empty")!.TextContent.ShouldContain("Nothing of this kind");
    }

    [Fact]
    public async Task Walking_the_statement_by_pages_meets_every_entry_once_newest_first()
    {
        var (ana, ben) = (await Market.SignUp(), await Market.SignUp());
        await ana.TopUp(10_000);
        await ana.TopUp(10_000, "USD");
        for (var i = 0; i < 7; i++)
        {
            await Market.Settle(WalletSteps.NewId(), WalletSteps.NewId(), ana.Account, ben.Account, 100 + i);
            await Market.Settle(WalletSteps.NewId(), WalletSteps.NewId(), ana.Account, ana.Account, 200 + i, "USD");
        }

        var (ids, times, next) = (new List<string>(), new List<DateTimeOffset>(), "");
        do
        {
            var page = (await ana.Visitor.Get($"/api/v1/wallet/entries?limit=4{next}")).Must().Json;
            foreach (var entry in page.GetProperty("data").EnumerateArray())
            {
                ids.Add(entry.GetProperty("id").GetString()!);
                times.Add(entry.GetProperty("at").GetDateTimeOffset());
            }

            next = page.GetProperty("has_more").GetBoolean() ? $"&cursor={page.GetProperty("next_cursor").GetString()}" : null;
        }
        while (next is not null);

        ids.Count.ShouldBe(2 + 7 + 14);
        ids.Distinct().Count().ShouldBe(ids.Count);
        times.ShouldBe(times.OrderDescending());
    }

    [Theory]
    [InlineData("?currency=ZZZ", 422)]
    [InlineData("?type=nothing", 422)]
    [InlineData("?type=%00", 422)]
    [InlineData("?cursor=abc", 400)]
    [InlineData("?limit=0", 422)]
    [InlineData("?limit=101", 422)]
    [InlineData("?limit=many", 400)]
    public async Task Garbage_in_the_statements_filters_is_refused(string query, int status)
    {
        var ana = await Market.SignUp();
        (await ana.Visitor.Get("/api/v1/wallet/entries" + query)).Must(status).Code.ShouldNotBeNull();
        (await ana.Visitor.Get("/wallet" + query)).Status.ShouldBeOneOf(status, 200);
    }

    [Fact]
    public async Task A_cursor_of_another_list_is_refused()
    {
        var ana = await Market.SignUp();
        await ana.TopUp(100);
        await ana.TopUp(100);
        var cursor = (await ana.Visitor.Get("/api/v1/wallet/entries?limit=1")).Must().Json.GetProperty("next_cursor").GetString();
        (await ana.Visitor.Get($"/api/v1/wallet/entries?limit=1&type=sale&cursor={cursor}")).MustRefuse(400, "cursor_invalid");
        var eve = await Market.SignUp("Eve");
        (await eve.Visitor.Get($"/api/v1/wallet/entries?limit=1&cursor={cursor}")).MustRefuse(400, "cursor_invalid");
    }

    [Fact]
    public async Task The_pages_speak_french()
    {
        var ana = await Market.SignUp();
        await ana.TopUp(12_345);
        ana.Visitor.Http.DefaultRequestHeaders.AcceptLanguage.ParseAdd("fr");
        var page = (await ana.Visitor.Get("/wallet")).Must().Html.Body!.TextContent;
        page.ShouldContain("Portefeuille");
        page.ShouldContain("Dépôt");
        page.ShouldContain("123,45");
        var shown = await Fill(ana, "0,50", "EUR", SandboxProvider.Ok);
        shown.Must(422).Html.QuerySelector(".errors")!.TextContent.ShouldContain("Entre");
    }

    private static Task<Answer> Fill(Person person, string amount, string currency, string token) => person.Visitor.Submit(
        "/wallet/top-up", "form.form", new Dictionary<string, string?> { ["Input.Amount"] = amount, ["Input.Currency"] = currency, ["payment_token"] = token });

    private static long Minor(System.Text.Json.JsonElement entry, string member) => entry.GetProperty(member).GetProperty("amount").GetInt64();
}
