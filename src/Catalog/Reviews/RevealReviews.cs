using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>Who does not write within seven days keeps nobody waiting: what the other side of a service said is seen then.</summary>
internal sealed class RevealReviews(NpgsqlDataSource source, CatalogDb db, UnitOfWork work, Writes writes) : IJob
{
    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        var due = await source.Command(
            "SELECT v.id, r.product_id FROM catalog.reviews v JOIN catalog.review_rights r USING (line_id) WHERE v.revealed_at IS NULL AND v.blind_until <= $1 ORDER BY v.blind_until LIMIT 500", now)
            .List(r => (Review: r.GetGuid(0), Product: r.GetGuid(1)), stop);
        foreach (var (id, product) in due)
        {
            await writes.Run(async () =>
            {
                db.ChangeTracker.Clear();
                if (await ChangeReview.Locked(id, db) is { RevealedAt: null } review) await Reveal(review, product, work, now);
            });
        }
    }

    /// <summary>From now on everybody sees it, and it counts.</summary>
    public static async Task Reveal(Review review, Guid product, UnitOfWork work, DateTimeOffset now)
    {
        review.Reveal(now);
        await Rating.Change(review, null, work);
        if (review.IsShown) work.Publish(ReviewPublished.Of(review, product));
    }
}
