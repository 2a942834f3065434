using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Catalog;

internal static class StorefrontServices
{
    public static void AddStorefront(this IServiceCollection services) => services.AddSingleton<LinkedData>().AddSingleton<SitemapParts>();
}
