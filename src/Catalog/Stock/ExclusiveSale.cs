using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>
/// A licence that only one person can have: one unit of stock, and with its sale the product is gone for everybody else. Who bought another
/// licence before keeps it, and so does who ordered one and still pays: their order was placed while it was on sale.
/// </summary>
internal static class ExclusiveSale
{
    /// <summary>The one unit, counted from when somebody first wants it. Whoever made the offer need not think of it.</summary>
    public static NpgsqlBatchCommand Open(Guid[] offers, DateTimeOffset now) => Sql.Batched(
        """
        WITH opened AS (
          INSERT INTO catalog.stock (offer_id, product_id, on_hand, reserved)
          SELECT o.id, o.product_id, 1, 0 FROM catalog.offers o WHERE o.id = ANY ($1) AND o.licence = 'exclusive' ORDER BY o.id
          ON CONFLICT DO NOTHING RETURNING offer_id)
        INSERT INTO catalog.stock_movements (offer_id, delta, reason, at) SELECT offer_id, 1, 'received', $2 FROM opened
        """, offers, now);

    /// <summary>Sold: all ways of buying it are withdrawn, and it is off sale for good. In carts its lines say so from now on.</summary>
    public static async Task Close(Guid[] products, UnitOfWork work, DateTimeOffset now)
    {
        if (products.Length == 0) return;
        await work.Command("SELECT id FROM catalog.products WHERE id = ANY ($1) ORDER BY id FOR UPDATE", products).Execute();
        await work.Command("UPDATE catalog.offers SET withdrawn_at = $2 WHERE product_id = ANY ($1) AND withdrawn_at IS NULL", products, now).Execute();
        await work.Command(
            """
            UPDATE catalog.products SET state = 'archived', pending_since = NULL, sold_exclusively_at = coalesce(sold_exclusively_at, $2),
              price_from = NULL, licences = '{}', version = version + 1 WHERE id = ANY ($1)
            """, products, now).Execute();
    }
}
