using System.Text.Json;
using Marketplace.Notifications;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests;

/// <summary>A mail in the development mailbox.</summary>
internal sealed record Mailed(Guid Id, string Subject, string Plain, string Html, string Language);

internal static class NotificationsSteps
{
    /// <summary>Publishes events and brings them to their listeners.</summary>
    public static async Task Happen(this Market market, params IEvent[] events)
    {
        await market.Do(services =>
        {
            foreach (var happened in events) services.GetRequiredService<UnitOfWork>().Publish(happened);
            return Task.CompletedTask;
        });
        await market.Drain();
    }

    /// <summary>The same events of this key are brought to the notifications once more, as after a crash before the mark.</summary>
    public static async Task HearAgain(this Market market, object key)
    {
        (await market.Source.Command("UPDATE kernel.deliveries SET state = 'pending', done_at = NULL WHERE listener LIKE 'notifications.%' AND key = $1", key.ToString()).Execute())
            .ShouldBeGreaterThan(0);
        await market.Drain();
    }

    /// <summary>What the person was told, newest first, as the API says.</summary>
    public static async Task<List<JsonElement>> Notices(this Person person, string query = "") =>
        (await person.Visitor.Get($"/api/v1/notifications?limit=100{query}")).Must().Json.GetProperty("data").EnumerateArray().ToList();

    /// <summary>What the person was told of this type.</summary>
    public static async Task<List<JsonElement>> Told(this Person person, params string[] types) =>
        (await person.Notices("")).Where(n => types.Contains(n.Type())).ToList();

    public static string Type(this JsonElement notice) => notice.GetProperty("type").GetString()!;

    public static async Task<int> Unread(this Person person) => (await person.Visitor.Get("/api/v1/notifications/unread-count")).Must().Json.GetProperty("count").GetInt32();

    /// <summary>All mails of the person that are due are sent; what the development mailbox then has for them, oldest first.</summary>
    public static async Task<List<Mailed>> Mails(this Market market, Person person)
    {
        for (var turn = 0; turn < 500 && await market.Count("SELECT count(*) FROM notifications.mails WHERE account = $1 AND state IN ('queued', 'sending')", person.Account) > 0; turn++)
        {
            await market.Run<SendMails>();
            await Task.Delay(10);   // another test may have them in hand
        }

        return await market.Source.Command("SELECT id, subject, plain, html, language FROM notifications.mailbox WHERE recipient = $1 ORDER BY id", person.Email)
            .List(r => new Mailed(r.GetGuid(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4)));
    }

    /// <summary>How the person's mails stand: "sale sent 1" (template, state, attempts).</summary>
    public static Task<List<string>> MailStates(this Market market, Person person) => market.Source.Command(
        "SELECT template || ' ' || state || ' ' || attempts FROM notifications.mails WHERE account = $1 ORDER BY template, id", person.Account).List(r => r.GetString(0));

    /// <summary>Somebody whose browser speaks this language when they sign up.</summary>
    public static async Task<Person> SignUpIn(this Market market, string language, string name = "Zoé")
    {
        var visitor = market.Visitor();
        visitor.Http.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        var email = UsersSteps.NewEmail();
        var account = (await visitor.Post("/api/v1/accounts", new { email, password = UsersSteps.Password, display_name = name })).Must(201).Json.Id();
        var person = new Person(account, email, UsersSteps.Password, visitor);
        await person.SignIn();
        return person;
    }
}
