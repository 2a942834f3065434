using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>Suggestions, hearts, saved searches and what is added up for lists: their part of the module's table of contents.</summary>
internal static class SearchRoutes
{
    public static void AddSearch(this IServiceCollection services)
    {
        services.AddSchedule<AddUpSearch>("catalog.add_up_search", TimeSpan.FromSeconds(10));
        services.AddSchedule<AddUpInterest>("catalog.add_up_interest", TimeSpan.FromMinutes(1));
        services.AddSchedule<TellOfNew>("catalog.tell_of_new", TimeSpan.FromHours(1));
        services.AddSingleton<Views>();
        services.AddHostedService(provider => provider.GetRequiredService<Views>());
        services.AddScoped<ISubject, SavedSearchSubject>();
        services.AddScoped<IPersonalData, WishesData>();
        services.AddSingleton<IValidator<SavedSearches.Request>, SavedSearches.Validator>();
        services.AddSingleton<IValidator<SavedSearches.Change>, SavedSearches.ChangeValidator>();
        services.AddMenu<Texts>("account", 33, "Likes", "/account/likes", "heart");
        services.AddMenu<Texts>("account", 36, "Saved searches", "/account/searches", "bookmark");
    }

    public static void MapSearch(this IEndpointRouteBuilder api)
    {
        api.MapGet("/suggestions", (string? q, HttpContext http, NpgsqlDataSource source, IStringLocalizer<Texts> texts, CancellationToken stop) =>
            {
                http.Response.Headers.CacheControl = "private, max-age=60";
                return Suggest.Handle(q, source, texts, stop);
            })
            .ForAnyone().Scope(Scopes.ProductsRead).WithName("Suggest").WithTags("Catalog").WithSummary("At most 8 things that what is typed may become: titles, shops, tags, categories, genres, each with its page.");

        api.MapPut("/products/{id:guid}/like", (Guid id, Caller caller, UnitOfWork work, TimeProvider clock) => Likes.Like(id, caller, work, clock)).Writes<NoBody, Likes.Reply>()
            .ForSignedIn().NotForKeys().WithName("LikeProduct").WithTags("Catalog").WithSummary("Gives a heart; once or again.");
        api.MapDelete("/products/{id:guid}/like", (Guid id, Caller caller, UnitOfWork work) => Likes.Unlike(id, caller, work)).Writes<NoBody, Likes.Reply>()
            .ForSignedIn().NotForKeys().WithName("UnlikeProduct").WithTags("Catalog").WithSummary("Takes the heart back; once or again.");
        api.MapGet("/me/likes", (string? cursor, int? limit, Caller caller, NpgsqlDataSource source, Cursors cursors, CancellationToken stop) => Likes.List(cursor, limit, caller, source, cursors, stop))
            .ForSignedIn().NotForKeys().WithName("ListLikes").WithTags("Catalog").WithSummary("What the caller likes and is on sale, latest first.");

        api.MapGet("/me/searches", async (Caller caller, NpgsqlDataSource source, ProductKinds kinds, CancellationToken stop) => new { Data = await SavedSearches.List(caller, source, kinds, stop) })
            .ForSignedIn().NotForKeys().WithName("ListSavedSearches").WithTags("Catalog").WithSummary("The caller's saved searches: at most 50, newest first, with how much is new in each.");
        api.MapPost("/me/searches", (SavedSearches.Request request, Caller caller, UnitOfWork work, ProductKinds kinds, TimeProvider clock) => SavedSearches.Save(request, caller, work, kinds, clock))
            .Writes<SavedSearches.Request, SavedSearches.View>(201, location: _ => "/api/v1/me/searches").ForSignedIn().NotForKeys().WithName("SaveSearch").WithTags("Catalog").WithSummary("Keeps a search; the same one again changes its name.");
        api.MapPatch("/me/searches/{id:guid}", (Guid id, SavedSearches.Change request, Caller caller, UnitOfWork work) => SavedSearches.Rename(id, request, caller, work))
            .Writes<SavedSearches.Change, SavedSearches.View>().ForSignedIn().NotForKeys().WithName("ChangeSavedSearch").WithTags("Catalog").WithSummary("Another name, or whether to tell of what is new.");
        api.MapPost("/me/searches/{id:guid}/seen", (Guid id, Caller caller, UnitOfWork work, TimeProvider clock) => (Task)SavedSearches.Open(id, caller, work, clock))
            .Writes().ForSignedIn().NotForKeys().WithName("SeeSavedSearch").WithTags("Catalog").WithSummary("What it finds now is no longer new.");
        api.MapDelete("/me/searches/{id:guid}", (Guid id, Caller caller, UnitOfWork work) => SavedSearches.Remove(id, caller, work))
            .Writes().ForSignedIn().NotForKeys().WithName("RemoveSavedSearch").WithTags("Catalog").WithSummary("Removes a saved search.");
    }
}
