using FluentValidation;
using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Catalog;

/// <summary>Its author changes what they wrote, within 30 days; readers see that it was changed.</summary>
internal static class ChangeReview
{
    /// <param name="Stars">1 to 5; missing: as they were.</param>
    public sealed record Request(int? Stars = null, string? Text = null);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Stars).Must(s => s is null or (>= 1 and <= 5)).WithErrorCode("stars").WithMessage("Give one to five stars.");
            RuleFor(r => r.Text).ReviewText();
        }
    }

    /// <exception cref="Refused">404; 409 <c>review_closed</c>.</exception>
    public static async Task<OwnReview> Handle(Guid id, Request request, Caller caller, CatalogDb db, UnitOfWork work, TimeProvider clock)
    {
        var review = await Locked(id, db);
        if (review?.AuthorId != caller.Account) throw Refused.NotFound();
        var (before, now) = (review.Counted, clock.GetUtcNow());
        review.Change(request.Stars ?? review.Stars, request.Text ?? review.Text, now);
        await Rating.Change(review, before, work);
        return OwnReview.Of(review, now);
    }

    /// <summary>A review, locked until the transaction ends.</summary>
    public static Task<Review?> Locked(Guid id, CatalogDb db) => db.Reviews.FromSql($"SELECT * FROM catalog.reviews WHERE id = {id} FOR UPDATE").FirstOrDefaultAsync();
}
