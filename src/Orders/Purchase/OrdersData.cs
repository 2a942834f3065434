using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Orders;

/// <summary>
/// What a person bought and sold. Orders are books: they hold ids and amounts, and stay. Licence contracts and invoices name the parties; the law
/// has them kept, and they are sealed: the one exception.
/// </summary>
internal sealed class OrdersData(NpgsqlDataSource source, UnitOfWork work, Blobs blobs, TimeProvider clock) : IPersonalData
{
    public string Section => "orders";

    public string About => "What you bought and sold, your cart, where your parcels went, what you were invoiced, from where you fetched your files, what you asked back and what you said in claims.";

    public async Task<IReadOnlyList<Unsettled>> Unsettled(Guid account, CancellationToken stop = default) => await Query(
        """
        SELECT EXISTS (SELECT FROM orders.orders WHERE buyer = $1 AND state = 'pending')
            OR EXISTS (SELECT FROM orders.order_items WHERE (buyer = $1 OR seller = $1) AND state IN ('paid', 'preparing', 'shipped'))
            OR EXISTS (SELECT FROM orders.service_orders WHERE (buyer = $1 OR seller = $1) AND ended_at IS NULL)
            OR EXISTS (SELECT FROM orders.disputes WHERE (buyer = $1 OR seller = $1) AND state = 'open')
            OR EXISTS (SELECT FROM orders.refunds r JOIN orders.order_items i ON i.id = r.item_id WHERE (i.buyer = $1 OR i.seller = $1) AND r.state = 'requested')
        """, account).Scalar<bool>(stop) ? [new Unsettled("orders_open", "An order of yours is still open.")] : [];

    public async Task<object?> Export(Guid account, CancellationToken stop = default)
    {
        var bought = await Query(
            "SELECT o.number, o.state, o.currency, i.title, i.licence, i.gross, i.state, i.shop_name, o.placed_at FROM orders.orders o JOIN orders.order_items i ON i.order_id = o.id WHERE o.buyer = $1 ORDER BY o.number, i.line", account)
            .List(r => new { number = r.GetInt64(0), order_state = r.GetString(1), currency = r.GetString(2), title = r.GetString(3), licence = r.GetString(4), gross = r.GetInt64(5), state = r.GetString(6), shop = r.GetString(7), placed_at = r.GetFieldValue<DateTimeOffset>(8) }, stop);
        var sold = await Query(
            "SELECT o.number, i.title, i.gross, i.commission, i.seller_share, o.currency, i.state, o.placed_at FROM orders.order_items i JOIN orders.orders o ON o.id = i.order_id WHERE i.seller = $1 ORDER BY o.number, i.line", account)
            .List(r => new { number = r.GetInt64(0), title = r.GetString(1), gross = r.GetInt64(2), commission = r.GetInt64(3), seller_share = r.GetInt64(4), currency = r.GetString(5), state = r.GetString(6), placed_at = r.GetFieldValue<DateTimeOffset>(7) }, stop);
        var downloads = await Query("SELECT d.at, host(d.ip), d.user_agent FROM orders.download_log d JOIN orders.download_links l ON l.id = d.link_id WHERE l.buyer = $1 ORDER BY d.at", account)
            .List(r => new { at = r.GetFieldValue<DateTimeOffset>(0), address = r.IsDBNull(1) ? null : r.GetString(1), user_agent = r.IsDBNull(2) ? null : r.GetString(2) }, stop);
        var addresses = await Query("SELECT number, shipping_address::text FROM orders.orders WHERE buyer = $1 AND shipping_address IS NOT NULL ORDER BY number", account)
            .List(r => new { order = r.GetInt64(0), address = System.Text.Json.JsonSerializer.Deserialize<System.Text.Json.JsonElement>(r.GetString(1)) }, stop);
        var parcels = await Query("SELECT o.number, s.carrier, s.tracking, s.shipped_at FROM orders.shipments s JOIN orders.orders o ON o.id = s.order_id WHERE o.buyer = $1 OR s.seller = $1 ORDER BY o.number", account)
            .List(r => new { order = r.GetInt64(0), carrier = r.GetString(1), tracking = r.GetString(2), shipped_at = r.IsDBNull(3) ? (DateTimeOffset?)null : r.GetFieldValue<DateTimeOffset>(3) }, stop);
        var work = await Query("SELECT s.item_id, s.state, s.questions, s.answers, s.created_at FROM orders.service_orders s WHERE s.buyer = $1 OR s.seller = $1 ORDER BY s.item_id", account)
            .List(r => new { line = r.GetGuid(0), state = r.GetString(1), questions = r.GetFieldValue<string[]>(2), answers = r.IsDBNull(3) ? null : r.GetFieldValue<string[]>(3), created_at = r.GetFieldValue<DateTimeOffset>(4) }, stop);
        var billing = await Query("SELECT number, country, billing::text FROM orders.orders WHERE buyer = $1 AND (country IS NOT NULL OR billing IS NOT NULL) ORDER BY number", account)
            .List(r => new { order = r.GetInt64(0), country = r.IsDBNull(1) ? null : r.GetString(1), billing = r.IsDBNull(2) ? (System.Text.Json.JsonElement?)null : System.Text.Json.JsonSerializer.Deserialize<System.Text.Json.JsonElement>(r.GetString(2)) }, stop);
        var invoices = await Query("SELECT series, year, number, currency, net, tax, total, issued_at FROM orders.invoices WHERE recipient = $1 OR issuer_account = $1 ORDER BY id", account)
            .List(r => new { number = Invoice.TextOf(r.GetString(0).ReadChoice<InvoiceSeries>()!.Value, r.GetInt32(1), r.GetInt32(2)), currency = r.GetString(3), net = r.GetInt64(4), tax = r.GetInt64(5), total = r.GetInt64(6), issued_at = r.GetFieldValue<DateTimeOffset>(7) }, stop);
        var notes = await Query("SELECT item_id, what, note, at FROM orders.service_events WHERE by = $1 AND note <> '' ORDER BY id", account)
            .List(r => new { line = r.GetGuid(0), about = r.GetString(1), note = r.GetString(2), at = r.GetFieldValue<DateTimeOffset>(3) }, stop);
        var access = await Query("SELECT product, target_kind, target, granted_at, revoked_at FROM orders.access_grants WHERE account = $1 AND granted_at IS NOT NULL ORDER BY granted_at", account)
            .List(r => new { product = r.GetGuid(0), opens = r.GetString(1), target = r.GetString(2), granted_at = r.GetFieldValue<DateTimeOffset>(3), revoked_at = r.IsDBNull(4) ? (DateTimeOffset?)null : r.GetFieldValue<DateTimeOffset>(4) }, stop);
        var reminders = await Query("SELECT sent_at, restored_at FROM orders.cart_reminders WHERE account = $1 ORDER BY sent_at", account)
            .List(r => new { sent_at = r.GetFieldValue<DateTimeOffset>(0), restored_at = r.IsDBNull(1) ? (DateTimeOffset?)null : r.GetFieldValue<DateTimeOffset>(1) }, stop);
        var asked = await Query("SELECT item_id, asked, amount, state, reason, decision, requested_at FROM orders.refunds WHERE requested_by = $1 OR decided_by = $1 ORDER BY requested_at", account)
            .List(r => new { line = r.GetGuid(0), asked = r.IsDBNull(1) ? (long?)null : r.GetInt64(1), amount = r.GetInt64(2), state = r.GetString(3), reason = r.GetString(4), decision = r.GetString(5), at = r.GetFieldValue<DateTimeOffset>(6) }, stop);
        var claims = await Query("SELECT id, item_id, reason, state, decision, opened_at FROM orders.disputes WHERE buyer = $1 OR seller = $1 ORDER BY id", account)
            .List(r => new { claim = r.GetGuid(0), line = r.GetGuid(1), reason = r.GetString(2), state = r.GetString(3), decision = r.GetString(4), opened_at = r.GetFieldValue<DateTimeOffset>(5) }, stop);
        var said = await Query("SELECT dispute_id, text, file_name, at FROM orders.dispute_messages WHERE by = $1 AND (text IS NOT NULL OR file_name IS NOT NULL) ORDER BY id", account)
            .List(r => new { claim = r.GetGuid(0), text = r.IsDBNull(1) ? null : r.GetString(1), file = r.IsDBNull(2) ? null : r.GetString(2), at = r.GetFieldValue<DateTimeOffset>(3) }, stop);
        var subscriptions = await Query("SELECT title, plan ->> 'name', state, created_at, period_end, method, card_brand, card_last4, ended_at FROM orders.subscriptions WHERE account = $1 ORDER BY id", account)
            .List(r => new { title = r.GetString(0), plan = r.GetString(1), state = r.GetString(2), since = r.GetFieldValue<DateTimeOffset>(3), period_end = r.GetFieldValue<DateTimeOffset>(4), paid_by = r.GetString(5), card = r.IsDBNull(6) ? null : r.GetString(6), card_last4 = r.IsDBNull(7) ? null : r.GetString(7), ended_at = r.IsDBNull(8) ? (DateTimeOffset?)null : r.GetFieldValue<DateTimeOffset>(8) }, stop);
        return bought.Count + sold.Count + downloads.Count + reminders.Count == 0 ? null : new { bought, sold, downloads, addresses, parcels, work, notes, access, billing, invoices, reminders, asked, claims, said, subscriptions };
    }

    public async Task Erase(Guid account)
    {
        await work.Command("DELETE FROM orders.carts WHERE owner = $1", account).Execute();
        await work.Command("DELETE FROM orders.cart_reminders WHERE account = $1", account).Execute();
        await work.Command("DELETE FROM orders.download_log d USING orders.download_links l WHERE l.id = d.link_id AND l.buyer = $1", account).Execute();
        await work.Command("DELETE FROM orders.download_sessions s USING orders.download_links l WHERE l.id = s.link_id AND l.buyer = $1", account).Execute();
        await work.Command("UPDATE orders.download_links SET revoked_at = coalesce(revoked_at, expires_at) WHERE buyer = $1", account).Execute();
        await work.Command("UPDATE orders.shipments s SET tracking = '' FROM orders.orders o WHERE o.id = s.order_id AND o.buyer = $1 AND s.tracking <> ''", account).Execute();
        await work.Command("UPDATE orders.orders SET shipping_address = NULL WHERE buyer = $1 AND shipping_address IS NOT NULL", account).Execute();
        await work.Command("UPDATE orders.orders SET billing = NULL WHERE buyer = $1 AND billing IS NOT NULL", account).Execute();
        // What they wrote about a piece of work; that it was done stays.
        await work.Command("UPDATE orders.service_orders SET answers = array_fill(''::text, ARRAY[cardinality(answers)]) WHERE buyer = $1 AND cardinality(answers) > 0", account).Execute();
        await work.Command("UPDATE orders.service_orders SET questions = array_fill(''::text, ARRAY[cardinality(questions)]) WHERE seller = $1 AND cardinality(questions) > 0", account).Execute();
        await work.Command("UPDATE orders.service_events SET note = '' WHERE by = $1 AND note <> ''", account).Execute();
        // What they wrote when something was asked back, and in claims; that it was asked and decided stays.
        await work.Command("UPDATE orders.refunds SET reason = 'Erased' WHERE requested_by = $1", account).Execute();
        await work.Command("UPDATE orders.refunds SET decision = '' WHERE decided_by = $1 AND decision <> ''", account).Execute();
        await work.Command("UPDATE orders.disputes SET decision = '' WHERE decided_by = $1 AND decision <> ''", account).Execute();
        foreach (var key in await work.Command("SELECT blob_key FROM orders.dispute_messages WHERE by = $1 AND blob_key IS NOT NULL", account).List(r => r.GetString(0))) await blobs.Forget(key);
        await work.Command("UPDATE orders.dispute_messages SET text = NULL, blob_key = NULL, file_name = NULL, content_type = NULL, size = NULL, sha256 = NULL WHERE by = $1", account).Execute();
        // Who is gone neither pays nor sells any more.
        var now = clock.GetUtcNow();
        var ended = await work.Command(
            """
            WITH ended AS (
              UPDATE orders.subscriptions SET state = 'cancelled', ended_at = $2, end_reason = CASE WHEN account = $1 THEN 'erased' ELSE 'withdrawn' END, access_closed_at = coalesce(access_closed_at, $2)
              WHERE (account = $1 OR seller = $1) AND ended_at IS NULL RETURNING id)
            SELECT c.item_id FROM orders.subscription_charges c JOIN ended e ON e.id = c.subscription_id
            """, account, now).List(r => r.GetGuid(0));
        await OpenAccess.Close(ended, work, now);
        await work.Command("UPDATE orders.subscriptions SET card_brand = NULL, card_last4 = NULL WHERE account = $1 AND card_brand IS NOT NULL", account).Execute();
        await work.Command("UPDATE orders.subscriptions SET shop_name = 'Erased' WHERE seller = $1", account).Execute();
        // The shop's name is often its owner's.
        await work.Command("UPDATE orders.order_items SET shop_name = 'Erased' WHERE seller = $1", account).Execute();
    }

    private NpgsqlCommand Query(string sql, Guid account) => work.IsOpen ? work.Command(sql, account) : source.Command(sql, account);
}
