using FluentValidation;
using Marketplace.Catalog;
using Marketplace.Kernel;
using Marketplace.Users;
using Marketplace.Wallet;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Orders;

/// <summary>The refunds that one call made.</summary>
internal sealed record RefundsReply(IReadOnlyList<RefundReply> Data);

/// <summary>The module's table of contents.</summary>
public static class OrdersModule
{
    public static IServiceCollection AddOrders(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddModuleDb<OrdersDb>(OrdersDb.Schema);
        services.AddSingleton(Invariants.Embedded<OrdersDb>("orders", "invariants.sql"));

        services.AddScoped<ReadCart>();
        services.AddScoped<Quotes>();
        services.AddSingleton<IValidator<ChangeCartLine.Request>, ChangeCartLine.Validator>();
        services.AddSingleton<IValidator<UseCoupon.Request>, UseCoupon.Validator>();
        services.AddScoped<CouponUses>();
        services.AddScoped<ListCoupons>();
        services.AddSingleton<IValidator<MakeCoupon.Request>, MakeCoupon.Validator>();
        services.AddSingleton<IValidator<SaveShipping.Request>, SaveShipping.Validator>();
        services.AddSingleton<IValidator<AddToCart.Request>, AddToCart.Validator>();
        services.AddSchedule<ForgetOldCarts>("orders.forget_old_carts", TimeSpan.FromHours(6));

        services.AddScoped<CartReminders>();
        services.AddSchedule<RemindCarts>("orders.remind_carts", TimeSpan.FromHours(1));

        services.AddScoped<Checkout>();
        services.AddScoped<OrderPayment>();
        services.AddSingleton<IValidator<PlaceOrder.Request>, PlaceOrder.Validator>();
        services.AddSingleton<IValidator<PayOrder.Request>, PayOrder.Validator>();
        services.AddReaction<PaymentCaptured, OnPaymentCaptured>();
        services.AddReaction<PaymentFailed, OnPaymentFailed>();
        services.AddReaction<PaymentAuthorised, OnPaymentAuthorised>();
        services.AddSchedule<ExpireOrders>("orders.expire_orders", TimeSpan.FromMinutes(1));

        services.AddSubscriptions();

        services.AddSingleton<IFulfilment, DigitalDelivery>();
        services.AddSingleton<IFulfilment, ParcelDelivery>();
        services.AddSingleton<IFulfilment, Sending>();
        services.AddSingleton<IFulfilment, ServiceWork>();
        services.AddSingleton<IFulfilment, AccessGranted>();
        services.AddSingleton<IFulfilment, OrderedByQuantity>();
        services.AddSingleton<Fulfilments>();
        services.AddReaction<OrderPaid, CountSales>();
        services.AddReaction<LineCompleted, CountCompletions>();
        services.AddAccess();
        services.AddScoped<MoveService>();
        services.AddSingleton<IValidator<MoveService.Requirements>, MoveService.RequirementsValidator>();
        services.AddSingleton<IValidator<MoveService.Message>, MoveService.MessageValidator>();
        services.AddSchedule<AcceptSilent>("orders.accept_silent", TimeSpan.FromMinutes(10));
        services.AddReaction<LineCompleted, AllowReviews>();
        services.AddReaction<RefundProcessed, WithdrawReviews>();
        services.AddReaction<OrderPaid, CountBoostedSales>();
        services.AddSchedule<CompleteReceived>("orders.complete_received", TimeSpan.FromHours(1));

        services.AddScoped<ListParcels>();
        services.AddSingleton<IValidator<ShipLine.Request>, ShipLine.Validator>();
        services.AddSchedule<ArriveParcels>("orders.arrive_parcels", TimeSpan.FromHours(1));

        services.AddScoped<ListOrders>();
        services.AddScoped<ReadOrder>();
        services.AddScoped<Receipts>();
        services.AddScoped<IOrders>(provider => provider.GetRequiredService<Receipts>());
        services.AddScoped<ListSales>();
        services.AddScoped<ISubject, OrderSubjects>();
        services.AddScoped<ISubject, OrderItemSubjects>();
        services.AddScoped<IExplains, OrderExplains>();

        services.AddScoped<Refunding>();
        services.AddAfterSales();
        services.AddScoped<ReadRefunds>();
        services.AddScoped<IPersonalData, OrdersData>();
        services.AddSlot("admin-person", 20, "/Pages/Admin/Orders/_PersonOrders.cshtml", PersonOrders.Load);
        services.AddSingleton<IValidator<RefundLines.Request>, RefundLines.Validator>();

        services.AddReaction<PaymentDisputed, OnPaymentDisputed>();
        services.AddScoped<IDisputedSales, DisputedSales>();

        services.AddTaxes(configuration);

        services.AddScoped<ReadLibrary>();
        services.AddScoped<TakeDownload>();
        services.AddSingleton<IValidator<MakeDownloadLink.Request>, MakeDownloadLink.Validator>();
        services.AddSingleton(ContractTemplate.Current);
        services.AddScoped<ReadContract>();
        services.AddReaction<OrderPaid, WriteContracts>();
        services.AddSchedule<PurgeDownloadLog>("orders.purge_download_log", TimeSpan.FromHours(6));

        services.AddSlot("product-actions", 10, "/Pages/Orders/_BuyBox.cshtml", BuyBox.Load);
        services.AddSlot("cart-count", 10, "/Pages/Orders/_CartCount.cshtml", CountCart.Load);
        services.AddMenu<Texts>("account", 10, "Orders", "/orders", "receipt");
        services.AddMenu<Texts>("account", 20, "Library", "/library", "library");
        services.AddMenu<Texts>("sell", 30, "Sales", "/sell/orders", "receipt", capability: Capabilities.CanSell);
        services.AddMenu<Texts>("sell", 32, "Parcels", "/sell/parcels", "package", capability: Capabilities.CanSell);
        services.AddMenu<Texts>("sell", 34, "Shipping", "/sell/shipping", "truck", capability: Capabilities.CanSell);
        services.AddMenu<Texts>("sell", 36, "Coupons", "/sell/coupons", "ticket-percent", capability: Capabilities.CanSell);
        services.AddMenu<Texts>("admin", 22, "Coupons", "/admin/coupons", "ticket-percent", right: Rights.Finance);
        services.AddMenu<Texts>("admin", 20, "Orders", "/admin/orders", "receipt", right: Rights.Support);
        return services;
    }

    /// <param name="api">The group <c>/api/v1</c>.</param>
    public static void MapOrders(this IEndpointRouteBuilder api)
    {
        MapCart(api);
        MapCheckout(api);
        MapLibrary(api);
        api.MapParcels();
        api.MapServices();
        api.MapCoupons();
        api.MapShipping();
        api.MapTaxes();
        api.MapAccess();
        api.MapButtons();
        api.MapAfterSales();
        api.MapSubscriptions();

        api.MapPost("/orders/{id:guid}/refunds", (Guid id, RefundLines.Request request, Refunding refunding, RefundLines lines, Caller caller, HttpContext http, CancellationToken stop) =>
                AfterSaleRoutes.Given(refunding, KeyOf(request, caller, http), id, () => lines.Handle(id, request, caller), http, 201, stop))
            .ForRight(Rights.Support).WritesInSteps<RefundLines.Request, RefundsReply>(201, keyRequired: true)
            .NotForKeys().WithName("RefundOrder").WithTags("Orders").WithSummary("Gives money of an order's lines back, all of them or none; a line without an amount in what is left of it. Staff.");
        api.MapGet("/orders", (string? state, string? cursor, int? limit, ListOrders orders, Caller caller, CancellationToken stop) =>
                orders.Handle(ListOrders.StateOf(state), cursor, limit, caller, stop))
            .ForSignedIn().Scope(Scopes.OrdersRead).WithName("ListOrders").WithTags("Orders").WithSummary("What the caller has ordered, newest first. Filter: state. How much of the total went back is refund_state (none, partial, full): a refunded order stays paid or completed.");
        api.MapGet("/orders/{id:guid}", (Guid id, ReadOrder order, Caller caller, CancellationToken stop) => order.Handle(id, caller, stop))
            .ForSignedIn().Scope(Scopes.OrdersRead).WithName("ReadOrder").WithTags("Orders").WithSummary("One order with its lines, payment and timeline. How much of the total went back is refund_state: none, partial, full.");
        api.MapGet("/sales", (string? cursor, int? limit, ListSales sales, Caller caller, CancellationToken stop) => sales.Handle(cursor, limit, caller, stop))
            .ForCapability(Capabilities.CanSell).Scope(Scopes.SalesRead).WithName("ListSales").WithTags("Orders").WithSummary("What the caller has sold, line by line, with the split of each.");
        api.MapGet("/sales.csv", (ListSales sales, Caller caller) => sales.File(caller))
            .ForCapability(Capabilities.CanSell).Produces(200, contentType: "text/csv").Scope(Scopes.SalesRead).WithName("ExportSales").WithTags("Orders").WithSummary("All that the caller has sold, as a CSV file.");
    }

    /// <summary>Outside the API: the upload forms of work and claims, and what was shown in claims.</summary>
    public static void MapOrdersForms(this IEndpointRouteBuilder site)
    {
        site.MapServiceUpload();
        site.MapClaimFiles();
    }

    private static void MapCart(IEndpointRouteBuilder api)
    {
        api.MapGet("/cart", async (string? country, Shopper shopper, ReadCart cart, HttpContext http) => Merged(await cart.Handle(shopper, country), shopper, http))
            .ForAnyone().Scope(Scopes.OrdersRead).WithName("ReadCart").WithTags("Orders").WithSummary("The cart as it is now, with what stands in the way of a checkout; with a country, what sending there costs. A guest's is known by the cookie cart.");
        api.MapPost("/cart/items", async (
                AddToCart.Request request, Shopper shopper, ICatalog catalog, ReadCart read, OrdersDb db, UnitOfWork work, Fulfilments fulfilments, TimeProvider clock, HttpContext http) =>
                Merged(await AddToCart.Handle(request, shopper, catalog, read, db, work, fulfilments, clock), shopper, http))
            .ForAnyone().Writes<AddToCart.Request, CartReply>()
            .Scope(Scopes.OrdersWrite).WithName("AddToCart").WithTags("Orders").WithSummary("Puts an offer into the cart. A guest receives the cookie cart, which is no identity.");
        api.MapPatch("/cart/items/{id:guid}", async (
                Guid id, ChangeCartLine.Request request, Shopper shopper, ICatalog catalog, ReadCart read, OrdersDb db, UnitOfWork work, Fulfilments fulfilments, TimeProvider clock, HttpContext http) =>
                Merged(await ChangeCartLine.Handle(id, request, shopper, catalog, read, db, work, fulfilments, clock), shopper, http))
            .ForAnyone().Writes<ChangeCartLine.Request, CartReply>().Scope(Scopes.OrdersWrite).WithName("ChangeCartLine").WithTags("Orders").WithSummary("How many of a line.");
        api.MapPut("/cart/coupon", async (UseCoupon.Request request, Shopper shopper, ReadCart read, OrdersDb db, UnitOfWork work, TimeProvider clock, HttpContext http) =>
                Merged(await UseCoupon.Handle(request, shopper, read, db, work, clock), shopper, http))
            .ForAnyone().Writes<UseCoupon.Request, CartReply>().Scope(Scopes.OrdersWrite).WithName("UseCoupon").WithTags("Orders").WithSummary("Gives the cart a coupon, in place of the one it has.");
        api.MapDelete("/cart/coupon", async (Shopper shopper, OrdersDb db, UnitOfWork work, TimeProvider clock) => await UseCoupon.Remove(shopper, db, work, clock))
            .ForAnyone().Writes().Scope(Scopes.OrdersWrite).WithName("RemoveCoupon").WithTags("Orders").WithSummary("The cart has no coupon any more.");
        api.MapDelete("/cart/items/{id:guid}", async (Guid id, Shopper shopper, OrdersDb db, UnitOfWork work, TimeProvider clock) =>
                await RemoveFromCart.Handle(id, shopper, db, work, clock))
            .ForAnyone().Writes().Scope(Scopes.OrdersWrite).WithName("RemoveFromCart").WithTags("Orders").WithSummary("Takes a line out of the cart.");
    }

    private static void MapCheckout(IEndpointRouteBuilder api)
    {
        api.MapPost("/checkout", async (PlaceOrder.Request request, Checkout checkout, Caller caller, HttpContext http, CancellationToken stop) =>
                Placed(await checkout.Handle(KeyOf(request, caller, http), request, caller, stop), http))
            .ForCapability(Capabilities.CanBuy).WritesInSteps<PlaceOrder.Request, OrderReply>(201, keyRequired: true)
            .Scope(Scopes.OrdersWrite).WithName("PlaceOrder").WithTags("Orders").WithSummary("Orders what the cart holds and pays for it. The same key again goes on where a crash stopped it.");
        api.MapPost("/orders/{id:guid}/payments", async (Guid id, PayOrder.Request request, Checkout checkout, Caller caller, HttpContext http, CancellationToken stop) =>
                Placed(await checkout.Handle(KeyOf(request, caller, http), id, request, caller, stop), http))
            .ForCapability(Capabilities.CanBuy).WritesInSteps<PayOrder.Request, OrderReply>(201, keyRequired: true)
            .Scope(Scopes.OrdersWrite).WithName("PayOrder").WithTags("Orders").WithSummary("Another try to pay an order whose payment failed.");
    }

    private static void MapLibrary(IEndpointRouteBuilder api)
    {
        api.MapGet("/library", (string? cursor, int? limit, ReadLibrary library, Caller caller, CancellationToken stop) => library.Handle(cursor, limit, caller, stop))
            .ForSignedIn().Scope(Scopes.OrdersRead).WithName("ReadLibrary").WithTags("Orders").WithSummary("All that the caller has bought, with files and licences.");
        api.MapGet("/library/{item:guid}/contract", (Guid item, ReadContract contract, Caller caller, CancellationToken stop) => contract.Handle(item, caller, stop))
            .ForSignedIn().Scope(Scopes.OrdersRead).WithName("ReadContract").WithTags("Orders").WithSummary("The contract of a licence as it was made at the purchase, for buyer and seller.");
        // In steps, and without a stored reply: a token stands in it that nobody may read again.
        api.MapPost("/library/{item:guid}/download-links", async (
                Guid item, MakeDownloadLink.Request request, Writes writes, Caller caller, OrdersDb db, TimeProvider clock) =>
                TypedResults.Json(await writes.Run(() => MakeDownloadLink.Handle(item, request, caller, db, clock)), JsonStyle.Options, statusCode: 201))
            .ForSignedIn().WritesInSteps<MakeDownloadLink.Request, MakeDownloadLink.Reply>(201)
            .Scope(Scopes.OrdersWrite).WithName("MakeDownloadLink").WithTags("Orders").WithSummary("A link to a bought file: three downloads within a day. Its token is shown once.");
        api.MapMethods("/downloads/{token}", [HttpMethods.Get, HttpMethods.Head], async (string token, TakeDownload take, IBlobStore blobs, HttpContext http) =>
            {
                var file = await take.Handle(DownloadAsked.Of(http, token));
                return TypedResults.Stream(WatchedFile.Open(file, blobs, http), file.ContentType, file.Name, entityTag: file.ETag, enableRangeProcessing: true);
            })
            .ForAnyone().Produces(200).Produces(206).Scope(Scopes.OrdersRead).WithName("Download").WithTags("Orders").WithSummary("The file behind a link, whole or by Range.");
    }

    internal static IdempotencyKey? KeyOf(object request, Caller caller, HttpContext http) =>
        IdempotencyKey.Of(caller, WriteRoutes.Key(http, required: true), $"{http.Request.Method} {http.Request.Path}", request);

    private static Microsoft.AspNetCore.Http.HttpResults.Created<OrderReply> Placed(Once<OrderReply> order, HttpContext http)
    {
        if (order.Replayed) http.Response.Headers[WriteRoutes.ReplayedHeader] = "true";
        return TypedResults.Created($"/api/v1/orders/{order.Value.Id}", order.Value);
    }

    // What the guest's cookie named is in the account's cart now.
    private static CartReply Merged(CartReply cart, Shopper shopper, HttpContext http)
    {
        if (shopper.BringsCart) Shopper.Forget(http);
        return cart;
    }
}
