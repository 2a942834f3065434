using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Catalog;

internal static class TagRoutes
{
    public static void AddTags(this IServiceCollection services)
    {
        services.AddSchedule<AddUpTags>("catalog.add_up_tags", TimeSpan.FromMinutes(1));
        services.AddMenu<Texts>("footer", 25, "Tags", "/tags", "tags");
    }

    public static void MapTags(this IEndpointRouteBuilder api) =>
        api.MapGet("/tags", (string? q, int? limit, NpgsqlDataSource source, TimeProvider clock, CancellationToken stop) => Tags.List(q, limit, source, clock, stop))
            .ForAnyone().Scope(Scopes.ProductsRead).WithName("ListTags").WithTags("Catalog").WithSummary("Tags that begin with q, the most used first; without q what is going on now.");
}
