using FluentValidation;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Architecture;

/// <summary>Every route says who may use it; every route that writes also runs in a transaction and validates what it is given.</summary>
public sealed class RouteTests : MarketTest
{
    [Fact]
    public void Every_route_says_who_may_use_it_and_writes_are_validated() =>
        Endpoints().SelectMany(e => Faults(e, Market.Services)).ShouldBeEmpty();

    [Fact]
    public void There_are_routes_to_examine() => Endpoints().Count(e => e.Metadata.OfType<WriteRoute>().Any()).ShouldBeGreaterThan(5);

    [Fact]
    public void A_write_without_policy_transaction_or_validator_is_noticed()
    {
        Faults(Fixture("POST"), Market.Services).ShouldBe(["POST /fixture: nobody said who may use it", "POST /fixture: writes without WriteRoute"]);
        Faults(Fixture("POST", new AllowAnonymousAttribute(), new WriteRoute(typeof(FixtureRequest), 200, false, false)), Market.Services)
            .ShouldBe(["POST /fixture: FixtureRequest has no validator"]);
        Faults(Fixture("GET", new AuthorizeAttribute()), Market.Services).ShouldBeEmpty();
    }

    private IEnumerable<RouteEndpoint> Endpoints() => Market.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
        // The fallback for assets that a developer has just added, in development only, is not ours to mark.
        .Where(e => e.RoutePattern.RawText is not "{**path:file}");

    private static IEnumerable<string> Faults(RouteEndpoint endpoint, IServiceProvider services)
    {
        var methods = endpoint.Metadata.OfType<IHttpMethodMetadata>().SelectMany(m => m.HttpMethods).Distinct().ToList();
        var name = $"{string.Join('|', methods)} /{endpoint.RoutePattern.RawText?.TrimStart('/')}";
        if (!endpoint.Metadata.OfType<IAuthorizeData>().Any() && !endpoint.Metadata.OfType<IAllowAnonymous>().Any())
            yield return $"{name}: nobody said who may use it";
        // Pages carry every method; the form filter guards their writes.
        if (methods.Count == 0 || methods.TrueForAll(m => m is "GET" or "HEAD") || endpoint.Metadata.OfType<Microsoft.AspNetCore.Mvc.RazorPages.PageActionDescriptor>().Any()) yield break;

        var write = endpoint.Metadata.OfType<WriteRoute>().FirstOrDefault();
        if (write is null)
            yield return $"{name}: writes without WriteRoute";
        else if (write.Request is { } request && request.GetProperties().Length > 0 && services.GetService(typeof(IValidator<>).MakeGenericType(request)) is null)
            yield return $"{name}: {request.Name} has no validator";
    }

    private static RouteEndpoint Fixture(string method, params object[] metadata) => new(
        _ => Task.CompletedTask, RoutePatternFactory.Parse("/fixture"), 0, new EndpointMetadataCollection([new HttpMethodMetadata([method]), .. metadata]), null);

    private sealed record FixtureRequest(string Name);
}
