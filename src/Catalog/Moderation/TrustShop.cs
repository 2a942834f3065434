using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Catalog;

/// <summary>What a trusted shop publishes is on sale at once. Staff trusts a shop, or its tenth completed sale does; only staff ceases to.</summary>
internal static class TrustShop
{
    public const int Sales = 10;

    public sealed record Reply(Guid Shop, string Slug, bool Trusted, long CompletedSales);

    /// <exception cref="Refused">404; 403 <c>own_shop</c>.</exception>
    public static async Task<Reply> Handle(string slug, bool trusted, Caller caller, CatalogDb db, IAudit audit, TimeProvider clock)
    {
        var shop = await db.Shops.FromSql($"SELECT * FROM catalog.shops WHERE slug = {slug} FOR UPDATE").FirstOrDefaultAsync() ?? throw Refused.NotFound();
        if (await db.WorksIn(shop.Id, caller.Account)) throw new Refused("own_shop", 403, "Nobody decides about their own shop.");
        if (shop.Trust(trusted))
        {
            db.Add(new TrustDecision(Ids.New(clock), shop.Id, caller.Account, trusted, clock.GetUtcNow()));
            await audit.Write(caller, trusted ? "catalog.shop_trusted" : "catalog.shop_distrusted", "shop", shop.Id);
        }

        return new Reply(shop.Id, shop.Slug, shop.Trusted, shop.CompletedSales);
    }

    /// <summary>One more sale of the product's shop is complete. Trust that staff has withdrawn comes back from staff only.</summary>
    public static Task Count(Guid product, UnitOfWork work, TimeProvider clock) => work.Command(
        """
        WITH shop AS (SELECT s.id, s.completed_sales + 1 AS sales, s.trusted FROM catalog.shops s WHERE s.id = (SELECT shop_id FROM catalog.products WHERE id = $1) FOR UPDATE),
             earned AS (SELECT id FROM shop WHERE NOT trusted AND sales >= $2 AND NOT EXISTS (SELECT 1 FROM catalog.trust_decisions d WHERE d.shop_id = shop.id AND NOT d.trusted)),
             counted AS (UPDATE catalog.shops s SET completed_sales = shop.sales, trusted = shop.trusted OR EXISTS (SELECT 1 FROM earned) FROM shop WHERE s.id = shop.id)
        INSERT INTO catalog.trust_decisions (id, shop_id, moderator_id, trusted, decided_at) SELECT $3, id, NULL, true, $4 FROM earned
        """,
        product, (long)Sales, Ids.New(clock), clock.GetUtcNow()).Execute();
}

/// <summary>That a shop is trusted from now on, or is not. Never changed.</summary>
internal sealed class TrustDecision
{
    private TrustDecision()
    {
    }

    public TrustDecision(Guid id, Guid shop, Guid moderator, bool trusted, DateTimeOffset now)
    {
        Id = id;
        ShopId = shop;
        ModeratorId = moderator;
        Trusted = trusted;
        DecidedAt = now;
    }

    public Guid Id { get; private set; }

    public Guid ShopId { get; private set; }

    /// <summary>Null: its tenth completed sale.</summary>
    public Guid? ModeratorId { get; private set; }

    public bool Trusted { get; private set; }

    public DateTimeOffset DecidedAt { get; private set; }
}
