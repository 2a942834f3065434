using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Orders;

internal static class ButtonRoutes
{
    public static void MapButtons(this IEndpointRouteBuilder api)
    {
        api.MapGet("/payment-buttons", (string? shop, Caller caller, ChangeButtons buttons, CancellationToken stop) => buttons.List(shop, caller, stop))
            .ForCapability(Capabilities.CanSell).Scope(Scopes.ProductsRead).WithName("ListPaymentButtons").WithTags("Orders").WithSummary("The payment buttons of a shop in which the caller works, with views and sales.");
        api.MapPost("/payment-buttons", (ChangeButtons.Request request, Caller caller, ChangeButtons buttons) => buttons.Make(request, caller)).Writes<ChangeButtons.Request, ButtonReply>(201)
            .ForCapability(Capabilities.CanSell).Scope(Scopes.ProductsWrite).WithName("MakePaymentButton").WithTags("Orders").WithSummary("A link that sells one offer, for a site of the shop's own.");
        api.MapPatch("/payment-buttons/{id:guid}", (Guid id, ChangeButtons.Change request, Caller caller, ChangeButtons buttons) => buttons.Edit(id, request, caller)).Writes<ChangeButtons.Change, ButtonReply>()
            .ForCapability(Capabilities.CanSell).Scope(Scopes.ProductsWrite).WithName("ChangePaymentButton").WithTags("Orders").WithSummary("Its words, where it leads, and whether it sells.");
        api.MapGet("/payment-buttons/origins", (string? shop, Caller caller, ReturnOrigins origins, CancellationToken stop) => origins.Read(shop, caller, stop))
            .ForCapability(Capabilities.CanSell).Scope(Scopes.ProductsRead).WithName("ReadReturnOrigins").WithTags("Orders").WithSummary("Sites to which buyers of the shop's buttons may be sent.");
        api.MapPut("/payment-buttons/origins", (ReturnOrigins.Request request, Caller caller, ReturnOrigins origins) => origins.Set(request, caller)).Writes<ReturnOrigins.Request, ReturnOrigins.Reply>()
            .ForCapability(Capabilities.CanSell).NotForKeys().WithName("SetReturnOrigins").WithTags("Orders").WithSummary("All sites to which buyers may be sent; the shop's owner says so.");
    }
}
