using System.Security.Cryptography;
using System.Text;
using Marketplace.Kernel;
using Marketplace.Wallet;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.Orders;

/// <summary>What speaks for a sale by itself: what was ordered, under which contract, and that it was fetched.</summary>
internal sealed class DisputedSales(OrdersDb db, NpgsqlDataSource source) : IDisputedSales
{
    public async Task<DisputedOrder?> Find(Guid order, CancellationToken stop = default)
    {
        var found = await db.Orders.AsNoTracking().Include(o => o.Items).SingleOrDefaultAsync(o => o.Id == order, stop);
        if (found is null) return null;
        var ids = found.Items.Select(i => i.Id).ToArray();
        var contracts = await db.Contracts.AsNoTracking().Where(c => ids.Contains(c.ItemId)).ToDictionaryAsync(c => c.ItemId, stop);
        var downloads = (await source.Command(
            """
            SELECT l.item_id, d.at, f.name, host(d.ip) FROM orders.download_log d
            JOIN orders.download_links l ON l.id = d.link_id JOIN orders.order_files f ON f.id = l.file_id
            WHERE l.item_id = ANY ($1) AND d.counted ORDER BY d.at LIMIT 500
            """, ids).List(r => (Item: r.GetGuid(0), Download: new DisputedDownload(r.GetFieldValue<DateTimeOffset>(1), r.GetString(2), r.IsDBNull(3) ? null : Client(order, r.GetString(3)))), stop))
            .ToLookup(d => d.Item, d => d.Download);
        return new DisputedOrder(found.Number, found.PlacedAt, found.PaidAt, found.Items.OrderBy(i => i.Line).Select(i => new DisputedLine(
            i.Id, i.Seller, i.Title, i.Licence, Money.Of(i.Gross, found.Currency), Money.Of(i.Refunded, found.Currency),
            contracts.TryGetValue(i.Id, out var contract) ? Convert.ToHexStringLower(contract.Sha256) : null, contract?.MadeAt, downloads[i.Id].ToList())).ToList());
    }

    // Of this order alone, so that nobody is followed from one to the next.
    private static string Client(Guid order, string address) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{order}\n{address}")))[..16];
}
