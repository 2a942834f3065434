using FluentValidation;
using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <summary>Who is spoken of, or works for them, answers, once, below the review; the answer may be changed, and readers see that it was.</summary>
internal static class AnswerReview
{
    public sealed record Request(string Text);

    public sealed record Reply(Guid Review, string Text, DateTimeOffset RepliedAt, DateTimeOffset? EditedAt);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Text).Must(t => !string.IsNullOrWhiteSpace(t)).WithErrorCode("not_empty").WithMessage("Write an answer.");
            RuleFor(r => r.Text).ReviewText();
        }
    }

    /// <exception cref="Refused">404: none that all see and that is about the caller, or about a shop whose buyers they answer.</exception>
    public static async Task<Reply> Handle(Guid id, Request request, Caller caller, CatalogDb db, UnitOfWork work, TimeProvider clock)
    {
        var review = await ChangeReview.Locked(id, db);
        if (review is not { IsShown: true } || !await MayAnswer(review, caller, work)) throw Refused.NotFound();
        if (review.Answer(request.Text, clock.GetUtcNow()))
            work.Publish(new ReviewAnswered(review.Id, review.SubjectKind == ReviewSubjectKind.Profile ? null : review.SubjectId, review.AuthorId, review.OwnerId));
        return new Reply(review.Id, review.Reply!, review.RepliedAt!.Value, review.ReplyEditedAt);
    }

    private static async Task<bool> MayAnswer(Review review, Caller caller, UnitOfWork work) => review.OwnerId == caller.Account
        || await work.Command($"SELECT EXISTS (SELECT FROM catalog.shops s WHERE s.id = $1 AND {ShopAccess.Sql("s", "$2", ShopPermission.Messages)})", review.ShopId ?? Guid.Empty, caller.Account).Scalar<bool>();
}
