using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Catalog;

/// <summary>A line that its buyer has received: each side may say once what it was like.</summary>
internal sealed class ReviewRight
{
    private ReviewRight()
    {
    }

    public Guid LineId { get; private set; }

    public Guid ProductId { get; private set; }

    public Guid ShopId { get; private set; }

    public Guid BuyerId { get; private set; }

    public Guid SellerId { get; private set; }

    /// <summary>product, service or webinar: what a review of its product is called.</summary>
    public ReviewSubjectKind SubjectKind { get; private set; }

    public DateTimeOffset AllowedAt { get; private set; }

    /// <summary>It went back to its last cent: nothing more is said of it.</summary>
    public DateTimeOffset? RefundedAt { get; private set; }

    /// <summary>Neither side sees what the other wrote until both have, so that nobody writes to please or to pay back.</summary>
    public bool IsBlind => SubjectKind == ReviewSubjectKind.Service;

    /// <summary>A buyer may speak of the product and of its seller, a seller of the buyer.</summary>
    public bool Serves(Guid author, bool profile) => author == BuyerId || (author == SellerId && profile);

    public void Refund(DateTimeOffset now) => RefundedAt ??= now;

    /// <summary>Locked until the transaction ends: both sides of a line write one after the other.</summary>
    public static Task<ReviewRight?> Locked(Guid line, CatalogDb db) =>
        db.ReviewRights.FromSql($"SELECT * FROM catalog.review_rights WHERE line_id = {line} FOR UPDATE").FirstOrDefaultAsync();

    /// <summary>Once or again; a line that was refunded before stays so.</summary>
    public static Task Allow(Guid line, Guid product, Guid buyer, DateTimeOffset at, DateTimeOffset? refundedAt, UnitOfWork work) => work.Command(
        """
        INSERT INTO catalog.review_rights (line_id, product_id, shop_id, buyer_id, seller_id, subject_kind, allowed_at, refunded_at)
        SELECT $1, p.id, s.id, $3, s.owner_id, CASE WHEN p.kind IN ('service', 'webinar') THEN p.kind ELSE 'product' END, $4, $5
        FROM catalog.products p JOIN catalog.shops s ON s.id = p.shop_id WHERE p.id = $2 AND s.owner_id <> $3
        ON CONFLICT DO NOTHING
        """, line, product, buyer, at, refundedAt).Execute();
}
