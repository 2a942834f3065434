using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>Reviews: what they are made of, and their routes.</summary>
internal static class ReviewRoutes
{
    public static void AddReviews(this IServiceCollection services)
    {
        services.AddSingleton<IValidator<WriteReview.Request>, WriteReview.Validator>();
        services.AddSingleton<IValidator<ChangeReview.Request>, ChangeReview.Validator>();
        services.AddSingleton<IValidator<AnswerReview.Request>, AnswerReview.Validator>();
        services.AddSingleton<IValidator<JudgeReview.Request>, JudgeReview.Validator>();
        services.AddScoped<ISubject, ReviewSubject>();
        services.AddScoped<IPersonalData, ReviewsData>();
        services.AddReaction<ThingReported, OnThingReported>();
        services.AddSchedule<RevealReviews>("catalog.reveal_reviews", TimeSpan.FromMinutes(10));

        services.AddSlot("product-reviews", 10, "/Pages/Catalog/_Reviews.cshtml", ReviewSection.OfProduct);
        services.AddSlot("profile", 20, "/Pages/Catalog/_Reviews.cshtml", ReviewSection.OfPerson);
        services.AddMenu<Texts>("account", 25, "Reviews", "/account/reviews", "star");
        services.AddMenu<Texts>("sell", 35, "Reviews", "/sell/reviews", "star", capability: Capabilities.CanSell);
        services.AddMenu<Texts>("admin", 32, "Reviews", "/admin/reviews", "star", right: Rights.Moderation);
    }

    public static void MapReviews(this IEndpointRouteBuilder api)
    {
        api.MapGet("/reviews", (string? kind, Guid subject, string? sort, int? stars, string? cursor, int? limit, Caller caller, NpgsqlDataSource source, IUsers users, Cursors cursors, CancellationToken stop) =>
                ListReviews.Handle(kind, subject, sort, stars, cursor, limit, caller, source, users, cursors, stop))
            .ForAnyone().Scope(Scopes.ProductsRead).WithName("ListReviews").WithTags("Reviews").WithSummary("What people say of a product (kind=product) or of a person (kind=profile), with its rating. Sorts: newest, helpful, highest, lowest.");
        api.MapGet("/me/reviews", (string? state, string? cursor, int? limit, Caller caller, CatalogDb db, NpgsqlDataSource source, Cursors cursors, TimeProvider clock, CancellationToken stop) =>
                OwnReviews.Handle(state, cursor, limit, caller, db, source, cursors, clock, stop))
            .ForSignedIn().Scope(Scopes.OrdersRead).WithName("ListOwnReviews").WithTags("Reviews").WithSummary("What the caller has received, with what they wrote of it: to_write, written or all.");
        api.MapGet("/shop/reviews", async (string? state, string? cursor, int? limit, Caller caller, NpgsqlDataSource source, IUsers users, Cursors cursors, CancellationToken stop) =>
                await ShopReviews.Handle(state, await ShopAccess.Choose(caller.Account, null, ShopPermission.Messages, source, stop), cursor, limit, caller, source, users, cursors, stop))
            .ForCapability(Capabilities.CanSell).Scope(Scopes.SalesRead).WithName("ListShopReviews").WithTags("Reviews").WithSummary("What was written about the caller and the products of the shop in which they answer buyers: to_answer, answered or all.");
        api.MapPost("/reviews", WriteReview.Handle).Writes<WriteReview.Request, OwnReview>(201)
            .ForSignedIn().Scope(Scopes.OrdersWrite).WithName("WriteReview").WithTags("Reviews").WithSummary("Reviews a completed line of an order: the product, or the person at its other side. Once each.");
        api.MapPatch("/reviews/{id:guid}", ChangeReview.Handle).Writes<ChangeReview.Request, OwnReview>()
            .ForSignedIn().Scope(Scopes.OrdersWrite).WithName("ChangeReview").WithTags("Reviews").WithSummary("Its author changes it, within 30 days.");
        api.MapPut("/reviews/{id:guid}/reply", AnswerReview.Handle).Writes<AnswerReview.Request, AnswerReview.Reply>()
            .ForSignedIn().Scope(Scopes.ProductsWrite).WithName("AnswerReview").WithTags("Reviews").WithSummary("Who is spoken of, or works for them, answers or changes the answer.");
        api.MapPut("/reviews/{id:guid}/helpful", (Guid id, Caller caller, CatalogDb db, UnitOfWork work, TimeProvider clock) => VoteForReview.Handle(id, true, caller, db, work, clock)).Writes<NoBody, VoteForReview.Reply>()
            .ForSignedIn().Scope(Scopes.OrdersWrite).WithName("VoteForReview").WithTags("Reviews").WithSummary("It helped the caller; once or again.");
        api.MapDelete("/reviews/{id:guid}/helpful", (Guid id, Caller caller, CatalogDb db, UnitOfWork work, TimeProvider clock) => VoteForReview.Handle(id, false, caller, db, work, clock)).Writes<NoBody, VoteForReview.Reply>()
            .ForSignedIn().Scope(Scopes.OrdersWrite).WithName("TakeReviewVoteBack").WithTags("Reviews").WithSummary("It did not after all; once or again.");
        api.MapGet("/moderation/reviews", (string? state, string? cursor, int? limit, Caller caller, NpgsqlDataSource source, IUsers users, Cursors cursors, CancellationToken stop) =>
                StaffReviews.Handle(state, cursor, limit, caller, source, users, cursors, stop))
            .ForRight(Rights.Moderation).NotForKeys().WithName("ListReviewsToJudge").WithTags("Reviews").WithSummary("All reviews for staff: flagged, hidden, refunded or all.");
        api.MapPost("/reviews/{id:guid}/verdict", JudgeReview.Handle).Writes<JudgeReview.Request, JudgeReview.Reply>()
            .ForRight(Rights.Moderation).NotForKeys().WithName("JudgeReview").WithTags("Reviews").WithSummary("Hides a review, flags it, or lets it stand; its author reads the reason.");
    }
}
