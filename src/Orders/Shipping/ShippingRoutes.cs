using Marketplace.Catalog;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Orders;

internal static class ShippingRoutes
{
    public static void MapShipping(this IEndpointRouteBuilder api)
    {
        api.MapGet("/sales/shipping/{shop:guid}", (Guid shop, Caller caller, ICatalog catalog, OrdersDb db, CancellationToken stop) => SaveShipping.Read(shop, caller, catalog, db, stop))
            .ForCapability(Capabilities.CanSell).Scope(Scopes.SalesRead).WithName("ReadShipping").WithTags("Orders").WithSummary("What a shop of the caller asks for sending, by country and weight.");
        api.MapPut("/sales/shipping/{shop:guid}", SaveShipping.Handle).Writes<SaveShipping.Request, ShippingReply>()
            .ForCapability(Capabilities.CanSell).Scope(Scopes.ProductsWrite).WithName("SaveShipping").WithTags("Orders").WithSummary("The whole table of what a shop asks for sending. None: it sends for nothing, to everywhere.");
    }
}
