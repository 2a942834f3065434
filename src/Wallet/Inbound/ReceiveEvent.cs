using System.Collections.Frozen;
using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>
/// Proves an event of a provider and stores it; the provider hears "yes" when it is stored, however often it sends it. What follows
/// from it happens afterwards: <see cref="HandleEvents"/>.
/// </summary>
internal sealed class ReceiveEvent(IEnumerable<IProviderEvents> voices, NpgsqlDataSource source, TimeProvider clock)
{
    public const int MostBytes = 256 * 1024;

    // What helps to find an event again at the provider; none of it is a secret.
    private static readonly FrozenSet<string> Kept = new[] { "content-type", "user-agent", "request-id", "paypal-transmission-id", "paypal-transmission-time" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <returns>False when it was known before.</returns>
    /// <exception cref="Refused">404; 400 <c>signature_invalid</c>, <c>event_malformed</c>: nothing is stored.</exception>
    public async Task<bool> Handle(string provider, InboundMessage message, CancellationToken stop)
    {
        var voice = voices.FirstOrDefault(v => v.Key == provider) ?? throw Refused.NotFound();
        var told = await voice.Read(message, stop);
        if (told is not { Id.Length: > 0 and <= 200, Type.Length: > 0 and <= 100 }) throw new Refused("event_malformed", 400, "The event cannot be read.");
        var (about, subject) = About(told.News);
        var now = clock.GetUtcNow();
        // What says nothing has ended; all else is due at once.
        return await source.Command(
            """
            INSERT INTO wallet.provider_events (id, provider, event_id, type, about, subject, body, headers, happened_at, received_at, state, attempts, next_at, ended_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, CASE WHEN $6::text IS NULL THEN 'ignored' ELSE 'received' END, 0, CASE WHEN $6::text IS NOT NULL THEN $10::timestamptz END, CASE WHEN $6::text IS NULL THEN $10::timestamptz END)
            ON CONFLICT ON CONSTRAINT provider_events_once DO NOTHING
            """,
            Ids.New(clock), provider, told.Id, told.Type, about, subject, message.Body, Sql.Json.Of(Headers(message)), told.At, now).Execute(stop) == 1;
    }

    private static Dictionary<string, string> Headers(InboundMessage message) => message.Headers
        .Where(h => Kept.Contains(h.Key)).ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.Length > 300 ? h.Value[..300] : h.Value, StringComparer.Ordinal);

    private static (string About, string? Subject) About(ProviderNews news) => news switch
    {
        ProviderNews.OfPayment of => ("payment", of.Payment.ToString()),
        ProviderNews.OfRefund of => ("refund", of.Refund.ToString()),
        ProviderNews.OfDispute of => ("dispute", of.Reference),
        ProviderNews.OfPayout of => ("payout", of.Payout.ToString()),
        _ => ("nothing", null),
    };
}
