using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;
using Marketplace.Wallet;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Orders;

internal static class SubscriptionRoutes
{
    public static void AddSubscriptions(this IServiceCollection services)
    {
        services.AddScoped<SubscriptionOrders>();
        services.AddScoped<ChargeRenewal>();
        services.AddScoped<ChangePlan>();
        services.AddScoped<ChangeWayToPay>();
        services.AddScoped<ListSubscribers>();
        services.AddScoped<ISubject, SubscriptionSubjects>();
        services.AddSingleton<IValidator<ChangePlan.Request>, ChangePlan.Validator>();
        services.AddSingleton<IValidator<ChangeWayToPay.Request>, ChangeWayToPay.Validator>();
        services.AddSingleton<IValidator<EndSubscription.Request>, EndSubscription.Validator>();
        services.AddReaction<PaymentFailed, OnRenewalFailed>();
        services.AddReaction<OrderPaid, KeepWayToPay>();
        services.AddReaction<RefundProcessed, EndRefunded>();
        services.AddReaction<SubscriptionEnded, DropOpenCharges>();
        services.AddSchedule<RenewSubscriptions>("orders.renew_subscriptions", TimeSpan.FromMinutes(5));
        services.AddMenu<Texts>("account", 15, "Subscriptions", "/subscriptions", "refresh-cw");
        services.AddMenu<Texts>("sell", 34, "Subscribers", "/sell/subscribers", "users", capability: Capabilities.CanSell);
        services.AddMenu<Texts>("admin", 22, "Subscriptions", "/admin/subscriptions", "refresh-cw", right: Rights.Support);
    }

    public static void MapSubscriptions(this IEndpointRouteBuilder api)
    {
        api.MapGet("/subscriptions", (string? cursor, int? limit, Caller caller, OrdersDb db, Cursors cursors, CancellationToken stop) => ReadSubscription.List(cursor, limit, caller, db, cursors, stop))
            .ForSignedIn().Scope(Scopes.OrdersRead).WithName("ListSubscriptions").WithTags("Orders").WithSummary("What the caller is a member of, or was, newest first, with the next charge of each.");
        api.MapGet("/subscriptions/{id:guid}", (Guid id, Caller caller, OrdersDb db, CancellationToken stop) => ReadSubscription.Handle(id, caller, db, stop))
            .ForSignedIn().Scope(Scopes.OrdersRead).WithName("ReadSubscription").WithTags("Orders").WithSummary("One subscription with all its charges.");
        api.MapPost("/subscriptions/{id:guid}/cancel", (Guid id, Caller caller, OrdersDb db, UnitOfWork work, TimeProvider clock) => CancelSubscription.Handle(id, caller, db, work, clock))
            .Writes<NoBody, SubscriptionReply>().ForSignedIn().Scope(Scopes.OrdersWrite).WithName("CancelSubscription").WithTags("Orders")
            .WithSummary("No further period: it ends with the one that is paid for. With a bill open it ends at once.");
        api.MapPost("/subscriptions/{id:guid}/resume", (Guid id, Caller caller, OrdersDb db) => CancelSubscription.Resume(id, caller, db))
            .Writes<NoBody, SubscriptionReply>().ForSignedIn().Scope(Scopes.OrdersWrite).WithName("ResumeSubscription").WithTags("Orders").WithSummary("Takes a cancellation back before the period is over.");
        api.MapGet("/subscriptions/{id:guid}/change", (Guid id, [FromQuery(Name = "offer_id")] Guid offer, ChangePlan change, Caller caller, CancellationToken stop) => change.Preview(id, offer, caller, stop))
            .ForSignedIn().Scope(Scopes.OrdersRead).WithName("PreviewPlanChange").WithTags("Orders").WithSummary("What a change to another plan would mean: when it begins, what is taken now and next. Nothing is changed.");
        api.MapPost("/subscriptions/{id:guid}/change", async (Guid id, ChangePlan.Request request, ChangePlan change, Caller caller, HttpContext http, CancellationToken stop) =>
            {
                var key = IdempotencyKey.Of(caller, WriteRoutes.Key(http, required: true), $"{http.Request.Method} {http.Request.Path}", request);
                var changed = await change.Handle(key, id, request, caller, stop);
                if (changed.Replayed) http.Response.Headers[WriteRoutes.ReplayedHeader] = "true";
                return changed.Value;
            })
            .ForCapability(Capabilities.CanBuy).WritesInSteps<ChangePlan.Request, SubscriptionReply>(keyRequired: true).Scope(Scopes.OrdersWrite).WithName("ChangePlan").WithTags("Orders")
            .WithSummary("Another plan: one that is worth more begins now and costs the difference, every other with the next period. A failed payment changes nothing.");
        api.MapPost("/subscriptions/{id:guid}/payment-method", (Guid id, ChangeWayToPay.Request request, ChangeWayToPay change, Caller caller, CancellationToken stop) => change.Handle(id, request, caller, stop))
            .ForSignedIn().WritesInSteps<ChangeWayToPay.Request, SubscriptionReply>().Scope(Scopes.OrdersWrite).WithName("ChangeSubscriptionPayment").WithTags("Orders")
            .WithSummary("Another way to pay: the wallet or a saved one. A bill that is open is tried again with it at once.");
        api.MapPost("/subscriptions/{id:guid}/end", (Guid id, EndSubscription.Request request, Caller caller, OrdersDb db, UnitOfWork work, IAudit audit, TimeProvider clock) => EndSubscription.Handle(id, request, caller, db, work, audit, clock))
            .Writes<EndSubscription.Request>().ForRight(Rights.Support).NotForKeys().WithName("EndSubscription").WithTags("Orders").WithSummary("Ends somebody's subscription, at once or with its period. Staff.");
        api.MapGet("/subscribers", (string? cursor, int? limit, ListSubscribers list, Caller caller, CancellationToken stop) => list.Handle(cursor, limit, caller, stop))
            .ForCapability(Capabilities.CanSell).Scope(Scopes.SalesRead).WithName("ListSubscribers").WithTags("Orders").WithSummary("The members of the caller's memberships, newest first. Who they are is not said.");
        api.MapGet("/subscribers/totals", async (ListSubscribers list, Caller caller, CancellationToken stop) => new SubscriberTotalsReply(await list.Totals(caller, stop)))
            .ForCapability(Capabilities.CanSell).Scope(Scopes.SalesRead).WithName("ReadSubscriberTotals").WithTags("Orders").WithSummary("Monthly recurring revenue, members and churn of the last 30 days, a currency.");
    }
}
