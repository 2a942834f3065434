using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>
/// What the sandbox tells by itself: events signed like a real provider's, disputes, its books. Its memory is written by its own
/// connection. A page of the development market and the tests play its world: they open, decide, send again, delay, and let it lie.
/// </summary>
internal sealed class SandboxVoices(NpgsqlDataSource outside, UnitOfWork work, Secrets secrets, TimeProvider clock) : IProviderEvents, IDisputeDesk, IProviderReport
{
    public const string SignatureHeader = "Sandbox-Signature";

    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    public string Key => SandboxProvider.Name;

    // ---- Events ----

    public Task<ProviderEvent> Read(InboundMessage message, CancellationToken stop)
    {
        Prove(message);
        try
        {
            var body = JsonSerializer.Deserialize<Body>(message.Body, JsonStyle.Options) ?? throw new JsonException();
            ProviderNews news = body switch
            {
                { Payment: { } payment } => new ProviderNews.OfPayment(payment),
                { Refund: { } refund } => new ProviderNews.OfRefund(refund),
                { Dispute: { Length: > 0 } dispute } => new ProviderNews.OfDispute(dispute),
                { Payout: { } payout } => new ProviderNews.OfPayout(payout),
                _ => new ProviderNews.Nothing(),
            };
            return Task.FromResult(new ProviderEvent(body.Id, body.Type, body.At, news));
        }
        catch (JsonException)
        {
            throw new Refused("event_malformed", 400, "The event cannot be read.");
        }
    }

    /// <summary>The message as the sandbox would send it now.</summary>
    public InboundMessage Sign(string body, DateTimeOffset? at = null)
    {
        var (bytes, seconds) = (Encoding.UTF8.GetBytes(body), (at ?? clock.GetUtcNow()).ToUnixTimeSeconds());
        return new InboundMessage(
            new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Content-Type"] = "application/json", [SignatureHeader] = $"t={seconds},v1={Convert.ToHexStringLower(Mark(seconds, bytes))}" }, bytes);
    }

    /// <summary>Has an event sent, at once or later.</summary>
    public async Task<string> Tell(string type, Guid? payment = null, Guid? refund = null, string? dispute = null, Guid? payout = null, DateTimeOffset? sendAt = null, CancellationToken stop = default)
    {
        work.AssertClosed();
        var now = clock.GetUtcNow();
        var id = $"sbx_evt_{Ids.New(clock):n}";
        var body = JsonSerializer.Serialize(new Body(id, type, now, payment, refund, dispute, payout), JsonStyle.Options);
        await outside.Command("INSERT INTO wallet.sandbox_events (id, body, created_at, send_at) VALUES ($1, $2, $3, $4)", id, body, now, sendAt ?? now).Execute(stop);
        return id;
    }

    /// <summary>The same event once more.</summary>
    public Task TellAgain(string id, DateTimeOffset? sendAt = null, CancellationToken stop = default) =>
        outside.Command("UPDATE wallet.sandbox_events SET send_at = $2 WHERE id = $1", id, sendAt ?? clock.GetUtcNow()).Execute(stop);

    private void Prove(InboundMessage message)
    {
        var parts = (message.Headers.GetValueOrDefault(SignatureHeader) ?? "").Split(',').Select(p => p.Split('=', 2)).Where(p => p.Length == 2).ToLookup(p => p[0].Trim(), p => p[1].Trim());
        if (!long.TryParse(parts["t"].FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > 253_402_300_799
            || (clock.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(seconds)).Duration() > Tolerance
            || parts["v1"].FirstOrDefault() is not { Length: 64 } hex
            || !CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(hex), Encoding.ASCII.GetBytes(Convert.ToHexStringLower(Mark(seconds, message.Body)))))
            throw new Refused("signature_invalid", 400, "The signature of this event does not hold.");
    }

    private byte[] Mark(long seconds, byte[] body) =>
        HMACSHA256.HashData(secrets.Mark("wallet.sandbox_events"), (byte[])[.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seconds}.")), .. body]);

    // ---- Disputes ----

    public async Task<ProviderDispute?> Fetch(string reference, CancellationToken stop)
    {
        work.AssertClosed();
        return (await outside.Command("SELECT payment_id, amount, currency, fee, reason, state, evidence_due FROM wallet.sandbox_disputes WHERE reference = $1", reference)
            .List(r => new ProviderDispute(reference, r.GetGuid(0), Money.Of(r.GetInt64(1), r.GetString(2)), Money.Of(r.GetInt64(3), r.GetString(2)), r.GetString(4),
                Enum.Parse<ProviderDisputeState>(r.GetString(5).Replace("_", "", StringComparison.Ordinal), true), r.GetFieldValue<DateTimeOffset>(6)), stop)).SingleOrDefault();
    }

    public async Task Answer(string reference, string evidence, IReadOnlyList<EvidenceFile> files, CancellationToken stop)
    {
        work.AssertClosed();
        await outside.Command("UPDATE wallet.sandbox_disputes SET state = 'under_review', evidence = $2 WHERE reference = $1 AND state = 'needs_response'", reference, evidence).Execute(stop);
    }

    /// <summary>The payer asks their bank for the money.</summary>
    /// <param name="minor">Null: all of the payment.</param>
    /// <returns>The dispute's reference; null when the payment was not captured, or brought less.</returns>
    public async Task<string?> OpenDispute(Guid payment, long? minor = null, string reason = "fraudulent", DateTimeOffset? tellAt = null, bool tell = true, CancellationToken stop = default)
    {
        work.AssertClosed();
        var (now, reference) = (clock.GetUtcNow(), $"sbx_dp_{Ids.New(clock):n}");
        var opened = await outside.Command(
            """
            INSERT INTO wallet.sandbox_disputes (reference, payment_id, amount, currency, fee, reason, state, evidence_due, opened_at)
            SELECT $1, payment_id, coalesce($3, amount), currency, CASE currency WHEN 'KWD' THEN 15000 ELSE 1500 END, $4, 'needs_response', $6, $5
            FROM wallet.sandbox_charges WHERE payment_id = $2 AND state = 'captured' AND coalesce($3, amount) BETWEEN 1 AND amount
            """,
            reference, payment, minor, reason, now, now.AddDays(14)).Execute(stop);
        if (opened == 0) return null;
        if (tell) await Tell("dispute.opened", dispute: reference, sendAt: tellAt, stop: stop);
        return reference;
    }

    /// <summary>The bank decides; the first decision stays.</summary>
    public async Task DecideDispute(string reference, bool won, bool tell = true, CancellationToken stop = default)
    {
        work.AssertClosed();
        var decided = await outside.Command("UPDATE wallet.sandbox_disputes SET state = $2, ended_at = $3 WHERE reference = $1 AND ended_at IS NULL", reference, won ? "won" : "lost", clock.GetUtcNow()).Execute(stop);
        if (decided == 1 && tell) await Tell("dispute.closed", dispute: reference, stop: stop);
    }

    // ---- Books ----

    public Task<IReadOnlyList<ProviderMovement>> Movements(DateTimeOffset from, DateTimeOffset until, CancellationToken stop)
    {
        work.AssertClosed();
        return Read();

        async Task<IReadOnlyList<ProviderMovement>> Read() => await outside.Command(
            """
            WITH moved (kind, reference, ours, amount, currency, fee, at) AS (
                SELECT 'payment', 'sbx_' || replace(id::text, '-', ''), payment_id, amount, currency, fee, updated_at FROM wallet.sandbox_charges WHERE state = 'captured' AND updated_at >= $1 AND updated_at < $2
                UNION ALL
                SELECT 'refund', 'sbx_re_' || replace(r.id::text, '-', ''), r.id, -r.amount, c.currency, NULL, r.created_at
                FROM wallet.sandbox_refunds r JOIN wallet.sandbox_charges c ON c.payment_id = r.payment_id WHERE r.refused IS NULL AND r.created_at >= $1 AND r.created_at < $2
                UNION ALL
                SELECT 'dispute', reference, NULL, -amount, currency, fee, opened_at FROM wallet.sandbox_disputes WHERE opened_at >= $1 AND opened_at < $2
                UNION ALL
                SELECT 'dispute_won', reference, NULL, amount, currency, NULL, ended_at FROM wallet.sandbox_disputes WHERE state = 'won' AND ended_at >= $1 AND ended_at < $2
            )
            SELECT m.kind, m.reference, m.ours, coalesce(l.amount, m.amount), coalesce(l.currency, m.currency), m.fee, m.at
            FROM moved m LEFT JOIN wallet.sandbox_lies l ON l.reference = m.reference WHERE l.lie IS DISTINCT FROM 'hide'
            UNION ALL
            SELECT 'payment', reference, NULL, amount, currency, NULL, at FROM wallet.sandbox_lies WHERE lie = 'invent' AND at >= $1 AND at < $2
            """, from, until)
            .List(r => new ProviderMovement(r.GetString(0), r.GetString(1), r.IsDBNull(2) ? null : r.GetGuid(2), Money.Of(r.GetInt64(3), r.GetString(4)),
                r.IsDBNull(5) ? null : Money.Of(r.GetInt64(5), r.GetString(4)), r.GetFieldValue<DateTimeOffset>(6)), stop);
    }

    /// <summary>Lets the report say something else than what was: <c>hide</c> a movement, <c>change</c> its amount, <c>invent</c> a payment.</summary>
    public Task Lie(string reference, string lie, Money? amount = null, CancellationToken stop = default) => outside.Command(
        """
        INSERT INTO wallet.sandbox_lies (reference, lie, amount, currency, at) VALUES ($1, $2, $3, $4, $5)
        """, reference, lie, amount?.Minor, amount?.Currency.Code, clock.GetUtcNow()).Execute(stop);

    /// <summary>Leaves a payment out.</summary>
    public async Task Lie(Guid payment, CancellationToken stop) => await Lie(
        (await outside.Command("SELECT 'sbx_' || replace(id::text, '-', '') FROM wallet.sandbox_charges WHERE payment_id = $1", payment).Scalar<string>(stop))!, "hide", null, stop);

    public Task StopLying(string reference, CancellationToken stop = default) => outside.Command("DELETE FROM wallet.sandbox_lies WHERE reference = $1", reference).Execute(stop);

    private sealed record Body(string Id, string Type, DateTimeOffset At, Guid? Payment = null, Guid? Refund = null, string? Dispute = null, Guid? Payout = null);
}

/// <summary>The sandbox's own sender: what is due arrives as a real provider's event would, signed, and again when it was not taken.</summary>
internal sealed class DeliverSandboxEvents(NpgsqlDataSource outside, SandboxVoices voices, ReceiveEvent receive) : IJob
{
    private const int AtOnce = 100;

    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        var due = await outside.Command(
            """
            UPDATE wallet.sandbox_events SET send_at = $2
            WHERE id IN (SELECT id FROM wallet.sandbox_events WHERE send_at <= $1 ORDER BY send_at LIMIT $3 FOR UPDATE SKIP LOCKED)
            RETURNING id, body
            """, now, now.AddMinutes(1), AtOnce).List(r => (Id: r.GetString(0), Body: r.GetString(1)), stop);
        foreach (var (id, body) in due)
        {
            await receive.Handle(SandboxProvider.Name, voices.Sign(body), stop);
            await outside.Command("UPDATE wallet.sandbox_events SET send_at = NULL WHERE id = $1", id).Execute(stop);
        }
    }
}
