using System.Text.RegularExpressions;
using Marketplace.Orders;

namespace Marketplace.Tests.Orders;

/// <summary>One word about a cart that was left alone, to who has proven their address and wants it; and the link that puts it back.</summary>
public sealed partial class CartReminderTests
{
    [Fact]
    public async Task Who_leaves_a_cart_for_a_day_gets_one_mail_whose_link_puts_it_back_at_the_price_of_the_day()
    {
        await using var market = await OwnMarket.Open();
        var seller = await market.SignUp("Nova");
        var (beat, gone) = (await seller.PublishBeat(price: 1_900), await seller.PublishBeat(price: 700));
        var (ana, unproven, unwilling, late) = (await Proven(market), await market.SignUp("Unproven"), await Proven(market), await Proven(market));
        foreach (var person in new[] { ana, unproven, unwilling }) (await person.AddToCart(beat)).Must();
        (await ana.AddToCart(gone)).Must();
        (await late.AddToCart(gone)).Must();
        (await seller.Visitor.Post($"/api/v1/products/{gone.Product}/archive")).Must();
        (await unwilling.Visitor.Put("/api/v1/notifications/preferences", new { data = new[] { new { type = "cart_left", inbox = false, mail = false } } })).Must();

        market.Clock.Walk(TimeSpan.FromHours(23));
        await market.Run<RemindCarts>();
        (await market.Count("SELECT count(*) FROM orders.cart_reminders")).ShouldBe(0);
        market.Clock.Walk(TimeSpan.FromHours(2));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => market.Run<RemindCarts>()));
        await market.Drain();
        (await market.Count("SELECT count(*) FROM orders.cart_reminders WHERE account = $1", ana.Account)).ShouldBe(1);
        (await market.Count("SELECT count(*) FROM orders.cart_reminders")).ShouldBe(2, "not to an address that is not proven, not about what cannot be bought");
        await market.HearAgain(ana.Account);
        var mail = (await market.Mails(ana)).Where(m => m.Subject == "Your cart is still here").ShouldHaveSingleItem();
        mail.Plain.ShouldContain(beat.Title);
        mail.Plain.ShouldContain("/unsubscribe/");
        (await market.MailStates(unwilling)).ShouldNotContain(s => s.StartsWith("cart_left", StringComparison.Ordinal));
        var link = Link().Match(mail.Plain).Value;

        // Every day for a month: never again, the one who proves their address excepted.
        await TestServer.Execute(market.ConnectionString, $"UPDATE users.accounts SET email_verified_at = '2026-03-03Z' WHERE id = '{unproven.Account}'");
        for (var day = 0; day < 3; day++)
        {
            market.Clock.Walk(TimeSpan.FromDays(1.1));
            await market.Run<RemindCarts>();
        }

        (await market.Count("SELECT count(*) FROM orders.cart_reminders WHERE account <> $1", unproven.Account)).ShouldBe(2);
        (await market.Count("SELECT count(*) FROM orders.cart_reminders WHERE account = $1", unproven.Account)).ShouldBe(1);

        // A scanner only looks; a person on another device puts it back, at what it costs now.
        await market.Reprice(beat, 2_100);
        using var phone = market.Visitor();
        var page = (await phone.Get(link)).Must();
        (page.Text.Contains(beat.Title, StringComparison.Ordinal), page.Text.Contains("21.00", StringComparison.Ordinal)).ShouldBe((true, true));
        (await phone.Get("/api/v1/cart")).Must().Json.GetProperty("items").GetArrayLength().ShouldBe(0);
        (await phone.Submit(link, "main form", new Dictionary<string, string?>())).Must(302).Location.ShouldBe("/cart");
        (await phone.Submit(link, "main form", new Dictionary<string, string?>())).Must(302);
        var line = (await phone.Get("/api/v1/cart")).Must().Json.GetProperty("items").EnumerateArray().Single();
        (line.GetProperty("price").GetProperty("amount").GetInt64(), line.GetProperty("problems").GetArrayLength()).ShouldBe((2_100, 0));
        (await market.Source.Command("SELECT token_hash FROM orders.cart_reminders WHERE account = $1", ana.Account).Scalar<byte[]>()).ShouldNotBeNull();

        await ana.TopUp(3_000);
        (await ana.Visitor.Get("/api/v1/cart")).Must();
        foreach (var item in (await ana.Visitor.Get("/api/v1/cart")).Json.GetProperty("items").EnumerateArray().Where(i => i.GetProperty("offer_id").GetGuid() != beat.Offer)) (await ana.Visitor.Delete($"/api/v1/cart/items/{item.Id()}")).Must(204);
        (await ana.Checkout(accepted: 2_100)).Must(201);
        var staff = await market.Staff(Marketplace.Users.Rights.Support);
        var counts = (await staff.Visitor.Get("/api/v1/cart-reminders")).Must().Json;
        (counts.GetProperty("mailed").GetInt64(), counts.GetProperty("restored").GetInt64(), counts.GetProperty("bought").GetInt64()).ShouldBe((1, 1, 1));
        (await staff.Visitor.Get("/admin/carts")).Must();

        market.Clock.Walk(TimeSpan.FromDays(31));
        (await phone.Get(link)).Must(404);
        await market.Run<RemindCarts>();
        (await market.Count("SELECT count(*) FROM orders.cart_reminders")).ShouldBe(3, "what is a month old is left in peace");
    }

    [Fact]
    public async Task What_was_bought_before_the_mail_is_written_is_not_mailed_and_one_click_turns_the_others_off()
    {
        await using var market = await OwnMarket.Open();
        var beat = await (await market.SignUp("Nova")).PublishBeat(price: 100);
        var (quick, tired) = (await Proven(market), await Proven(market));
        foreach (var person in new[] { quick, tired }) (await person.AddToCart(beat)).Must();
        market.Clock.Walk(TimeSpan.FromHours(25));
        await market.Run<RemindCarts>();
        await market.Drain();
        await quick.TopUp(100);
        (await quick.Checkout()).Must(201);
        (await market.Mails(quick)).ShouldNotContain(m => m.Subject == "Your cart is still here");
        (await market.MailStates(quick)).ShouldContain(s => s.StartsWith("cart_left dropped", StringComparison.Ordinal));

        var mail = (await market.Mails(tired)).Single(m => m.Subject == "Your cart is still here");
        using var program = market.Visitor();
        (await program.Post(new Uri(Off().Match(mail.Plain).Value).AbsolutePath, new FormUrlEncodedContent([new("List-Unsubscribe", "One-Click")]))).Must();
        (await tired.Visitor.Get("/api/v1/notifications/preferences")).Must().Json.GetProperty("data").EnumerateArray().Single(p => p.GetProperty("type").GetString() == "cart_left").GetProperty("mail").GetBoolean().ShouldBeFalse();
    }

    private static async Task<Person> Proven(Market market)
    {
        var person = await market.SignUp("Ana");
        await TestServer.Execute(market.ConnectionString, $"UPDATE users.accounts SET email_verified_at = created_at WHERE id = '{person.Account}'");
        return person;
    }

    [GeneratedRegex("/cart/restore/[A-Za-z0-9_-]{43}")]
    private static partial Regex Link();

    [GeneratedRegex(@"https?://\S+/unsubscribe/\S+")]
    private static partial Regex Off();
}
