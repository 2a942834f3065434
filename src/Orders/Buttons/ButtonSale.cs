using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.Orders;

/// <summary>What a button brought, and where its buyer goes then.</summary>
internal static class ButtonSale
{
    /// <summary>The order came through this button, if it holds what the button sells. Joins the order's transaction; an unknown key changes nothing.</summary>
    public static async Task Note(Order order, string? key, UnitOfWork work)
    {
        if (key is not { Length: 32 }) return;
        await work.Command(
            "INSERT INTO orders.button_orders (order_id, button_id) SELECT $1, id FROM orders.payment_buttons WHERE key = $2 AND active AND offer = ANY ($3) ON CONFLICT DO NOTHING",
            order.Id, key, order.Items.Select(i => i.Offer).ToArray()).Execute();
    }

    /// <summary>
    /// Where the buyer of a paid order goes on, with its number; null for orders of no button, or when the shop does not allow the address any more: it is
    /// looked at again each time.
    /// </summary>
    public static async Task<string?> ReturnOf(Guid order, Guid buyer, NpgsqlDataSource source, CancellationToken stop)
    {
        var found = (await source.Command(
            """
            SELECT p.success_url, o.number, ARRAY(SELECT origin FROM orders.return_origins r WHERE r.shop = p.shop)
            FROM orders.button_orders b JOIN orders.payment_buttons p ON p.id = b.button_id JOIN orders.orders o ON o.id = b.order_id
            WHERE o.id = $1 AND o.buyer = $2 AND o.paid_at IS NOT NULL AND p.active AND p.success_url IS NOT NULL
            """, order, buyer).List(r => (Url: r.GetString(0), Number: r.GetInt64(1), Origins: r.GetFieldValue<string[]>(2)), stop)).FirstOrDefault();
        return found.Url is { } url && ReturnAddress.IsAllowed(url, found.Origins) ? ReturnAddress.With(url, found.Number) : null;
    }
}
