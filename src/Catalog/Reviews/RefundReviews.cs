using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Catalog;

/// <summary>A line went back to its last cent: what was said of it leaves the averages, and nothing more is said. Staff still reads it.</summary>
internal static class RefundReviews
{
    public static async Task Handle(Guid line, Guid product, Guid buyer, DateTimeOffset at, CatalogDb db, UnitOfWork work)
    {
        // The refund may be heard of before the completion was.
        await ReviewRight.Allow(line, product, buyer, at, at, work);
        if (await ReviewRight.Locked(line, db) is not { } right) return;
        right.Refund(at);
        foreach (var review in await db.Reviews.FromSql($"SELECT * FROM catalog.reviews WHERE line_id = {line} ORDER BY id FOR UPDATE").ToListAsync())
        {
            var before = review.Counted;
            review.Refund(at);
            await Rating.Change(review, before, work);
        }
    }
}
