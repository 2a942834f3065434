using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Kernel;

/// <summary>What an API key needs for a route. A session needs no scope: it may do whatever its account may.</summary>
/// <param name="Scope">Null: only people who signed in themselves may use it.</param>
public sealed record KeyAccess(string? Scope);

/// <summary>
/// Every route of the API says which scope opens it to API keys, or that none does. One that says nothing is closed to keys; a test
/// finds it.
/// </summary>
public static class KeyScopes
{
    /// <param name="scope">The only one that opens the route: <c>orders:read</c>.</param>
    public static TBuilder Scope<TBuilder>(this TBuilder route, string scope) where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new KeyAccess(scope));

    /// <summary>Accounts, ways to sign in, keys themselves, and what staff does.</summary>
    public static TBuilder NotForKeys<TBuilder>(this TBuilder route) where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new KeyAccess(null));

    /// <summary>After authentication and before authorization, so that a missing scope is said before anything else.</summary>
    public static void UseKeyScopes(this WebApplication app) => app.Use((http, next) =>
    {
        if (http.User.FindFirst(Caller.KeyClaim) is not null && http.GetEndpoint() is RouteEndpoint route) Check(route, Caller.From(http.User));
        return next();
    });

    private static void Check(RouteEndpoint route, Caller caller)
    {
        if (route.Metadata.GetMetadata<KeyAccess>()?.Scope is not { } scope)
            throw new Refused("key_not_allowed", 403, "API keys cannot be used for this. Sign in instead.");
        if (!caller.Scopes.Contains(scope))
            throw new Refused("scope_missing", 403, $"The API key needs the scope {scope} for this.");
    }
}
