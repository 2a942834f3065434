using Marketplace.Kernel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Catalog;

/// <summary>The module's table of contents.</summary>
public static class CatalogModule
{
    public static IServiceCollection AddCatalog(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddModuleDb<CatalogDb>(CatalogDb.Schema);
        return services;
    }

    /// <param name="api">The group <c>/api/v1</c>.</param>
    public static void MapCatalog(this IEndpointRouteBuilder api)
    {
    }
}
