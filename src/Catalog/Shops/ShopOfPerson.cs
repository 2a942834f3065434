using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>What somebody sells, on their public page.</summary>
/// <param name="Products">At most four, newest first.</param>
internal sealed record ShopOfPerson(ShopView Shop, IReadOnlyList<ProductLine> Products)
{
    public static async Task<object?> Load(HttpContext http, object? model)
    {
        if (model is not ProfileSlot person) return null;
        var (source, cursors) = (http.RequestServices.GetRequiredService<NpgsqlDataSource>(), http.RequestServices.GetRequiredService<Cursors>());
        if (await ReadShops.Of(person.Account, source, http.RequestAborted) is not { } shop) return null;
        var products = (await ListProducts.Handle(new ListProducts.Query(Shop: shop.Slug), null, 4, source, cursors, http.RequestAborted)).Data;
        return products.Count == 0 ? null : new ShopOfPerson(shop, products);
    }
}
