using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Access;

/// <summary>A method of a route, as the host serves it.</summary>
internal sealed record Operation(string Method, string Pattern, RouteEndpoint Endpoint)
{
    public string Name => $"{Method} {Pattern}";

    public bool IsApi => Pattern.StartsWith("/api/", StringComparison.Ordinal);

    public bool IsUpload => Endpoint.Metadata.OfType<IAcceptsMetadata>().Any(a => a.ContentTypes.Contains("multipart/form-data"));

    /// <summary>Names of what stands in braces.</summary>
    public IReadOnlyList<string> Parameters => Endpoint.RoutePattern.Parameters.Select(p => p.Name).ToList();

    /// <summary>The path with these values; a random id of the right form for what is not named.</summary>
    public string Path(IReadOnlyDictionary<string, string>? values = null) => "/" + string.Join('/', Endpoint.RoutePattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part switch
    {
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart parameter => values?.GetValueOrDefault(parameter.Name) ?? (parameter.IsOptional ? "" : Random(parameter)),
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternSeparatorPart separator => separator.Content,
        _ => ((Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart)part).Content,
    })))).TrimEnd('/');

    /// <summary>All of the host's own: the API, pages, and what stands beside them. Not: files of the look, and the fallback of a developer's host.</summary>
    public static IReadOnlyList<Operation> All(Market market) => market.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
        .Where(e => !e.Metadata.Any(m => m.GetType().Name is "StaticAssetDescriptor") && e.RoutePattern.RawText is not "{**path:file}")
        .SelectMany(e =>
        {
            var methods = e.Metadata.OfType<IHttpMethodMetadata>().LastOrDefault()?.HttpMethods.Where(m => m != "HEAD").ToList() ?? [];
            if (methods.Count == 0) methods = ["GET"];
            var pattern = $"/{e.RoutePattern.RawText?.Trim('/')}";
            return methods.Select(m => new Operation(e.Metadata.OfType<PageActionDescriptor>().Any() ? "PAGE" : m, pattern, e));
        })
        .DistinctBy(o => o.Name).OrderBy(o => o.Pattern, StringComparer.Ordinal).ThenBy(o => o.Method, StringComparer.Ordinal).ToList();

    private static string Random(Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart parameter) =>
        parameter.ParameterPolicies.Any(p => p.Content == "guid") ? Guid.CreateVersion7().ToString()
        : parameter.ParameterPolicies.Any(p => p.Content == "long") ? (9_000_000_000 + System.Security.Cryptography.RandomNumberGenerator.GetInt32(1_000_000)).ToString(System.Globalization.CultureInfo.InvariantCulture)
        : parameter.ParameterPolicies.Any(p => p.Content == "int") ? TimeProvider.System.GetUtcNow().Year.ToString(System.Globalization.CultureInfo.InvariantCulture)
        : $"none-{Guid.CreateVersion7():n}"[..20];
}
