using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

// The modules' own namespace above them all: for them these come before the framework's methods of the same names.
namespace Marketplace;

/// <summary>
/// Maps handlers as the framework does, but compiles each at its first request: hundreds of routes cost a host half a second of its
/// start otherwise. What is wrong with a handler's parameters is still told at the start.
/// </summary>
public static class LazyRoutes
{
    public static RouteHandlerBuilder MapGet(this IEndpointRouteBuilder routes, [StringSyntax("Route")] string pattern, Delegate handler) => Map(routes, "GET", pattern, handler);

    public static RouteHandlerBuilder MapPost(this IEndpointRouteBuilder routes, [StringSyntax("Route")] string pattern, Delegate handler) => Map(routes, "POST", pattern, handler);

    public static RouteHandlerBuilder MapPut(this IEndpointRouteBuilder routes, [StringSyntax("Route")] string pattern, Delegate handler) => Map(routes, "PUT", pattern, handler);

    public static RouteHandlerBuilder MapPatch(this IEndpointRouteBuilder routes, [StringSyntax("Route")] string pattern, Delegate handler) => Map(routes, "PATCH", pattern, handler);

    public static RouteHandlerBuilder MapDelete(this IEndpointRouteBuilder routes, [StringSyntax("Route")] string pattern, Delegate handler) => Map(routes, "DELETE", pattern, handler);

    private static RouteHandlerBuilder Map(IEndpointRouteBuilder routes, string method, string pattern, Delegate handler) =>
        RouteHandlerServices.Map(routes, pattern, handler, [method],
            (about, options) => RequestDelegateFactory.InferMetadata(about, options),
            (asked, options, metadata) =>
            {
                var compiled = new Lazy<RequestDelegate>(() => RequestDelegateFactory.Create(asked, options, metadata).RequestDelegate);
                return new RequestDelegateResult(http => compiled.Value(http), metadata?.EndpointMetadata ?? []);
            });
}
