using System.Text;
using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>Ways to pay that people saved. A token is sealed with the identity of its row and read for the call that needs it.</summary>
internal sealed class SavedMethods(NpgsqlDataSource source, UnitOfWork work, Secrets secrets, IEnumerable<IMethodKeeper> keepers, TimeProvider clock)
{
    public const string Table = "wallet.payment_methods";

    private const string Columns = "id, method, brand, last4, expiry_month, expiry_year, is_default, created_at, provider";

    /// <summary>One's own, the usual one first.</summary>
    public Task<List<SavedPaymentMethod>> Of(Guid account, CancellationToken stop = default) => source.CommandFor(account,
        $"SELECT {Columns} FROM wallet.payment_methods WHERE account = $1 AND removed_at IS NULL ORDER BY is_default DESC, id DESC", account).List(Read, stop);

    /// <exception cref="Refused">422 <c>payment_method_gone</c>: it is not there, is another's, has expired, or is of another way to pay.</exception>
    public async Task MustBeUsable(Guid id, Guid account, string method)
    {
        await work.ActFor(account);
        var known = await work.Command($"SELECT {Columns} FROM wallet.payment_methods WHERE id = $1 AND account = $2 AND removed_at IS NULL FOR KEY SHARE", id, account).List(Read);
        if (known is not [{ Usable: true } one] || one.Method != method) throw Gone();
    }

    /// <summary>What charges it; null when it is gone.</summary>
    public async Task<string?> Token(Guid id, Guid account, CancellationToken stop)
    {
        var box = await source.CommandFor(account, "SELECT token FROM wallet.payment_methods WHERE id = $1 AND account = $2", id, account).Scalar<byte[]>(stop);
        return box is null ? null : Encoding.UTF8.GetString(secrets.Open(Row(id), box));
    }

    /// <summary>Keeps the way a payment was paid, in the open transaction. The same card saved again takes the place of its older self.</summary>
    public async Task Keep(Charge charge, KeptMethod kept)
    {
        await work.ActFor(charge.PayerId);
        var (id, now) = (Ids.New(clock), clock.GetUtcNow());
        var brand = ProviderRefusal.Stable(kept.Brand);
        var replaced = await work.Command(
            """
            UPDATE wallet.payment_methods SET removed_at = $7, forget_at = $7, is_default = false
            WHERE account = $1 AND provider = $2 AND brand = $3 AND last4 IS NOT DISTINCT FROM $4::text AND expiry_month IS NOT DISTINCT FROM $5::int
              AND expiry_year IS NOT DISTINCT FROM $6::int AND removed_at IS NULL
            """, charge.PayerId, charge.Provider, brand, kept.Last4, kept.ExpiryMonth, kept.ExpiryYear, now).Execute();
        await work.Command(
            """
            INSERT INTO wallet.payment_methods (id, account, provider, method, token, brand, last4, expiry_month, expiry_year, is_default, created_at, attempts)
            SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, NOT EXISTS (SELECT FROM wallet.payment_methods WHERE account = $2 AND is_default), $10, 0
            """, id, charge.PayerId, charge.Provider, charge.Method, secrets.Seal(Row(id), Encoding.UTF8.GetBytes(kept.Token)), brand.Length > 30 ? brand[..30] : brand,
            kept.Last4, kept.ExpiryMonth, kept.ExpiryYear, now).Execute();
        if (replaced == 0) work.Publish(new PaymentMethodSaved(id, charge.PayerId));
    }

    /// <exception cref="Refused">404.</exception>
    public async Task Remove(Guid id, Guid account)
    {
        var was = await work.Command(
            """
            UPDATE wallet.payment_methods m SET removed_at = $3, forget_at = $3, is_default = false
            FROM wallet.payment_methods b WHERE b.id = m.id AND m.id = $1 AND m.account = $2 AND m.removed_at IS NULL RETURNING b.is_default
            """, id, account, clock.GetUtcNow()).List(r => r.GetBoolean(0));
        if (was.Count == 0) throw Refused.NotFound();
        // Somebody's newest other one becomes the usual one.
        if (was[0])
        {
            await work.Command(
                "UPDATE wallet.payment_methods SET is_default = true WHERE id = (SELECT id FROM wallet.payment_methods WHERE account = $1 AND removed_at IS NULL ORDER BY id DESC LIMIT 1)", account).Execute();
        }
    }

    /// <exception cref="Refused">404.</exception>
    public async Task Prefer(Guid id, Guid account)
    {
        await work.Command("UPDATE wallet.payment_methods SET is_default = false WHERE account = $1 AND is_default AND id <> $2", account, id).Execute();
        if (await work.Command("UPDATE wallet.payment_methods SET is_default = true WHERE id = $2 AND account = $1 AND removed_at IS NULL", account, id).Execute() == 0) throw Refused.NotFound();
    }

    public static Refused Gone() => new("payment_method_gone", 422, "This saved way to pay is not there any more. Choose another.");

    public static string Row(Guid id) => $"{Table}/{id}";

    private SavedPaymentMethod Read(NpgsqlDataReader r)
    {
        int? month = r.IsDBNull(4) ? null : r.GetInt32(4), year = r.IsDBNull(5) ? null : r.GetInt32(5);
        var now = clock.GetUtcNow();
        // A card is good until the end of its month, everywhere on earth.
        var expired = month is { } m && year is { } y && now > new DateTimeOffset(y, m, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(1).AddHours(12);
        return new SavedPaymentMethod(r.GetGuid(0), r.GetString(1), r.GetString(2), r.IsDBNull(3) ? null : r.GetString(3), month, year, r.GetBoolean(6),
            !expired && keepers.Any(k => k.Key == r.GetString(8)), r.GetFieldValue<DateTimeOffset>(7));
    }
}
