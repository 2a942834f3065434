using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;

namespace Marketplace.Catalog;

/// <summary>Staff hides a review, flags it, or lets it stand; its author reads why. Nobody decides about what they wrote or what is about them.</summary>
internal static class JudgeReview
{
    /// <param name="State">visible, hidden or flagged.</param>
    /// <param name="Reason">Its author reads it; needed unless it is let stand.</param>
    public sealed record Request(ReviewState State, string? Reason = null);

    public sealed record Reply(Guid Id, ReviewState State, string? Reason);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.State).IsInEnum();
            RuleFor(r => r.Reason).Must((r, reason) => r.State == ReviewState.Visible || !string.IsNullOrWhiteSpace(reason)).WithErrorCode("not_empty").WithMessage("Say why. Who wrote it reads this.")
                .Must(reason => reason is null || reason.Length <= Review.ReasonLength).WithErrorCode("too_long").WithMessage("Write up to 500 characters.").Sound();
        }
    }

    /// <exception cref="Refused">404; 403 <c>own_review</c>.</exception>
    public static async Task<Reply> Handle(Guid id, Request request, Caller caller, CatalogDb db, UnitOfWork work, IAudit audit)
    {
        caller.MustHave(Rights.Moderation);
        var review = await ChangeReview.Locked(id, db) ?? throw Refused.NotFound();
        if (caller.Account == review.AuthorId || caller.Account == review.OwnerId) throw new Refused("own_review", 403, "Somebody else decides about what you wrote, and about what is said of you.");
        var (before, was) = (review.Counted, review.State);
        if (review.Judge(request.State, request.Reason))
        {
            await Rating.Change(review, before, work);
            await audit.Write(caller, "catalog.review_judged", "review", review.Id, new { state = Naming.Snake(request.State.ToString()), was = Naming.Snake(was.ToString()), reason = review.StateReason });
            if (review.State == ReviewState.Hidden && was != ReviewState.Hidden)
                work.Publish(new ReviewHidden(review.Id, review.SubjectKind == ReviewSubjectKind.Profile ? null : review.SubjectId, review.AuthorId));
        }

        return new Reply(review.Id, review.State, review.StateReason);
    }
}

/// <summary>What somebody reported waits for staff; it stands until then, for a report alone proves nothing.</summary>
internal sealed class OnThingReported(CatalogDb db) : IReaction<ThingReported>
{
    public async Task Handle(ThingReported happened, CancellationToken stop)
    {
        if (happened.Kind == ReviewSubject.KindName && await ChangeReview.Locked(happened.Subject, db) is { } review) review.Flag();
    }
}
