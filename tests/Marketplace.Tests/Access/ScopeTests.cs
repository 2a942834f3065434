using Marketplace.Users;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Marketplace.Tests.Access;

/// <summary>Each route of the API against keys with and without its scope: the matrix is made from the routes themselves.</summary>
public sealed class ScopeTests : MarketTest
{
    [Fact]
    public void Every_route_of_the_API_says_what_a_key_needs() => Operation.All(Market).SelectMany(Faults).ShouldBeEmpty();

    [Fact]
    public void Every_scope_opens_something() =>
        Scopes.All.Except(Operation.All(Market).Select(ScopeOf).OfType<string>()).ShouldBeEmpty();

    [Fact]
    public void A_route_that_says_nothing_or_invents_a_scope_is_noticed()
    {
        Faults(Fixture()).ShouldBe(["GET /api/v1/fixture: says neither Scope nor NotForKeys"]);
        Faults(Fixture(new KeyAccess("orders:burn"))).ShouldBe(["GET /api/v1/fixture: there is no scope orders:burn"]);
        Faults(Fixture(new KeyAccess(Scopes.OrdersRead))).ShouldBeEmpty();
        Faults(Fixture(new KeyAccess(null))).ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_route_opens_to_its_scope_alone()
    {
        var wrong = new List<string>();
        var owner = await Market.SignUp("Ana", Capabilities.CanSell);
        var keys = new Dictionary<string, MadeKey>(StringComparer.Ordinal);
        var staff = await Market.Staff(Rights.System);
        foreach (var scope in Scopes.All)
        {
            if (keys.Count == 20) owner = await Market.SignUp("Ana", Capabilities.CanSell);     // an account has room for twenty
            keys[scope] = await owner.MakeKey(scope);
            keys["all but " + scope] = await owner.MakeKey(Scopes.All.Where(s => s != scope).ToArray());
        }

        var whole = await (await Market.SignUp("Bo", Capabilities.CanSell)).MakeKey(Scopes.All.ToArray());
        foreach (var key in keys.Values.Append(whole)) (await staff.Visitor.Put($"/api/v1/api-keys/{key.Id}/tier", new { tier = "enterprise" })).Must(204);

        var routes = Operation.All(Market).Where(o => o.IsApi).ToList();
        routes.Count.ShouldBeGreaterThan(50);
        foreach (var route in routes)
        {
            if (ScopeOf(route) is { } scope)
            {
                var without = await Ask(keys["all but " + scope], route);
                if (without.Code != "scope_missing" || without.Status != 403) wrong.Add($"{route.Name}: without {scope}: {without.Status} {without.Code}");
                var with = await Ask(keys[scope], route);
                if (with.Status is 401 or 429 or >= 500 || with.Code is "scope_missing" or "key_not_allowed") wrong.Add($"{route.Name}: with {scope}: {with.Status} {with.Code}");
            }
            else
            {
                var answer = await Ask(whole, route);
                if (answer.Code != "key_not_allowed" || answer.Status != 403) wrong.Add($"{route.Name}: closed to keys, but {answer.Status} {answer.Code}");
            }
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_document_says_each_scope()
    {
        using var visitor = Market.Visitor();
        var paths = (await visitor.Get("/swagger/v1/swagger.json")).Must().Json.GetProperty("paths");
        var orders = paths.GetProperty("/api/v1/orders").GetProperty("get");
        orders.GetProperty("x-scopes").EnumerateArray().Select(s => s.GetString()).ShouldBe([Scopes.OrdersRead]);
        orders.GetProperty("security")[0].GetProperty("bearer")[0].GetString().ShouldBe(Scopes.OrdersRead);
        paths.GetProperty("/api/v1/api-keys").GetProperty("post").TryGetProperty("x-scopes", out _).ShouldBeFalse();
        paths.GetProperty("/api/v1/products").GetProperty("get").GetProperty("security").GetArrayLength().ShouldBe(2);
        // What the document says is what the routes say.
        var said = paths.EnumerateObject().SelectMany(p => p.Value.EnumerateObject()).Count(o => o.Name != "head" && o.Value.TryGetProperty("x-scopes", out _));
        said.ShouldBe(Operation.All(Market).Count(o => ScopeOf(o) is not null));
    }

    private static Task<Answer> Ask(MadeKey key, Operation route) => key.Program.Send(new HttpMethod(route.Method), route.Path(), route.Method is "GET" or "DELETE" ? null : route.IsUpload ? new MultipartFormDataContent { { new ByteArrayContent([]), "original", "a.wav" } } : "{}", route.Method == "POST" ? WalletSteps.Key() : null);

    private static string? ScopeOf(Operation route) => route.Endpoint.Metadata.GetMetadata<KeyAccess>()?.Scope;

    private static IEnumerable<string> Faults(Operation route)
    {
        if (!route.IsApi) yield break;
        if (route.Endpoint.Metadata.GetMetadata<KeyAccess>() is not { } access) yield return $"{route.Name}: says neither Scope nor NotForKeys";
        else if (access.Scope is { } scope && !Scopes.All.Contains(scope)) yield return $"{route.Name}: there is no scope {scope}";
    }

    private static Operation Fixture(params object[] metadata)
    {
        var endpoint = new RouteEndpoint(_ => Task.CompletedTask, RoutePatternFactory.Parse("/api/v1/fixture"), 0, new EndpointMetadataCollection([new HttpMethodMetadata(["GET"]), .. metadata]), null);
        return new Operation("GET", "/api/v1/fixture", endpoint);
    }
}
