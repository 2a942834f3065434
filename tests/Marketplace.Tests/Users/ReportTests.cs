using System.Text.Json;
using Marketplace.Users;

namespace Marketplace.Tests.Users;

/// <summary>Reports of what is against the rules: one open a person and thing, judged by others, and false ones counted from their rows.</summary>
public sealed class ReportTests : MarketTest
{
    [Fact]
    public async Task A_report_is_made_from_the_product_page_judged_in_the_queue_and_its_reporter_told()
    {
        var (seller, ana, moderator) = (await Market.SignUp("Nova"), await Market.SignUp(), await Market.Staff(Rights.Moderation));
        var beat = await seller.PublishBeat("Stolen Groove");
        var page = (await ana.Visitor.Get($"/p/{beat.Slug}")).Must().Html;
        var link = page.QuerySelector("a[href^='/report/product/']")!.GetAttribute("href")!;
        (await seller.Visitor.Get($"/p/{beat.Slug}")).Must().Html.QuerySelector("a[href^='/report/']").ShouldBeNull();
        (await ana.Visitor.Submit(link, "main form", new Dictionary<string, string?> { ["Input.Reason"] = "Other", ["Input.Text"] = "" })).Must(422).Text.ShouldContain("Say what is wrong with it.");
        (await ana.Visitor.Submit(link, "main form", new Dictionary<string, string?> { ["Input.Reason"] = "Copyright", ["Input.Text"] = "It is mine, from 2019." })).Must(302).Location.ShouldBe("/account/reports");
        (await ana.Visitor.Get("/account/reports")).Must().Text.ShouldContain("Being looked at");

        (await moderator.Visitor.Get("/admin/reports")).Must().Text.ShouldContain("Stolen Groove");
        var thing = $"/admin/reports/{beat.Product}";
        (await moderator.Visitor.Get(thing)).Must().Text.ShouldContain("It is mine, from 2019.");
        (await moderator.Visitor.Submit(thing, "form[action*='All']", new Dictionary<string, string?> { ["verdict"] = "Upheld" })).Must(302);
        (await ana.Visitor.Get("/account/reports")).Must().Text.ShouldContain("You were right");
        await Market.Drain();
        (await ana.Told("report_decided")).ShouldHaveSingleItem().GetProperty("title").GetString().ShouldBe("Your report was right");
        (await Market.Count("SELECT count(*) FROM users.audit_log WHERE actor = $1 AND act = 'users.report_judged' AND subject = $2", moderator.Account, beat.Product)).ShouldBe(1);
        (await (await Market.Staff(Rights.People)).Visitor.Get("/admin/reports")).Must(403);
    }

    [Fact]
    public async Task There_is_one_open_report_a_person_and_thing()
    {
        var (seller, ana, moderator) = (await Market.SignUp("Nova"), await Market.SignUp(), await Market.Staff(Rights.Moderation));
        var beat = await seller.PublishBeat();
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => ana.Report(beat.Product)));
        answers.Count(a => a.Status == 201).ShouldBe(1);
        answers.Where(a => a.Status != 201).ShouldAllBe(a => a.Code == "already_reported");
        (await ana.Report(seller.Account, "account")).Must(201);
        (await (await Market.SignUp()).Report(beat.Product)).Must(201);
        (await moderator.Judge(answers.First(a => a.Status == 201).Json.Id(), "rejected")).Must();
        (await ana.Report(beat.Product)).Must(201);
    }

    [Fact]
    public async Task Only_what_can_be_reported_is_and_nobody_reports_or_judges_their_own()
    {
        var (seller, moderator) = (await Market.Staff(Rights.Moderation), await Market.Staff(Rights.Moderation));
        var beat = await seller.PublishBeat();
        (await seller.Report(beat.Product)).MustRefuse(403, "own_thing");
        (await moderator.Report(Ids.New(TimeProvider.System))).MustRefuse(404, "not_found");
        (await moderator.Report(beat.Product, "shop")).MustRefuse(404, "not_found");
        (await moderator.Report(beat.Product, "ledger")).MustRefuse(404, "not_found");
        using (var visitor = Market.Visitor()) (await visitor.Post("/api/v1/reports", new { kind = "product", id = beat.Product, reason = "spam" })).MustRefuse(401, "unauthenticated");
        var report = (await moderator.Report(beat.Product)).Must(201).Json.Id();
        (await moderator.Judge(report, "upheld")).MustRefuse(403, "own_report");
        (await seller.Judge(report, "rejected")).MustRefuse(403, "own_report");
        (await (await Market.SignUp()).Judge(report, "rejected")).MustRefuse(403, "forbidden");
        (await moderator.Judge(Ids.New(TimeProvider.System), "rejected")).MustRefuse(404, "not_found");
    }

    [Fact]
    public async Task Three_false_reports_stop_for_thirty_days_five_for_good_and_a_reversal_counts_anew()
    {
        await using var market = await OwnMarket.Open();
        var (moderator, liar, seller) = (await market.Staff(Rights.Moderation), await market.SignUp(), await market.SignUp("Nova"));
        var beats = new List<PublishedBeat>();
        for (var n = 0; n < 6; n++) beats.Add(await seller.PublishBeat());
        var reports = new List<Guid>();
        for (var n = 0; n < 4; n++) reports.Add((await liar.Report(beats[n].Product)).Must(201).Json.Id());

        (await moderator.Judge(reports[0], "false")).Must().Json.GetProperty("strikes").GetInt32().ShouldBe(1);
        (await moderator.Judge(reports[1], "false")).Must();
        (await moderator.Judge(reports[2], "false")).Must().Json.GetProperty("strikes").GetInt32().ShouldBe(3);
        (await liar.Report(beats[4].Product)).MustRefuse(403, "reporting_blocked");
        await market.Drain();
        (await liar.Told("false_report")).Count.ShouldBe(3);
        (await market.Mails(liar)).Count(m => m.Subject == "You cannot report anything for 30 days").ShouldBe(1);

        (await moderator.Judge(reports[1], "rejected")).Must().Json.GetProperty("strikes").GetInt32().ShouldBe(2);
        reports.Add((await liar.Report(beats[4].Product)).Must(201).Json.Id());
        (await moderator.Judge(reports[1], "false")).Must();
        market.Clock.Walk(TimeSpan.FromDays(30));
        await Task.WhenAll(liar.SignIn(), moderator.SignIn());
        reports.Add((await liar.Report(beats[5].Product)).Must(201).Json.Id());
        (await moderator.Judge(reports[3], "false")).Must();
        (await moderator.Judge(reports[4], "false")).Must().Json.GetProperty("strikes").GetInt32().ShouldBe(5);
        market.Clock.Walk(TimeSpan.FromDays(400));
        await Task.WhenAll(liar.SignIn(), moderator.SignIn());
        (await liar.Report(beats[0].Product)).MustRefuse(403, "reporting_blocked");
        (await moderator.Judge(reports[0], "upheld")).Must().Json.GetProperty("strikes").GetInt32().ShouldBe(4);
        (await liar.Report(beats[0].Product)).Must(201);
    }

    [Fact]
    public async Task Verdicts_at_the_same_time_count_each_other()
    {
        var (liar, seller) = (await Market.SignUp(), await Market.SignUp("Nova"));
        var reports = new List<Guid>();
        for (var n = 0; n < 5; n++) reports.Add((await liar.Report((await seller.PublishBeat()).Product)).Must(201).Json.Id());
        var moderators = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Market.Staff(Rights.Moderation)));
        var judged = await Task.WhenAll(reports.Select((report, n) => moderators[n].Judge(report, "false")));
        judged.Select(j => j.Must().Json.GetProperty("strikes").GetInt32()).Order().ShouldBe([1, 2, 3, 4, 5]);
        (await liar.Report(seller.Account, "account")).MustRefuse(403, "reporting_blocked");
        await Market.Drain();
        (await liar.Told("false_report")).Select(n => n.GetProperty("title").GetString()).ShouldContain("You can report nothing any more");

        // Reversed by all at once, none is left.
        await Task.WhenAll(reports.Select((report, n) => moderators[n].Judge(report, "rejected")));
        (await liar.Report(seller.Account, "account")).Must(201);
    }

    [Fact]
    public async Task One_sees_ones_own_reports_only()
    {
        var (ana, ben, seller) = (await Market.SignUp(), await Market.SignUp(), await Market.SignUp("Nova"));
        var beat = await seller.PublishBeat();
        (await ana.Report(beat.Product)).Must(201);
        (await ana.Visitor.Get("/api/v1/reports")).Must().Json.GetProperty("data").GetArrayLength().ShouldBe(1);
        (await ben.Visitor.Get("/api/v1/reports")).Must().Json.GetProperty("data").GetArrayLength().ShouldBe(0);
    }
}

internal static class ReportSteps
{
    public static Task<Answer> Report(this Person person, Guid id, string kind = "product") => person.Visitor.Post("/api/v1/reports", new { kind, id, reason = "spam", text = "Look at the title." });

    public static Task<Answer> Judge(this Person moderator, Guid report, string verdict) => moderator.Visitor.Post($"/api/v1/reports/{report}/verdict", new { verdict });
}
