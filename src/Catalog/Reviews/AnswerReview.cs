using FluentValidation;
using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <summary>Who is spoken of answers, once, below the review; the answer may be changed, and readers see that it was.</summary>
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

    /// <exception cref="Refused">404: none that is about the caller and that all see.</exception>
    public static async Task<Reply> Handle(Guid id, Request request, Caller caller, CatalogDb db, UnitOfWork work, TimeProvider clock)
    {
        var review = await ChangeReview.Locked(id, db);
        if (review is not { IsShown: true } || review.OwnerId != caller.Account) throw Refused.NotFound();
        if (review.Answer(request.Text, clock.GetUtcNow()))
            work.Publish(new ReviewAnswered(review.Id, review.SubjectKind == ReviewSubjectKind.Profile ? null : review.SubjectId, review.AuthorId, review.OwnerId));
        return new Reply(review.Id, review.Reply!, review.RepliedAt!.Value, review.ReplyEditedAt);
    }
}
