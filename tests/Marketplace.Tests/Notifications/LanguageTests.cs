using Marketplace.Users;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Notifications;

public sealed class LanguageTests : MarketTest
{
    [Theory]
    [InlineData("fr", "fr", "Bienvenue sur le marché", "Bonjour Zoé,")]
    [InlineData("fr-CA", "fr", "Bienvenue sur le marché", "Bonjour Zoé,")]
    [InlineData("en-GB", "en", "Welcome to the market", "Hello Zoé,")]
    [InlineData("de", "en", "Welcome to the market", "Hello Zoé,")]
    public async Task Mails_are_in_the_language_in_which_somebody_signed_up(string browser, string language, string subject, string hello)
    {
        var zoe = await Market.SignUpIn(browser);
        await Market.Drain();
        (await zoe.Visitor.Get("/api/v1/me")).Must().Json.GetProperty("language").GetString().ShouldBe(language);
        var mail = (await Market.Mails(zoe)).ShouldHaveSingleItem();
        mail.Subject.ShouldBe(subject);
        mail.Language.ShouldBe(language);
        mail.Plain.ShouldStartWith(hello);
        mail.Html.ShouldContain($"<html lang=\"{language}\">");
        (await Market.Count("SELECT count(*) FROM notifications.mails WHERE account = $1 AND language = $2", zoe.Account, language)).ShouldBe(1);
    }

    [Fact]
    public async Task The_language_can_be_changed_by_API_and_page_and_mails_not_yet_sent_follow()
    {
        await using var market = await OwnMarket.Open();
        var zoe = await market.SignUpIn("fr");
        await market.Drain();
        (await zoe.Visitor.Patch("/api/v1/me", new { language = "en" })).Must().Json.GetProperty("language").GetString().ShouldBe("en");
        (await market.Mails(zoe)).ShouldHaveSingleItem().Subject.ShouldBe("Welcome to the market");

        (await zoe.Visitor.Patch("/api/v1/me", new { language = "de" })).MustRefuse(422, "invalid");
        (await zoe.Visitor.Patch("/api/v1/me", new { language = "" })).MustRefuse(422, "invalid");
        (await zoe.Visitor.Patch("/api/v1/me", new { display_name = "Zoé B" })).Must().Json.GetProperty("language").GetString().ShouldBe("en");

        (await zoe.Visitor.Get("/account")).Must().Html.QuerySelector("#Input_Language option[selected]")!.GetAttribute("value").ShouldBe("en");
        (await zoe.Visitor.Submit("/account", "main form[method=post]", new Dictionary<string, string?> { ["Input.Language"] = "fr" })).Must(302);
        (await zoe.Visitor.Get("/api/v1/me")).Must().Json.GetProperty("language").GetString().ShouldBe("fr");
        (await zoe.Visitor.Submit("/account", "main form[method=post]", new Dictionary<string, string?> { ["Input.Language"] = "xx" })).Must(422);
    }

    [Fact]
    public async Task A_French_receipt_is_French_to_its_last_cent()
    {
        var (nova, zoe) = (await Market.SignUp("Nova"), await Market.SignUpIn("fr"));
        var order = await zoe.Buy(await nova.PublishBeat("Midnight Ferry", 2_999), await nova.PublishBeat("Kite", 1_000));
        await Market.Drain();
        var receipt = (await Market.Mails(zoe)).Single(m => m.Subject == $"Votre reçu pour la commande {order.GetProperty("number").GetInt64()}");
        var plain = receipt.Plain.Replace('\u00a0', ' ').Replace('\u202f', ' ');
        plain.ShouldContain("Midnight Ferry : 29,99 €");
        plain.ShouldContain("Kite : 10,00 €");
        plain.ShouldContain("Total : 39,99 €");
        var link = System.Text.RegularExpressions.Regex.Match(plain, @"Voir la commande : (\S+)").Groups[1].Value;
        link.ShouldStartWith($"{Market.Address}receipt/");
        using var elsewhere = Market.Visitor();
        (await elsewhere.Get(new Uri(link).PathAndQuery)).Must().Text.ShouldContain("Midnight Ferry");
        (await Market.Mails(nova)).Last().Language.ShouldBe("en");
    }

    [Fact]
    public async Task Contacts_are_told_within_a_transaction_and_without_and_not_of_the_erased()
    {
        var (ana, zoe, gone) = (await Market.SignUp("Ana"), await Market.SignUpIn("fr"), await Market.SignUp("Gone"));
        await TestServer.Execute(Market.ConnectionString, $"UPDATE users.accounts SET status = 'deleted' WHERE id = '{gone.Account}'");
        var asked = new[] { ana.Account, zoe.Account, gone.Account, WalletSteps.NewId(), ana.Account };
        await using var scope = Market.Services.CreateAsyncScope();
        foreach (var contacts in new[] { await scope.ServiceProvider.GetRequiredService<IUsers>().Contacts(asked), await Market.Do(s => s.GetRequiredService<IUsers>().Contacts(asked)) })
        {
            contacts.Values.OrderBy(c => c.Language).ShouldBe([new Contact(ana.Account, ana.Email, "Ana", "en"), new Contact(zoe.Account, zoe.Email, "Zoé", "fr")]);
        }

        (await scope.ServiceProvider.GetRequiredService<IUsers>().Contacts([])).ShouldBeEmpty();
    }
}
