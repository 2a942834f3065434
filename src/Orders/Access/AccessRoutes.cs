using FluentValidation;
using Marketplace.Catalog;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Orders;

internal static class AccessRoutes
{
    public static void AddAccess(this IServiceCollection services)
    {
        services.AddScoped<AccessTargets>();
        services.AddScoped<IAccessTargets>(provider => new ProductTargets(AccessKind.Course, ["course"], provider.GetRequiredService<ICatalog>()));
        services.AddScoped<IAccessTargets>(provider => new ProductTargets(AccessKind.WebinarSeat, ["webinar"], provider.GetRequiredService<ICatalog>()));
        services.AddScoped<IAccessTargets>(provider => new ProductTargets(AccessKind.Download, ["beat", "sample", "kit", "digital"], provider.GetRequiredService<ICatalog>()));
        services.AddScoped<IAccessTargets, TierTargets>();
        services.AddScoped<ChangeAccessRules>();
        services.AddSingleton<IValidator<ChangeAccessRules.Request>, ChangeAccessRules.Validator>();
        services.AddScoped<ReadAccess>();
        services.AddScoped<SellerPlans>();
        services.AddMenu<Texts>("sell", 36, "Plans for sellers", "/sell/plans", "badge-percent", capability: Capabilities.CanSell);
        services.AddReaction<AccessChanged, OnAccessChanged>();
        services.AddSchedule<OpenToEarlierBuyers>("orders.open_to_earlier_buyers", TimeSpan.FromMinutes(1));
        services.AddSlot("product-parts", 10, "/Pages/Sell/Access/_Opens.cshtml", (_, product) => Task.FromResult(product));

        services.AddScoped<ReturnOrigins>();
        services.AddScoped<ChangeButtons>();
        services.AddSingleton<IValidator<ReturnOrigins.Request>, ReturnOrigins.Validator>();
        services.AddSingleton<IValidator<ChangeButtons.Request>, ChangeButtons.Validator>();
        services.AddSingleton<IValidator<ChangeButtons.Change>, ChangeButtons.ChangeValidator>();
        services.AddMenu<Texts>("sell", 34, "Payment buttons", "/sell/buttons", "mouse-pointer-click", capability: Capabilities.CanSell);
        services.AddMenu<Texts>("admin", 25, "Carts", "/admin/carts", "shopping-cart", right: Rights.Support);
    }

    public static void MapAccess(this IEndpointRouteBuilder api)
    {
        api.MapGet("/access", (Caller caller, ReadAccess access, CancellationToken stop) => access.Handle(caller, stop))
            .ForSignedIn().Scope(Scopes.OrdersRead).WithName("ReadAccess").WithTags("Orders").WithSummary("What the caller's purchases open (memberships, courses, seats, files, a seller tier), each with the purchases that do.");
        api.MapGet("/seller-plans", (Caller caller, SellerPlans plans, CancellationToken stop) => plans.Handle(caller, stop))
            .ForCapability(Capabilities.CanSell).Scope(Scopes.SalesRead).WithName("ListSellerPlans").WithTags("Orders").WithSummary("At which tier the caller sells, and the market's plans that open a better one.");
        api.MapGet("/products/{id:guid}/access-rules", (Guid id, Caller caller, ChangeAccessRules rules, CancellationToken stop) => rules.List(id, caller, stop))
            .ForCapability(Capabilities.CanSell).Scope(Scopes.ProductsRead).WithName("ListAccessRules").WithTags("Orders").WithSummary("What buying a product opens beside itself.");
        api.MapPost("/products/{id:guid}/access-rules", (Guid id, ChangeAccessRules.Request request, Caller caller, ChangeAccessRules rules) => rules.Add(id, request, caller)).Writes<ChangeAccessRules.Request, AccessRuleReply>(201)
            .ForCapability(Capabilities.CanSell).Scope(Scopes.ProductsWrite).WithName("AddAccessRule").WithTags("Orders").WithSummary("Buying the product opens this, too; for earlier buyers as well, if asked.");
        api.MapDelete("/products/{id:guid}/access-rules/{rule:guid}", (Guid id, Guid rule, Caller caller, ChangeAccessRules rules) => rules.End(id, rule, caller)).Writes()
            .ForCapability(Capabilities.CanSell).Scope(Scopes.ProductsWrite).WithName("EndAccessRule").WithTags("Orders").WithSummary("Later buyers do not get it any more; who has it keeps it.");
        api.MapGet("/cart-reminders", (Caller caller, NpgsqlDataSource source, TimeProvider clock, CancellationToken stop) => CountReminders.Handle(caller, source, clock, stop))
            .ForRight(Rights.Support).NotForKeys().WithName("CountCartReminders").WithTags("Orders").WithSummary("How many carts were left, reminded of, put back and bought in the last 30 days. Staff.");
    }
}
