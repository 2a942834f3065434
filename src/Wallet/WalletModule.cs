using Marketplace.Kernel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Wallet;

/// <summary>The module's table of contents.</summary>
public static class WalletModule
{
    public static IServiceCollection AddWallet(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddModuleDb<WalletDb>(WalletDb.Schema);
        return services;
    }

    /// <param name="api">The group <c>/api/v1</c>.</param>
    public static void MapWallet(this IEndpointRouteBuilder api)
    {
    }
}
