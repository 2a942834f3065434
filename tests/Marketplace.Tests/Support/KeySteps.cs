using System.Text.Json;

namespace Marketplace.Tests;

/// <summary>An API key with a program that uses it.</summary>
internal sealed record MadeKey(Guid Id, string Key, Visitor Program);

internal static class KeySteps
{
    /// <summary>A key of the person with these scopes, made over HTTP.</summary>
    public static async Task<MadeKey> MakeKey(this Person person, params string[] scopes) => person.Use((await person.TryMakeKey(new { name = "A program", scopes })).Must(201).Json);

    public static Task<Answer> TryMakeKey(this Person person, object request) => person.Visitor.Post("/api/v1/api-keys", request);

    /// <summary>A program with the key that was just made.</summary>
    public static MadeKey Use(this Person person, JsonElement made)
    {
        var key = made.GetProperty("key").GetString()!;
        return new MadeKey(made.GetProperty("about").Id(), key, new Visitor(person.Visitor.Http.BaseAddress!) { Token = key });
    }
}
