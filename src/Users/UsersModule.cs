using Marketplace.Kernel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Users;

/// <summary>The module's table of contents.</summary>
public static class UsersModule
{
    public static IServiceCollection AddUsers(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddModuleDb<UsersDb>(UsersDb.Schema);
        return services;
    }

    /// <param name="api">The group <c>/api/v1</c>.</param>
    public static void MapUsers(this IEndpointRouteBuilder api)
    {
    }
}
