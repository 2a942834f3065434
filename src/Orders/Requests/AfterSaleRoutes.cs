using FluentValidation;
using Marketplace.Catalog;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Orders;

/// <summary>What comes after the sale: requests, cancelling, lateness and claims.</summary>
internal static class AfterSaleRoutes
{
    public static void AddAfterSales(this IServiceCollection services)
    {
        services.AddScoped<SellerDesk>();
        services.AddScoped<GiveBack>();
        services.AddScoped<BackByTime>();
        services.AddScoped<EndAsks>();
        services.AddScoped<RefundLines>();
        services.AddScoped<RefundSale>();
        services.AddScoped<DecideRefund>();
        services.AddScoped<ReadRequests>();
        services.AddScoped<CancelLate>();
        services.AddScoped<ReadTodo>();
        services.AddSingleton<IValidator<AskRefund.Request>, AskRefund.Validator>();
        services.AddSingleton<IValidator<DecideRefund.Request>, DecideRefund.Validator>();
        services.AddSingleton<IValidator<RefundSale.Request>, RefundSale.Validator>();
        services.AddSchedule<WatchRequests>("orders.watch_requests", TimeSpan.FromMinutes(30));
        services.AddSchedule<WatchLate>("orders.watch_late", TimeSpan.FromMinutes(30));
        services.AddSchedule<WatchWork>("orders.watch_work", TimeSpan.FromMinutes(30));
        services.AddClaims();
    }

    /// <param name="api">The group <c>/api/v1</c>.</param>
    public static void MapAfterSales(this IEndpointRouteBuilder api)
    {
        api.MapPost("/orders/{id:guid}/cancellation", (Guid id, Caller caller, OrdersDb db, ICatalog catalog, CouponUses coupons, TimeProvider clock) => CancelOrder.Handle(id, caller, db, catalog, coupons, clock)).Writes<NoBody>()
            .ForSignedIn().Scope(Scopes.OrdersWrite).WithName("CancelOrder").WithTags("Orders").WithSummary("The buyer gives up an order that is not paid; again changes nothing. Money that comes all the same is sent back.");
        api.MapPost("/orders/{id:guid}/items/{item:guid}/cancellation", (Guid id, Guid item, Refunding refunding, CancelLate cancel, Caller caller, HttpContext http, CancellationToken stop) =>
                Given(refunding, OrdersModule.KeyOf(new { }, caller, http), id, () => cancel.Handle(id, item, caller), http, 201, stop))
            .ForSignedIn().WritesInSteps<NoBody, RefundsReply>(201, keyRequired: true)
            .NotForKeys().WithName("CancelLateLine").WithTags("Orders").WithSummary("The buyer gives up a line that was not sent or delivered in time: all of it goes back.");
        api.MapPost("/orders/{id:guid}/items/{item:guid}/refund-requests", (Guid id, Guid item, AskRefund.Request request, Caller caller, OrdersDb db, UnitOfWork work, TimeProvider clock) =>
                AskRefund.Handle(id, item, request, caller, db, work, clock)).Writes<AskRefund.Request, RefundReply>(201)
            .ForSignedIn().Scope(Scopes.OrdersWrite).WithName("AskRefund").WithTags("Orders").WithSummary("The buyer asks for money of a line. The shop answers, or after five days the staff.");
        api.MapGet("/refund-requests", (string? role, bool? escalated, string? cursor, int? limit, ReadRequests requests, Caller caller, CancellationToken stop) => requests.List(role, escalated, cursor, limit, caller, stop))
            .ForSignedIn().Scope(Scopes.SalesRead).WithName("ListRefundRequests").WithTags("Orders").WithSummary("What buyers ask back of the caller's shops (role=staff: of all) and nobody has answered, oldest first.");
        api.MapGet("/refund-requests/{id:guid}", (Guid id, ReadRequests requests, Caller caller, CancellationToken stop) => requests.One(id, caller, stop))
            .ForSignedIn().Scope(Scopes.OrdersRead).WithName("ReadRefundRequest").WithTags("Orders").WithSummary("One request, for its buyer, the shop and staff.");
        api.MapPost("/refund-requests/{id:guid}/decision", async (Guid id, DecideRefund.Request request, Refunding refunding, DecideRefund decide, Caller caller, HttpContext http, CancellationToken stop) =>
                await Given(refunding, OrdersModule.KeyOf(request, caller, http), await decide.OrderOf(id), () => decide.Handle(id, request, caller), http, 200, stop))
            .ForSignedIn().WritesInSteps<DecideRefund.Request, RefundsReply>(200, keyRequired: true)
            .NotForKeys().WithName("DecideRefundRequest").WithTags("Orders").WithSummary("The shop or staff answers a request; what is approved, in part or whole, goes back at once.");
        api.MapPost("/sales/{item:guid}/refunds", async (Guid item, RefundSale.Request request, Refunding refunding, RefundSale refund, Caller caller, HttpContext http, CancellationToken stop) =>
                await Given(refunding, OrdersModule.KeyOf(request, caller, http), await refund.OrderOf(item, caller), () => refund.Handle(item, request, caller), http, 201, stop))
            .ForCapability(Capabilities.CanSell).WritesInSteps<RefundSale.Request, RefundsReply>(201, keyRequired: true)
            .NotForKeys().WithName("RefundSale").WithTags("Orders").WithSummary("The shop gives money of a sold line back by itself, or cancels it; from 500.00 on it needs a fresh proof.");
        api.MapGet("/sales/todo", (ReadTodo todo, Caller caller, CancellationToken stop) => todo.Handle(caller, stop))
            .ForCapability(Capabilities.CanSell).Scope(Scopes.SalesRead).WithName("ReadTodo").WithTags("Orders").WithSummary("What waits for the caller's shops: to send, to deliver, to answer. What is late stands first.");
        api.MapClaims();
    }

    internal static async Task<JsonHttpResult<RefundsReply>> Given(Refunding refunding, IdempotencyKey? key, Guid order, Func<Task<IReadOnlyList<Guid>>> decide, HttpContext http, int status, CancellationToken stop)
    {
        var refunds = await refunding.Handle(key, order, decide, stop);
        if (refunds.Replayed) http.Response.Headers[WriteRoutes.ReplayedHeader] = "true";
        return TypedResults.Json(new RefundsReply(refunds.Value), JsonStyle.Options, statusCode: status);
    }
}
