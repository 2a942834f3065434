using System.Text.RegularExpressions;
using Marketplace.Wallet;

namespace Marketplace.Tests.Notifications;

public sealed partial class PreferenceTests : MarketTest
{
    private static readonly Money Euros = Money.Of(1_000, "EUR");

    [Fact]
    public async Task What_is_turned_off_does_not_come_that_way_and_comes_again_when_turned_on()
    {
        var nova = await Market.SignUp("Nova");
        var all = (await nova.Visitor.Get("/api/v1/notifications/preferences")).Must().Json.GetProperty("data").EnumerateArray().ToList();
        all.ShouldAllBe(w => w.GetProperty("inbox").GetBoolean() && w.GetProperty("mail").GetBoolean());
        all.Select(w => w.Type()).ShouldBe(["sale", "sale_refunded", "hold_released", "product_approved", "product_rejected", "field_approved", "field_rejected", "welcome", "payout_approved", "payout_sent", "destination_verified", "review_published", "review_awaited", "review_answered", "review_hidden", "boost_started", "boost_ended", "cart_left", "search_found", "member_joined", "member_left", "work_waits", "parcel_shipped", "parcel_delivered", "claim_answered"]);

        await Wish(nova, inbox: true, mail: false);
        await Release(nova);
        (await nova.Told("hold_released")).Count.ShouldBe(1);
        (await Mails(nova)).ShouldBe(0);

        var changed = await Wish(nova, inbox: false, mail: true);
        changed.Json.GetProperty("data").EnumerateArray().Single(w => w.Type() == "hold_released").GetProperty("inbox").GetBoolean().ShouldBeFalse();
        await Release(nova);
        (await nova.Told("hold_released")).Count.ShouldBe(1);
        (await Mails(nova)).ShouldBe(1);

        await Wish(nova, inbox: true, mail: true);
        await Release(nova);
        (await nova.Told("hold_released")).Count.ShouldBe(2);
        (await Mails(nova)).ShouldBe(2);
    }

    [Theory]
    [InlineData("""{"data": [{"type": "order_paid", "inbox": true, "mail": false}]}""", 422, "invalid")]
    [InlineData("""{"data": [{"type": "payment_failed", "inbox": true, "mail": true}]}""", 422, "invalid")]
    [InlineData("""{"data": [{"type": "refund", "inbox": false, "mail": true}]}""", 422, "invalid")]
    [InlineData("""{"data": [{"type": "password_link", "inbox": false, "mail": false}]}""", 422, "invalid")]
    [InlineData("""{"data": []}""", 422, "invalid")]
    [InlineData("""{"data": [{"type": "sale", "inbox": true, "mail": true}, {"type": "sale", "inbox": false, "mail": true}]}""", 422, "invalid")]
    [InlineData("""{"data": [{"type": "gossip", "inbox": true, "mail": true}]}""", 400, "malformed")]
    [InlineData("""{"data": [null]}""", 422, "invalid")]
    [InlineData("""{"data": [{"type": "sale", "inbox": true}]}""", 400, "malformed")]
    [InlineData("""{"data": [{"type": "sale", "inbox": true, "mail": true, "sms": true}]}""", 400, "unknown_field")]
    public async Task Receipts_cannot_be_turned_off_and_garbage_changes_nothing(string body, int status, string code)
    {
        var ana = await Market.SignUp();
        (await ana.Visitor.Put("/api/v1/notifications/preferences", body)).MustRefuse(status, code);
        (await Market.Count("SELECT count(*) FROM notifications.preferences WHERE account = $1", ana.Account)).ShouldBe(0);
    }

    [Fact]
    public async Task The_page_shows_and_changes_them_and_promises_receipts()
    {
        var ana = await Market.SignUp();
        var page = (await ana.Visitor.Get("/account/notifications")).Must();
        page.Html.QuerySelectorAll("main input[type=checkbox][checked]").Length.ShouldBe(50);
        page.Text.ShouldContain("always reach you");
        var token = page.Html.QuerySelector("main form input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        (await ana.Visitor.Post("/account/notifications", new FormUrlEncodedContent([new("__RequestVerificationToken", token), new("On", "sale:mail"), new("On", "welcome:inbox"), new("On", "order_paid:mail"), new("On", "nonsense")])))
            .Must(302).Location.ShouldBe("/account/notifications");
        (await ana.Visitor.Get("/account/notifications")).Must().Html.QuerySelectorAll("main input[type=checkbox][checked]").Select(i => i.GetAttribute("value")).ShouldBe(["sale:mail", "welcome:inbox"]);
        ana.Visitor.Http.DefaultRequestHeaders.AcceptLanguage.ParseAdd("fr");
        (await ana.Visitor.Get("/account/notifications")).Must().Text.ShouldContain("Par e-mail");
    }

    [Fact]
    public async Task A_link_in_the_mail_stops_its_kind_after_a_question_and_nobody_can_make_one()
    {
        var nova = await Market.SignUp("Nova");
        await Release(nova);
        var mail = (await Market.Mails(nova)).Single(m => m.Subject.Contains("released"));
        var path = new Uri(Link().Match(mail.Plain).Value).PathAndQuery;
        mail.Html.ShouldContain(path);

        using var browser = Market.Visitor();
        (await browser.Get(path)).Must().Text.ShouldContain("Stop these mails?");
        await Release(nova);
        (await Mails(nova)).ShouldBe(2, "looking changes nothing");

        (await browser.Submit(path, "main form", new Dictionary<string, string?>())).Must(302).Location.ShouldBe(path);
        (await browser.Get(path)).Must().Text.ShouldContain("No more of these mails");
        await Release(nova);
        (await Mails(nova)).ShouldBe(2);
        (await nova.Told("hold_released")).Count.ShouldBe(3, "the inbox still tells");

        foreach (var forged in new[] { path[..^3] + "AAA", "/unsubscribe/" + new string('A', 180), "/unsubscribe/%20", $"/unsubscribe/{nova.Account}" })
        {
            (await browser.Get(forged)).Must(404);
            (await browser.Post(forged)).Must(404);
        }
    }

    [Fact]
    public async Task A_mail_programs_one_click_needs_neither_sign_in_nor_form_and_gets_no_redirect()
    {
        var nova = await Market.SignUp("Nova");
        await Release(nova);
        var path = new Uri(Link().Match((await Market.Mails(nova)).Single(m => m.Subject.Contains("released")).Plain).Value).PathAndQuery;
        using var program = Market.Visitor();
        (await program.Post(path, new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]))).Must(200);
        (await program.Post(path, new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]))).Must(200);
        (await program.Post(path, "{garbage")).Must(302);
        await Release(nova);
        (await Mails(nova)).ShouldBe(1);
    }

    [Fact]
    public async Task Receipts_carry_no_way_to_stop_them()
    {
        var (nova, ana) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"));
        await ana.Buy(await nova.PublishBeat(price: 1_000));
        await Market.Drain();
        var receipt = (await Market.Mails(ana)).Single(m => m.Subject.Contains("receipt"));
        receipt.Plain.ShouldNotContain("/unsubscribe/");
        receipt.Html.ShouldNotContain("/unsubscribe/");
        (await Market.Mails(nova)).Single(m => m.Subject.StartsWith("You sold")).Plain.ShouldContain("/unsubscribe/");
    }

    private static async Task<Answer> Wish(Person person, bool inbox, bool mail) =>
        (await person.Visitor.Put("/api/v1/notifications/preferences", new { data = new[] { new { type = "hold_released", inbox, mail } } })).Must();

    private Task Release(Person person) => Market.Happen(new HoldReleased(person.Account, Euros, Money.Of(0, "EUR"), 1));

    private async Task<int> Mails(Person person) => (await Market.Mails(person)).Count(m => m.Subject.Contains("released"));

    [GeneratedRegex(@"https?://\S+/unsubscribe/\S+")]
    private static partial Regex Link();
}
