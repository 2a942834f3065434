using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <summary>Somebody says that a review helped them, or takes that back: one vote a person, none of the two whom it is about.</summary>
internal static class VoteForReview
{
    public sealed record Reply(Guid Review, bool Mine, int Helpful);

    /// <exception cref="Refused">404: none that all see; 403 <c>own_review</c>.</exception>
    public static async Task<Reply> Handle(Guid id, bool helpful, Caller caller, CatalogDb db, UnitOfWork work, TimeProvider clock)
    {
        var review = await ChangeReview.Locked(id, db);
        if (review is not { IsShown: true }) throw Refused.NotFound();
        if (caller.Account == review.AuthorId || caller.Account == review.OwnerId) throw new Refused("own_review", 403, "Others say whether this helps: you wrote it, or it is about you.");
        var rows = helpful
            ? await work.Command("INSERT INTO catalog.review_votes (review_id, account_id, voted_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", id, caller.Account, clock.GetUtcNow()).Execute()
            : -await work.Command("DELETE FROM catalog.review_votes WHERE review_id = $1 AND account_id = $2", id, caller.Account).Execute();
        review.Vote(rows);
        return new Reply(id, helpful, review.HelpfulCount);
    }
}
