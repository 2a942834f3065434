using Marketplace.Kernel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Orders;

/// <summary>The module's table of contents.</summary>
public static class OrdersModule
{
    public static IServiceCollection AddOrders(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddModuleDb<OrdersDb>(OrdersDb.Schema);
        return services;
    }

    /// <param name="api">The group <c>/api/v1</c>.</param>
    public static void MapOrders(this IEndpointRouteBuilder api)
    {
    }
}
