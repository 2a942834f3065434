using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>A person's money. The books hold ids and amounts and stay; there is nothing of the person in them.</summary>
internal sealed class WalletData(NpgsqlDataSource source, UnitOfWork work, TimeProvider clock) : IPersonalData
{
    public string Section => "wallet";

    public string About => "Your balances, every movement of your money, and your payments.";

    public async Task<IReadOnlyList<Unsettled>> Unsettled(Guid account, CancellationToken stop = default)
    {
        var (debt, held, available, paying) = (await Query(
            """
            SELECT coalesce(bool_or(debt > 0), false), coalesce(bool_or(pending + escrow + in_payout + locked > 0), false), coalesce(bool_or(available > 0 AND currency <> 'XPL'), false),
                   EXISTS (SELECT FROM wallet.payments WHERE payer_id = $1 AND state IN ('created', 'needs_action', 'authorised', 'unknown'))
            FROM wallet.wallets WHERE owner_id = $1
            """, account).List(r => (r.GetBoolean(0), r.GetBoolean(1), r.GetBoolean(2), r.GetBoolean(3)), stop)).Single();
        var all = new List<Unsettled>();
        if (debt) all.Add(new Unsettled("debt", "You owe the market money."));
        if (held) all.Add(new Unsettled("money_held", "The market still holds money of your sales, or pays it out."));
        if (paying) all.Add(new Unsettled("payment_open", "A payment of yours is still under way."));
        if (available) all.Add(new Unsettled("balance_left", "There is money in your wallet. Spend it, or give it up.", CanGiveUp: true));
        return all;
    }

    public async Task<object?> Export(Guid account, CancellationToken stop = default)
    {
        var balances = await Query("SELECT currency, available, pending, in_payout, debt FROM wallet.wallets WHERE owner_id = $1 ORDER BY currency", account)
            .List(r => new { currency = r.GetString(0), available = r.GetInt64(1), pending = r.GetInt64(2), in_payout = r.GetInt64(3), debt = r.GetInt64(4) }, stop);
        var entries = await Query(
            """
            SELECT p.effective_at, t.kind, a.kind, a.currency, p.amount FROM wallet.accounts a JOIN wallet.postings p ON p.account_id = a.id
            CROSS JOIN LATERAL (SELECT kind FROM wallet.ledger_transactions WHERE id = p.transaction_id AND recorded_at = p.recorded_at LIMIT 1) t
            WHERE a.owner_id = $1 ORDER BY p.effective_at, p.transaction_id
            """, account).List(r => new { at = r.GetFieldValue<DateTimeOffset>(0), what = r.GetString(1), account = r.GetString(2), currency = r.GetString(3), amount = r.GetInt64(4) }, stop);
        var payments = await Query("SELECT id, purpose, amount, currency, method, state, created_at FROM wallet.payments WHERE payer_id = $1 ORDER BY id", account)
            .List(r => new { id = r.GetGuid(0), purpose = r.GetString(1), amount = r.GetInt64(2), currency = r.GetString(3), method = r.GetString(4), state = r.GetString(5), created_at = r.GetFieldValue<DateTimeOffset>(6) }, stop);
        var risk = (await Query(
            "SELECT k.level, k.sold, k.completed, k.refunded, k.disputed, k.rated_at, k.override_level, k.override_reason, k.override_until FROM wallet.seller_risks k WHERE k.account_id = $1", account)
            .List(r => new
            {
                level = r.GetString(0), sold = r.GetInt64(1), completed = r.GetInt64(2), refunded = r.GetInt64(3), disputed = r.GetInt64(4), rated_at = Time(r, 5),
                set_by_staff = r.IsDBNull(6) ? null : r.GetString(6), reason = r.IsDBNull(7) ? null : r.GetString(7), until = Time(r, 8),
            }, stop)).SingleOrDefault();
        var methods = await Own("SELECT method, brand, last4, expiry_month, expiry_year, created_at FROM wallet.payment_methods WHERE account = $1 AND removed_at IS NULL ORDER BY id", account, r => new
        {
            method = r.GetString(0), brand = r.GetString(1), last4 = r.IsDBNull(2) ? null : r.GetString(2), expiry_month = r.IsDBNull(3) ? (int?)null : r.GetInt32(3),
            expiry_year = r.IsDBNull(4) ? (int?)null : r.GetInt32(4), created_at = r.GetFieldValue<DateTimeOffset>(5),
        }, stop);
        return balances.Count + payments.Count + methods.Count == 0 && risk is null ? null : new { balances, entries, payments, payment_methods = methods, risk };

        static DateTimeOffset? Time(NpgsqlDataReader r, int column) => r.IsDBNull(column) ? null : r.GetFieldValue<DateTimeOffset>(column);
    }

    // Ids and amounts only: wallet.accounts, wallet.payments, wallet.holds, wallet.hold_rules and wallet.deferrals stay as they are. A card's token goes when
    // its payment ends; what was saved goes as soon as its provider has forgotten it. What is thought of a seller (wallet.seller_risks) goes with them.
    public async Task Erase(Guid account)
    {
        await work.Command("DELETE FROM wallet.seller_risks WHERE account_id = $1", account).Execute();
        await work.ActFor(account);
        await work.Command("UPDATE wallet.payment_methods SET removed_at = $2, forget_at = $2, is_default = false WHERE account = $1 AND removed_at IS NULL", account, clock.GetUtcNow()).Execute();
    }

    private async Task<List<T>> Own<T>(string sql, Guid account, Func<NpgsqlDataReader, T> row, CancellationToken stop)
    {
        if (!work.IsOpen) return await source.CommandFor(account, sql, account).List(row, stop);
        await work.ActFor(account);
        return await work.Command(sql, account).List(row, stop);
    }

    private NpgsqlCommand Query(string sql, Guid account) => work.IsOpen ? work.Command(sql, account) : source.Command(sql, account);
}
