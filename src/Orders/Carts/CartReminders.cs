using System.Security.Cryptography;
using System.Text;
using Marketplace.Catalog;
using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Orders;

/// <summary>The link of a reminder: shows what lay in the cart at the prices of now, and puts it into the cart of whoever holds it. It serves until the cart is a month old.</summary>
internal sealed class CartReminders(NpgsqlDataSource source, UnitOfWork work, ICatalog catalog, Secrets secrets, TimeProvider clock)
{
    public static string Row(Guid reminder) => $"orders.cart_reminders/{reminder}";

    public static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>For the mail, at the moment of writing it: null when the cart was bought, emptied or is too old meanwhile.</summary>
    public async Task<string?> PathOf(Guid reminder, byte[] sealedToken, CancellationToken stop)
    {
        var there = await source.Command(
            """
            UPDATE orders.cart_reminders r SET mailed_at = coalesce(mailed_at, $2) WHERE id = $1 AND expires_at > $2
              AND EXISTS (SELECT FROM orders.carts c JOIN orders.cart_items i ON i.cart_id = c.id WHERE c.owner = r.account AND i.offer_id = ANY (r.offers))
            """, reminder, clock.GetUtcNow()).Execute(stop);
        return there == 0 ? null : $"/cart/restore/{Encoding.UTF8.GetString(secrets.Open(Row(reminder), sealedToken))}";
    }

    /// <returns>What lay in it and is still there, as it is now.</returns>
    /// <exception cref="Refused">404: no such link, or its month is over.</exception>
    public async Task<IReadOnlyList<Offer>> Find(string token, CancellationToken stop = default)
    {
        const string sql = "SELECT offers FROM orders.cart_reminders WHERE token_hash = $1 AND expires_at > $2";
        var hash = token.Length == 43 ? HashOf(token) : throw Refused.NotFound();
        var found = await (work.IsOpen ? work.Command(sql, hash, clock.GetUtcNow()) : source.Command(sql, hash, clock.GetUtcNow())).List(r => r.GetFieldValue<Guid[]>(0), stop);
        if (found is not [var ids]) throw Refused.NotFound();
        var offers = await catalog.Offers(ids, stop);
        return ids.Where(offers.ContainsKey).Select(id => offers[id]).ToList();
    }

    /// <summary>Puts back what can be bought; what lies there already is not doubled. Joins the transaction.</summary>
    /// <returns>How many could not be put back.</returns>
    /// <exception cref="Refused">404.</exception>
    public async Task<int> Restore(string token, Shopper shopper, OrdersDb db, Fulfilments fulfilments)
    {
        var found = await Find(token);
        var priced = await FirstInvoice.Price(found.ToDictionary(o => o.Id), shopper.Account, db);
        var offers = found.Select(o => priced[o.Id]).ToList();
        var cart = await shopper.Open(db, work, clock);
        var owned = shopper.Account is null ? [] : (await work.Command($"SELECT offer FROM orders.order_items WHERE buyer = $1 AND offer = ANY ($2) AND {Owned.State}", shopper.Account, offers.Select(o => o.Id).ToArray()).List(r => r.GetGuid(0))).ToHashSet();
        var back = offers.Where(o => CartProblems.Blocking(o, shopper.Account, owned.Contains(o.Id), fulfilments) is null).ToList();
        foreach (var offer in back.Where(o => cart.Items.Count < Cart.MaxItems || cart.Items.Exists(i => i.OfferId == o.Id))) cart.Add(offer.Id, offer.Price, false, cart.Items.Find(i => i.OfferId == offer.Id)?.Units ?? 1, clock);
        if (back.Count > 0) await work.Command("UPDATE orders.cart_reminders SET restored_at = coalesce(restored_at, $2) WHERE token_hash = $1", HashOf(token), clock.GetUtcNow()).Execute();
        return offers.Count - back.Count;
    }
}
