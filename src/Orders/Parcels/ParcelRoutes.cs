using Marketplace.Kernel;
using Marketplace.Users;
using Marketplace.Wallet;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Orders;

internal static class ParcelRoutes
{
    public static void MapParcels(this IEndpointRouteBuilder api)
    {
        api.MapGet("/sales/parcels", async (ListParcels parcels, Caller caller, CancellationToken stop) => new ParcelsReply(await parcels.Handle(caller, stop)))
            .ForCapability(Capabilities.CanSell).Scope(Scopes.SalesRead).WithName("ListParcels").WithTags("Orders").WithSummary("What the caller has to send and has on its way, with the addresses.");
        api.MapPost("/sales/{item:guid}/preparation", (Guid item, Caller caller, OrdersDb db, SellerDesk desk, TimeProvider clock) => ShipLine.Prepare(item, caller, db, desk, clock)).Writes<Nothing, ShipmentReply>()
            .ForCapability(Capabilities.CanSell).Scope(Scopes.OrdersWrite).WithName("PrepareParcel").WithTags("Orders").WithSummary("The caller packs a sold line.");
        api.MapPost("/sales/{item:guid}/shipment", (Guid item, ShipLine.Request request, Caller caller, OrdersDb db, SellerDesk desk, UnitOfWork work, TimeProvider clock) => ShipLine.Handle(item, request, caller, db, desk, work, clock))
            .Writes<ShipLine.Request, ShipmentReply>()
            .ForCapability(Capabilities.CanSell).Scope(Scopes.OrdersWrite).WithName("ShipParcel").WithTags("Orders").WithSummary("A sold line is on its way; again, to correct the tracking number.");
        api.MapPost("/orders/{id:guid}/items/{item:guid}/receipt", (Guid id, Guid item, Caller caller, IWallet wallet, OrdersDb db, UnitOfWork work, TimeProvider clock) =>
                ConfirmReceipt.Handle(id, item, caller, wallet, db, work, clock)).Writes<Nothing, ShipmentReply>()
            .ForSignedIn().Scope(Scopes.OrdersWrite).WithName("ConfirmReceipt").WithTags("Orders").WithSummary("The buyer has received the parcel of a line.");
    }

    private sealed record Nothing;
}
