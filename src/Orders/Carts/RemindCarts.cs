using System.Security.Cryptography;
using System.Text;
using Marketplace.Catalog;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.WebUtilities;
using Npgsql;

namespace Marketplace.Orders;

/// <summary>
/// Who left a cart alone for a day hears of it once, as long as it is not a month old: at a proven address only, and when something in it can
/// still be bought. Source of the rule: one mail a cart. Each cart in a transaction of its own, which marks it: of two jobs at once one finds it.
/// </summary>
internal sealed class RemindCarts(NpgsqlDataSource source, Writes writes, UnitOfWork work, OrdersDb db, ICatalog catalog, IUsers users, Fulfilments fulfilments, Secrets secrets, TimeProvider clock) : IJob
{
    private const int AtOnce = 500;

    private const string Left =
        "owner IS NOT NULL AND reminded_at IS NULL AND changed_at <= $1 AND changed_at > $2 AND (looked_at IS NULL OR looked_at <= $1) AND EXISTS (SELECT FROM orders.cart_items i WHERE i.cart_id = carts.id)";

    public static readonly TimeSpan After = TimeSpan.FromDays(1), Until = TimeSpan.FromDays(30);

    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        foreach (var cart in await source.Command($"SELECT id FROM orders.carts WHERE {Left} ORDER BY changed_at LIMIT $3", now - After, now - Until, AtOnce).List(r => r.GetGuid(0), stop))
        {
            if (stop.IsCancellationRequested) return;
            await writes.Run(() => Remind(cart, now));
        }
    }

    private async Task Remind(Guid cart, DateTimeOffset now)
    {
        // What is not to be reminded of today may be tomorrow: an address is proven, something is on sale again.
        var found = await work.Command($"UPDATE orders.carts SET looked_at = $4 WHERE id = $3 AND {Left} RETURNING owner, changed_at", now - After, now - Until, cart, now)
            .List(r => (Owner: r.GetGuid(0), ChangedAt: r.GetFieldValue<DateTimeOffset>(1)));
        if (found is not [var (owner, changed)] || (await users.Contacts([owner])).GetValueOrDefault(owner) is not { IsVerified: true }) return;

        var offers = await Buyable(cart, owner);
        if (offers.Count == 0) return;
        var (reminder, token) = (Ids.New(clock), WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32)));
        await work.Command("UPDATE orders.carts SET reminded_at = $2 WHERE id = $1", cart, now).Execute();
        await work.Command(
            "INSERT INTO orders.cart_reminders (id, account, token_hash, offers, sent_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
            reminder, owner, CartReminders.HashOf(token), offers.Select(o => o.Id).ToArray(), now, changed + Until).Execute();
        work.Publish(new CartLeft(reminder, owner, offers.Select(o => o.Product).Distinct().ToList(), secrets.Seal(CartReminders.Row(reminder), Encoding.UTF8.GetBytes(token))));
    }

    private async Task<List<Offer>> Buyable(Guid cart, Guid owner)
    {
        var items = await work.Command(
            $"SELECT i.offer_id, EXISTS (SELECT FROM orders.order_items o WHERE o.buyer = $2 AND o.offer = i.offer_id AND o.{Owned.State}) FROM orders.cart_items i WHERE i.cart_id = $1 ORDER BY i.line",
            cart, owner).List(r => (Offer: r.GetGuid(0), Owned: r.GetBoolean(1)));
        var offers = await FirstInvoice.Price(await catalog.Offers(items.Select(i => i.Offer).ToList()), owner, db);
        return items.Where(i => CartProblems.Blocking(offers.GetValueOrDefault(i.Offer), owner, i.Owned, fulfilments) is null).Select(i => offers[i.Offer]).ToList();
    }
}
