using System.Net;
using Marketplace.Users;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests;

/// <summary>Somebody with an account, signed in for the API (token) and for pages (cookie).</summary>
internal sealed record Person(Guid Account, string Email, string Password, Visitor Visitor);

internal static class UsersSteps
{
    public const string Password = "correct horse battery staple";

    private static int people;

    /// <summary>Signs up and in over HTTP with an address of its own.</summary>
    /// <param name="grants">Capabilities beyond can_buy: <see cref="Capabilities"/>.</param>
    public static async Task<Person> SignUp(this Market market, string name = "Ana", params string[] grants)
    {
        var email = NewEmail();
        var visitor = market.Visitor();
        var account = (await visitor.Post("/api/v1/accounts", new { email, password = Password, display_name = name })).Must(201).Json.GetProperty("id").GetGuid();
        if (grants.Length > 0) await market.Grant(account, grants);
        var person = new Person(account, email, Password, visitor);
        await person.SignIn();
        return person;
    }

    /// <summary>Somebody with rights: <see cref="Rights"/>.</summary>
    public static async Task<Person> Staff(this Market market, params string[] rights)
    {
        var person = await market.SignUp("Staff");
        await market.Do(async services =>
        {
            foreach (var right in rights) await services.GetRequiredService<IUsers>().GrantRight(person.Account, right);
        });
        return person;
    }

    public static Task Grant(this Market market, Guid account, params string[] capabilities) => market.Do(async services =>
    {
        foreach (var capability in capabilities) await services.GetRequiredService<IUsers>().Grant(account, capability);
    });

    /// <summary>A new session for this person's visitor, by API; its token is the cookie of pages, too.</summary>
    public static async Task SignIn(this Person person)
    {
        var token = (await person.Visitor.Post("/api/v1/sessions", new { email = person.Email, password = person.Password })).Must(201).Json.GetProperty("token").GetString()!;
        person.Visitor.Token = token;
        person.Visitor.Cookies.Add(person.Visitor.Http.BaseAddress!, new Cookie("session", token, "/"));
    }

    public static string NewEmail() => $"person{Interlocked.Increment(ref people)}@example.com";
}
