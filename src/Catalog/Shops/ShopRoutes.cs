using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>What an owner does with a shop beyond selling: addresses, vacation, team, what is featured; and what staff does with it.</summary>
internal static class ShopRoutes
{
    public static void AddShopLife(this IServiceCollection services)
    {
        services.AddSingleton<IValidator<MoveShop.Request>, MoveShop.Validator>();
        services.AddSingleton<IValidator<MoveProduct.Request>, MoveProduct.Validator>();
        services.AddSingleton<IValidator<GoAway.Request>, GoAway.Validator>();
        services.AddSingleton<IValidator<SetShopPlan.Request>, SetShopPlan.Validator>();
        services.AddSingleton<IValidator<FeatureProducts.Order>, FeatureProducts.OrderValidator>();
        services.AddSingleton<IValidator<InviteMember.Request>, InviteMember.Validator>();
        services.AddSingleton<IValidator<AcceptInvitation.Request>, AcceptInvitation.Validator>();
        services.AddSingleton<IValidator<ChangeTeam.RoleRequest>, ChangeTeam.Validator>();
        services.AddScoped<IPersonalData, TeamData>();
        services.AddSchedule<EndVacations>("catalog.end_vacations", TimeSpan.FromMinutes(1));
        services.AddSchedule<PurgeInvitations>("catalog.purge_invitations", TimeSpan.FromHours(6));
        services.AddSlot("sell-menu", 10, "/Pages/Sell/Catalog/_ShopSwitch.cshtml", ChosenShop.Load);
        services.AddMenu<Texts>("sell", 92, "Featured", "/sell/featured", "star", capability: Capabilities.CanSell);
        services.AddMenu<Texts>("sell", 94, "Team", "/sell/team", "users", capability: Capabilities.CanSell);
        services.AddMenu<Texts>("admin", 31, "Shops", "/admin/shops", "store", right: Rights.Moderation);
    }

    /// <param name="api">The group <c>/api/v1</c>.</param>
    public static void MapShopLife(this IEndpointRouteBuilder api)
    {
        MapAddresses(api);
        MapFeatured(api);
        MapTeam(api);
        api.MapShopPictures();
        api.MapPut("/shops/{slug}/vacation", GoAway.Handle).Writes<GoAway.Request, ShopView>()
            .ForCapability(Capabilities.CanSell).Scope(Scopes.ProductsWrite).WithName("BeginVacation").WithTags("Catalog").WithSummary("From then until then everything stays visible and nothing can be bought.");
        api.MapDelete("/shops/{slug}/vacation", GoAway.End).Writes<NoBody, ShopView>()
            .ForCapability(Capabilities.CanSell).Scope(Scopes.ProductsWrite).WithName("EndVacation").WithTags("Catalog").WithSummary("Sells again.");
        api.MapPut("/shops/{slug}/plan", SetShopPlan.Handle).Writes<SetShopPlan.Request, SetShopPlan.Reply>()
            .ForRight(Rights.Moderation).NotForKeys().WithName("SetShopPlan").WithTags("Catalog").WithSummary("Puts a shop on a plan: starter, pro or scale.");
    }

    private static void MapAddresses(IEndpointRouteBuilder api)
    {
        api.MapPut("/shops/{slug}/address", MoveShop.Handle).Writes<MoveShop.Request, ShopView>()
            .ForCapability(Capabilities.CanSell).Scope(Scopes.ProductsWrite).WithName("MoveShop").WithTags("Catalog").WithSummary("Another address; old ones answer 301, and nobody else may take them for 90 days.");
        api.MapPut("/products/{id:guid}/address", MoveProduct.Handle).Writes<MoveProduct.Request, ProductView>()
            .ForCapability(Capabilities.CanSell).Scope(Scopes.ProductsWrite).WithName("MoveProduct").WithTags("Catalog").WithSummary("Another address; old ones answer 301, and nobody else may take them for 90 days.");
    }

    private static void MapFeatured(IEndpointRouteBuilder api)
    {
        api.MapGet("/shops/{slug}/featured", FeatureProducts.Read)
            .ForCapability(Capabilities.CanSell).Scope(Scopes.ProductsRead).WithName("ListFeatured").WithTags("Catalog").WithSummary("What the shop shows first, and how much its owner's tier allows.");
        api.MapPut("/shops/{slug}/featured", FeatureProducts.Sort).Writes<FeatureProducts.Order, FeatureProducts.Reply>()
            .ForCapability(Capabilities.CanSell).Scope(Scopes.ProductsWrite).WithName("SortFeatured").WithTags("Catalog").WithSummary("Puts what is featured into another order.");
        api.MapPut("/products/{id:guid}/featured", (Guid id, Caller caller, CatalogDb db, UnitOfWork work, IUsers users, TimeProvider clock) => FeatureProducts.Add(id, caller, db, work, users, clock))
            .Writes<NoBody, FeatureProducts.Reply>()
            .ForCapability(Capabilities.CanSell).Scope(Scopes.ProductsWrite).WithName("FeatureProduct").WithTags("Catalog").WithSummary("Shows it before the others; 409 featured_limit when the tier allows no more.");
        api.MapDelete("/products/{id:guid}/featured", (Guid id, Caller caller, CatalogDb db, UnitOfWork work, IUsers users) => FeatureProducts.Remove(id, caller, db, work, users))
            .Writes<NoBody, FeatureProducts.Reply>()
            .ForCapability(Capabilities.CanSell).Scope(Scopes.ProductsWrite).WithName("UnfeatureProduct").WithTags("Catalog").WithSummary("Shows it among the others again.");
    }

    private static void MapTeam(IEndpointRouteBuilder api)
    {
        api.MapGet("/me/shops", async (Caller caller, NpgsqlDataSource source, CancellationToken stop) => new { Data = await ShopAccess.Of(caller.Account, source, stop) })
            .ForSignedIn().Scope(Scopes.ProductsRead).WithName("ListWorkplaces").WithTags("Catalog").WithSummary("The shops in which the caller works, their own first, with their role.");
        api.MapGet("/shops/{slug}/team", ChangeTeam.Read)
            .ForSignedIn().NotForKeys().WithName("ListTeam").WithTags("Catalog").WithSummary("Who works in the shop; for its owner also who is invited.");
        api.MapPatch("/shops/{slug}/team/{account:guid}", ChangeTeam.Become).Writes<ChangeTeam.RoleRequest, MemberView>()
            .ForSignedIn().NotForKeys().WithName("ChangeRole").WithTags("Catalog").WithSummary("Gives a member another role: manager, editor or support.");
        api.MapDelete("/shops/{slug}/team/{account:guid}", ChangeTeam.Part).Writes()
            .ForSignedIn().NotForKeys().WithName("LeaveTeam").WithTags("Catalog").WithSummary("The owner parts with a member, or a member leaves.");
        api.MapPost("/shops/{slug}/invitations", InviteMember.Handle).Writes<InviteMember.Request, InvitationView>(201)
            .ForSignedIn().NotForKeys().WithName("InviteMember").WithTags("Catalog").WithSummary("Asks somebody by mail to join the team; the link works once, for seven days.");
        api.MapPost("/shops/{slug}/invitations/{id:guid}/mail", InviteMember.Again).Writes<NoBody, InvitationView>()
            .ForSignedIn().NotForKeys().WithName("SendInvitationAgain").WithTags("Catalog").WithSummary("A new mail with a new link; the one before is worth nothing.");
        api.MapDelete("/shops/{slug}/invitations/{id:guid}", InviteMember.Revoke).Writes()
            .ForSignedIn().NotForKeys().WithName("RevokeInvitation").WithTags("Catalog").WithSummary("Takes an invitation back.");
        api.MapPost("/shop-invitations/acceptance", AcceptInvitation.Handle).Writes<AcceptInvitation.Request, AcceptInvitation.Reply>()
            .ForSignedIn().NotForKeys().WithName("AcceptInvitation").WithTags("Catalog").WithSummary("Joins the team that the token of a mail invites to.");
    }
}
