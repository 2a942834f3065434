using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>Boosts: what they are made of, and their routes.</summary>
internal static class BoostRoutes
{
    public static void AddBoosts(this IServiceCollection services)
    {
        services.AddSingleton<IValidator<QuoteBoost.Request>, QuoteBoost.Validator>();
        services.AddSingleton<IValidator<EndBoost.StopRequest>, EndBoost.StopValidator>();
        services.AddScoped<ISubject, BoostSubjects>();
        services.AddScoped<IPersonalData, BoostsData>();
        services.AddReaction<PersonSuspended, StopBoostsOfSuspended>();
        services.AddReaction<PersonBanned, StopBoostsOfBanned>();
        services.AddSchedule<RunBoosts>("catalog.run_boosts", TimeSpan.FromMinutes(1));
        services.AddSchedule<ForgetBoostVisits>("catalog.forget_boost_visits", TimeSpan.FromHours(6));

        services.AddSlot("people", 10, "/Pages/Catalog/_SponsoredPerson.cshtml", SponsoredPerson.Load);
        services.AddMenu<Texts>("sell", 40, "Boosts", "/sell/boosts", "megaphone", capability: Capabilities.CanBoost);
        services.AddMenu<Texts>("admin", 34, "Boosts", "/admin/boosts", "megaphone", right: Rights.Moderation);
    }

    public static void MapBoosts(this IEndpointRouteBuilder api)
    {
        api.MapGet("/boosts/quote", (
                string kind, Guid? subject_id, string place, int days, DateTimeOffset? starts_at, IValidator<QuoteBoost.Request> validator, Caller caller, NpgsqlDataSource source, TimeProvider clock, CancellationToken stop) =>
                QuoteBoost.Handle(new QuoteBoost.Request(kind, subject_id, place, days, starts_at), validator, caller, source, clock, stop))
            .ForCapability(Capabilities.CanBoost).Scope(Scopes.ProductsRead).WithName("QuoteBoost").WithTags("Boosts").WithSummary("What a place costs for some days, and how many are free.");
        api.MapGet("/boosts", (string? state, string? cursor, int? limit, Caller caller, NpgsqlDataSource source, Cursors cursors, CancellationToken stop) => ListBoosts.Own(state, cursor, limit, caller, source, cursors, stop))
            .ForCapability(Capabilities.CanBoost).Scope(Scopes.SalesRead).WithName("ListBoosts").WithTags("Boosts").WithSummary("The caller's boosts with what they brought, newest first.");
        api.MapGet("/boosts/{id:guid}", (Guid id, Caller caller, NpgsqlDataSource source, CancellationToken stop) => ListBoosts.One(id, caller.Account, source, stop))
            .ForCapability(Capabilities.CanBoost).Scope(Scopes.SalesRead).WithName("ReadBoost").WithTags("Boosts").WithSummary("One boost with its days.");
        api.MapPost("/boosts", BuyBoost.Handle).Writes<QuoteBoost.Request, BoostView>(201, keyRequired: true, location: b => $"/api/v1/boosts/{b.Id}")
            .ForCapability(Capabilities.CanBoost).Scope(Scopes.WalletWrite).WithName("BuyBoost").WithTags("Boosts").WithSummary("Pays for a place from the wallet; it starts at once, at its time, or when its product comes on sale.");
        api.MapPost("/boosts/{id:guid}/cancellation", EndBoost.Cancel).Writes<NoBody, BoostView>(keyRequired: true)
            .ForCapability(Capabilities.CanBoost).Scope(Scopes.WalletWrite).WithName("CancelBoost").WithTags("Boosts").WithSummary("Ends it; the days that have not begun are paid back into the wallet.");
        api.MapGet("/moderation/boosts", (string? state, string? cursor, int? limit, Caller caller, NpgsqlDataSource source, Cursors cursors, CancellationToken stop) => ListBoosts.All(state, cursor, limit, caller, source, cursors, stop))
            .ForRight(Rights.Moderation).NotForKeys().WithName("ListAllBoosts").WithTags("Boosts").WithSummary("Everybody's boosts, newest first.");
        api.MapPost("/boosts/{id:guid}/stop", EndBoost.Stop).Writes<EndBoost.StopRequest, BoostView>(keyRequired: true)
            .ForRight(Rights.Moderation).NotForKeys().WithName("StopBoost").WithTags("Boosts").WithSummary("Staff ends it and says why; the days that have not begun are paid back.");
        api.MapPut("/shops/{slug}/boosting", (string slug, Caller caller, CatalogDb db, IUsers users, IAudit audit) => AllowBoosts.Handle(slug, true, caller, db, users, audit)).Writes<NoBody, AllowBoosts.Reply>()
            .ForRight(Rights.Moderation).NotForKeys().WithName("AllowBoosts").WithTags("Boosts").WithSummary("Lets the shop's owner pay for places.");
        api.MapDelete("/shops/{slug}/boosting", (string slug, Caller caller, CatalogDb db, IUsers users, IAudit audit) => AllowBoosts.Handle(slug, false, caller, db, users, audit)).Writes<NoBody, AllowBoosts.Reply>()
            .ForRight(Rights.Moderation).NotForKeys().WithName("ForbidBoosts").WithTags("Boosts").WithSummary("They pay for no new ones; what runs runs on.");
    }

    /// <summary>Where sponsored cards lead: counts who opens one, and goes on to what it shows. One that has ended goes on all the same.</summary>
    public static void MapClicks(this IEndpointRouteBuilder site) =>
        site.MapGet("/go/{id:guid}", async (Guid id, HttpContext http, NpgsqlDataSource source, IUsers users, CancellationToken stop) =>
        {
            var found = await source.Command("SELECT b.subject_id, p.slug FROM catalog.boosts b LEFT JOIN catalog.products p ON b.subject_kind = 'product' AND p.id = b.subject_id WHERE b.id = $1", id)
                .List(r => (Subject: r.GetGuid(0), Slug: r.IsDBNull(1) ? null : r.GetString(1)), stop);
            if (found is not [var boost]) throw Refused.NotFound();
            var path = boost.Slug is { } slug ? $"/p/{slug}"
                : (await users.People([boost.Subject], stop)).TryGetValue(boost.Subject, out var person) ? $"/people/{person.Username}" : throw Refused.NotFound();
            await BoostTally.Clicked(id, http);
            http.Response.Headers.CacheControl = "no-store";
            http.Response.Headers["X-Robots-Tag"] = "noindex, nofollow";
            return Results.LocalRedirect(path);
        }).ForAnyone().WithName("OpenSponsored").ExcludeFromDescription();
}
