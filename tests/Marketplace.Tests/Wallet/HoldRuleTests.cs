using FsCheck;
using FsCheck.Fluent;
using Marketplace.Users;
using Marketplace.Wallet;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests;

/// <summary>Rules of holds and the risk that multiplies their days.</summary>
public class HoldRuleTests
{
    [Theory]
    [InlineData("sold", 7, null, "1", null, 168.0)]
    [InlineData("sold", 7, null, "0.5", null, 84.0)]
    [InlineData("sold", 7, null, "2", 1.0, 336.0)]
    [InlineData("sold", 0, null, "2", null, 0.0)]
    [InlineData("downloaded", 3, 7, "1", null, 168.0)]
    [InlineData("downloaded", 3, 7, "1", 10.0, 82.0)]
    [InlineData("downloaded", 3, 7, "1", 120.0, 168.0)]
    [InlineData("downloaded", 3, 7, "0.5", 10.0, 46.0)]
    [InlineData("downloaded", 3, 7, "2", 10.0, 154.0)]
    [InlineData("accepted", 3, null, "1", null, null)]
    [InlineData("accepted", 3, null, "2", 100.0, 244.0)]
    [InlineData("completed", 0, 30, "1", 0.0, 0.0)]
    public async Task A_release_time_follows_from_event_days_and_risk(string happens, int days, int? latest, string factor, double? happened, double? expected)
    {
        var market = await Market.Shared;
        var sold = new DateTimeOffset(2026, 3, 27, 22, 30, 0, TimeSpan.Zero);   // a day of 24 hours, whatever a clock does that weekend
        var at = await market.Source.Command(
            "SELECT wallet.hold_release($1, $2, $3, $4, $5, $6)", happens, days, latest, decimal.Parse(factor, System.Globalization.CultureInfo.InvariantCulture), sold,
            happened is { } hours ? sold.AddHours(hours) : null).List(r => r.IsDBNull(0) ? (DateTimeOffset?)null : r.GetFieldValue<DateTimeOffset>(0));
        at.Single().ShouldBe(expected is { } after ? sold.AddHours(after) : null);
    }

    [Fact]
    public async Task Whatever_happens_when_a_release_never_moves_away_and_is_never_later_than_the_latest()
    {
        var market = await Market.Shared;
        var sold = new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
        var stories = (
            from days in Gen.Choose(0, 365)
            from latest in Gen.OneOf(Gen.Choose(0, 365).Select(d => (int?)d), Gen.Constant((int?)null))
            from factor in Gen.Elements(0m, 0.5m, 1m, 1.25m, 2m, 10m)
            from hours in Gen.Choose(0, 24 * 400)
            select (Days: days, Latest: latest, Factor: factor, Hours: hours)).Sample(500, 500).ToList();
        var found = await market.Source.Command(
            """
            SELECT wallet.hold_release('downloaded', d, l, f, $5, NULL), wallet.hold_release('downloaded', d, l, f, $5, $5 + make_interval(hours => h))
            FROM unnest($1::int[], $2::int[], $3::numeric[], $4::int[]) WITH ORDINALITY u (d, l, f, h, n) ORDER BY n
            """, stories.Select(s => s.Days).ToArray(), stories.Select(s => s.Latest).ToArray(), stories.Select(s => s.Factor).ToArray(), stories.Select(s => s.Hours).ToArray(), sold)
            .List(r => (Before: r.IsDBNull(0) ? (DateTimeOffset?)null : r.GetFieldValue<DateTimeOffset>(0), After: r.GetFieldValue<DateTimeOffset>(1)));
        foreach (var (story, (before, after)) in stories.Zip(found))
        {
            var byEvent = sold.AddHours(story.Hours).AddHours((double)(story.Days * story.Factor * 24));
            DateTimeOffset? latest = story.Latest is { } days ? sold.AddHours((double)(days * story.Factor * 24)) : null;
            before.ShouldBe(latest);
            after.ShouldBe(latest < byEvent ? latest.Value : byEvent);
        }
    }

    [Fact]
    public async Task A_download_brings_the_release_nearer_and_every_place_says_why()
    {
        await using var market = await OwnMarket.Open();
        var (finance, seller, buyer) = (await market.Staff(Rights.Finance, Rights.Support), await market.SignUp("Nova"), await market.SignUp("Ana"));
        (await finance.Visitor.Put("/api/v1/hold-rules/after_sale", new { @event = "downloaded", days = 2, latest_days = 10, reason = "Held until the files were looked at.", note = "Fewer refunds." })).Must();
        var order = await buyer.Buy(await seller.PublishBeat(price: 1_000));
        var sold = market.Clock.GetUtcNow();
        var hold = await Held(seller);
        (hold.GetProperty("release_at").GetDateTimeOffset(), hold.GetProperty("basis").GetProperty("event").GetString()).ShouldBe((sold.AddDays(10), "downloaded"));

        market.Clock.Walk(TimeSpan.FromDays(1));
        await market.Do(services => services.GetRequiredService<IWallet>().HoldEvent(order.Item(), SaleEvent.Delivered, market.Clock.GetUtcNow()));
        (await Held(seller)).GetProperty("release_at").GetDateTimeOffset().ShouldBe(sold.AddDays(10), "another event is none of this rule's");
        var rows = (await seller.Visitor.Get("/wallet")).Must().Html.QuerySelector("#held")!.TextContent;
        rows.ShouldContain("Held until the files were looked at.");
        rows.ShouldContain("Sooner: 2 days after the buyer first downloads it.");

        (await buyer.Visitor.Fetch(await buyer.DownloadLink(order), "one")).Status.ShouldBe(200);
        (await Held(seller)).GetProperty("release_at").GetDateTimeOffset().ShouldBe(sold.AddDays(3));
        market.Clock.Walk(TimeSpan.FromHours(3));
        (await buyer.Visitor.Fetch(await buyer.DownloadLink(order), "two")).Status.ShouldBe(200);
        await market.Do(services => services.GetRequiredService<IWallet>().HoldEvent(order.Item(), SaleEvent.Downloaded, market.Clock.GetUtcNow()));
        (await Held(seller)).GetProperty("release_at").GetDateTimeOffset().ShouldBe(sold.AddDays(3), "the first time counts");
        var nearer = (await seller.Visitor.Get("/wallet")).Must().Html;
        nearer.QuerySelector("#nearer")!.TextContent.ShouldContain("€6.00 of a sale come free sooner");
        (await seller.Visitor.Get("/wallet")).Must().Html.QuerySelector("#nearer").ShouldBeNull("it is told once");
        foreach (var (person, path) in new[] { (seller, "/wallet"), (seller, "/sell/orders"), (await market.Staff(Rights.Finance, Rights.Support), $"/admin/orders/{order.Id()}") })
        {
            var page = (await person.Visitor.Get(path)).Must().Html.QuerySelector("main")!.TextContent;
            page.ShouldContain("Held until the files were looked at.", Case.Sensitive, path);
            page.ShouldContain("Nothing releases it sooner", Case.Sensitive, path);
        }

        market.Clock.Walk(TimeSpan.FromDays(2));
        await market.Run<ReleaseHolds>();
        (await seller.Available()).ShouldBe(600);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task A_changed_rule_concerns_only_new_sales_is_audited_and_keeps_its_history()
    {
        await using var market = await OwnMarket.Open();
        var (finance, ana, ben) = (await market.Staff(Rights.Finance), await market.SignUp(), await market.SignUp());
        await ana.TopUp(10_000);
        await market.Settle(WalletSteps.NewId(), WalletSteps.NewId(), ana.Account, ben.Account, 1_000);
        var page = (await finance.Visitor.Get("/admin/hold-rules/after_sale")).Must();
        (await finance.Visitor.Submit(page, "/admin/hold-rules/after_sale", "main form", new Dictionary<string, string?> { ["Input.Days"] = "400", ["Input.Note"] = "Much longer." })).Status.ShouldBe(422);
        (await finance.Visitor.Submit(page, "/admin/hold-rules/after_sale", "main form", new Dictionary<string, string?> { ["Input.Days"] = "2", ["Input.Note"] = "Refunds are rare." })).Status.ShouldBe(302);
        await market.Settle(WalletSteps.NewId(), WalletSteps.NewId(), ana.Account, ben.Account, 2_000);

        (await market.Source.Command("SELECT amount, rule_version, extract(day FROM release_at - created_at)::int FROM wallet.holds ORDER BY amount").List(r => (r.GetInt64(0), r.GetInt32(1), r.GetInt32(2))))
            .ShouldBe([(900, 1, 7), (1_800, 2, 2)]);
        var history = (await finance.Visitor.Get("/admin/hold-rules/after_sale")).Must().Html.QuerySelectorAll("#history tbody tr");
        history.Length.ShouldBe(2);
        history[0].TextContent.ShouldContain("Refunds are rare.");
        (await market.Count("SELECT count(*) FROM users.audit_log WHERE act = 'wallet.hold_rule_changed' AND actor = $1", finance.Account)).ShouldBe(1);
        (await ana.Visitor.Put("/api/v1/hold-rules/after_sale", new { })).Status.ShouldBe(403);
        (await finance.Visitor.Put("/api/v1/hold-rules/nothing", new { @event = "sold", days = 1, reason = "R", note = "N" })).Status.ShouldBe(404);
        (await finance.Visitor.Put("/api/v1/hold-rules/after_sale", new { @event = "sold", days = 1, latest_days = 3, reason = "R", note = "N" })).MustRefuse(422, "invalid");

        market.Clock.Walk(TimeSpan.FromDays(2));
        await market.Run<ReleaseHolds>();
        (await ben.Available()).ShouldBe(1_800);
        await market.BooksMustHold();
    }

    [Theory]
    [InlineData(0, 0, 0, 0, 1, RiskLevel.Normal)]
    [InlineData(100, 30, 1, 0, 90, RiskLevel.Low)]
    [InlineData(100, 30, 1, 0, 89, RiskLevel.Normal)]
    [InlineData(100, 19, 0, 0, 400, RiskLevel.Normal)]
    [InlineData(100, 30, 2, 0, 400, RiskLevel.Normal)]
    [InlineData(100, 30, 0, 1, 400, RiskLevel.Normal)]
    [InlineData(100, 30, 0, 2, 400, RiskLevel.High)]
    [InlineData(300, 30, 0, 2, 400, RiskLevel.Normal)]
    [InlineData(20, 20, 2, 0, 400, RiskLevel.Normal)]
    [InlineData(30, 30, 3, 0, 400, RiskLevel.High)]
    [InlineData(31, 31, 3, 0, 400, RiskLevel.Normal)]
    public void Risk_follows_from_facts(long sold, long completed, long refunded, long disputed, int age, RiskLevel expected) =>
        SellerRisk.Of(new SellerFacts(sold, completed, refunded, disputed, TimeSpan.FromDays(age))).ShouldBe(expected);

    [Fact]
    public async Task Who_gives_back_much_waits_longer_unless_staff_says_otherwise_for_a_time()
    {
        await using var market = await OwnMarket.Open();
        var (finance, support, seller, buyer) = (await market.Staff(Rights.Finance), await market.Staff(Rights.Support), await market.SignUp("Nova"), await market.SignUp("Ana"));
        for (var i = 0; i < 3; i++)
        {
            var order = await buyer.Buy(await seller.PublishBeat(price: 1_000));
            (await support.Refund(order.Id(), order.Item())).Must(201);
        }

        (await Days(market, buyer, seller)).ShouldBe((RiskLevel.Normal, 7), "nobody has rated them yet");
        await market.Run<RateSellers>();
        (await Days(market, buyer, seller)).ShouldBe((RiskLevel.High, 14));
        (await seller.Visitor.Get("/wallet")).Must().Html.QuerySelector("#held")!.TextContent.ShouldContain("High risk: all days × 2.");

        var path = $"/admin/people/{seller.Account}/risk";
        var shown = (await finance.Visitor.Get(path)).Must();
        shown.Html.QuerySelector("main")!.TextContent.ShouldContain("High risk");
        (await finance.Visitor.Submit(shown, path, "main form", new Dictionary<string, string?> { ["Input.Level"] = "low" })).Status.ShouldBe(422, "a reason is needed");
        (await finance.Visitor.Submit(shown, path, "main form", new Dictionary<string, string?> { ["Input.Level"] = "low", ["Input.Reason"] = "One bad upload, mended.", ["Input.Until"] = "2026-03-09" })).Status.ShouldBe(302);
        (await finance.Visitor.Put($"/api/v1/sellers/{finance.Account}/risk", new { level = "low", reason = "Me." })).MustRefuse(403, "own_risk");
        (await Days(market, buyer, seller)).ShouldBe((RiskLevel.Low, 3));
        market.Clock.Walk(TimeSpan.FromDays(8));
        (await Days(market, buyer, seller)).ShouldBe((RiskLevel.High, 14), "the time of the exception is over");
        (await market.Source.Command("SELECT array_agg(act ORDER BY id) FROM users.audit_log WHERE subject = $1 AND act LIKE 'wallet.%'", seller.Account).Scalar<string[]>()).ShouldBe(["wallet.risk_overridden"]);
        await market.BooksMustHold();
    }

    private static async Task<(RiskLevel, int)> Days(OwnMarket market, Person buyer, Person seller)
    {
        var order = await buyer.Buy(await seller.PublishBeat(price: 1_000));
        var hold = (await market.Do(services => services.GetRequiredService<IWallet>().Holds([order.Item()]))).Single().Value;
        return (hold.Basis.Risk, (int)(hold.ReleaseAt!.Value - hold.CreatedAt).TotalDays);
    }

    private static async Task<System.Text.Json.JsonElement> Held(Person seller) => (await seller.Visitor.Get("/api/v1/wallet/holds")).Must().Json.GetProperty("data")[0];
}
