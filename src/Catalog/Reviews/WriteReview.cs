using FluentValidation;
using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Catalog;

/// <summary>One side of a completed line says what it was like: the buyer of the product or of its seller, the seller of the buyer. Once each.</summary>
internal static class WriteReview
{
    /// <param name="LineId">The line of the order.</param>
    /// <param name="About"><c>product</c>, or <c>profile</c>: the person at the other side.</param>
    /// <param name="Stars">1 to 5.</param>
    public sealed record Request(Guid LineId, int Stars, string? Text = null, string? About = null);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.LineId).NotEmpty();
            RuleFor(r => r.About).Must(a => string.IsNullOrEmpty(a) || a is Rating.Product or Rating.Profile).WithErrorCode("unknown_choice").WithMessage("Choose one of the list.");
            RuleFor(r => r.Stars).Stars();
            RuleFor(r => r.Text).ReviewText();
        }
    }

    /// <exception cref="Refused">404: no line of the caller's that is complete; 409 <c>already_reviewed</c>, <c>review_closed</c> when the line was refunded.</exception>
    public static async Task<OwnReview> Handle(Request request, Caller caller, CatalogDb db, UnitOfWork work, TimeProvider clock)
    {
        var profile = request.About == Rating.Profile;
        var right = await ReviewRight.Locked(request.LineId, db);
        if (right is null || !right.Serves(caller.Account, profile)) throw Refused.NotFound();
        if (right.RefundedAt is not null) throw new Refused("review_closed", 409, "This purchase was refunded: it is not reviewed any more.");

        var now = clock.GetUtcNow();
        var review = Review.Write(Ids.New(clock), right, profile ? ReviewSubjectKind.Profile : right.SubjectKind, caller.Account, request.Stars, request.Text ?? "", now);
        db.Add(review);
        await work.Flush(("reviews_once", new Refused("already_reviewed", 409, "You have reviewed this already. Change what you wrote.")));
        if (right.IsBlind) await BothWrote(right, review, db, work, now);
        else
        {
            await Rating.Change(review, null, work);
            work.Publish(ReviewPublished.Of(review, right.ProductId));
        }

        return OwnReview.Of(review, now);
    }

    // Each side's first word is kept from the other until there are two of them.
    private static async Task BothWrote(ReviewRight right, Review review, CatalogDb db, UnitOfWork work, DateTimeOffset now)
    {
        var all = await db.Reviews.FromSql($"SELECT * FROM catalog.reviews WHERE line_id = {right.LineId} ORDER BY id FOR UPDATE").ToListAsync();
        if (all.Select(r => r.AuthorId).Distinct().Count() < 2)
        {
            if (all.Count == 1) work.Publish(new ReviewAwaited(review.Id, right.LineId, right.ProductId, review.AuthorId, review.OwnerId, ByBuyer: review.AuthorId == right.BuyerId, review.BlindUntil!.Value));
            return;
        }

        foreach (var unseen in all.Where(r => r.RevealedAt is null)) await RevealReviews.Reveal(unseen, right.ProductId, work, now);
    }
}

/// <summary>Rules that writing, changing and answering share.</summary>
internal static class ReviewRules
{
    public static void Stars<T>(this IRuleBuilder<T, int> rule) => rule.InclusiveBetween(1, 5).WithErrorCode("stars").WithMessage("Give one to five stars.");

    public static void ReviewText<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(t => t is null || t.Length <= Review.TextLength).WithErrorCode("too_long").WithMessage("Write up to 4,000 characters.").Sound();
}

/// <summary>A review as its author sees it.</summary>
/// <param name="Kind">product, service, webinar or profile.</param>
/// <param name="Published">Everybody sees it; false while the other side of a service has not written, when staff hid it, or after a refund.</param>
/// <param name="BlindUntil">When it is seen at the latest.</param>
/// <param name="ChangeableUntil">Null when it cannot be changed any more.</param>
internal sealed record OwnReview(
    Guid Id, Guid LineId, ReviewSubjectKind Kind, int Stars, string Text, ReviewState State, string? StateReason, bool Published, bool Refunded, DateTimeOffset? BlindUntil,
    DateTimeOffset CreatedAt, DateTimeOffset? EditedAt, DateTimeOffset? ChangeableUntil, string? Reply, DateTimeOffset? RepliedAt, int Helpful)
{
    public static OwnReview Of(Review r, DateTimeOffset now) => new(
        r.Id, r.LineId, r.SubjectKind, r.Stars, r.Text, r.State, r.StateReason, r.IsShown, r.RefundedAt is not null, r.RevealedAt is null ? r.BlindUntil : null,
        r.CreatedAt, r.EditedAt, r.MayChange(now) ? r.CreatedAt + Review.Changeable : null, r.Reply, r.RepliedAt, r.HelpfulCount);
}
