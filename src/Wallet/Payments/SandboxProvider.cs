using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>
/// A provider that plays the outside world: it needs no key and takes no real money. Its memory is written by its own connection,
/// so it survives our rollbacks and crashes as a real one's would. Magic cards choose the outcome.
/// </summary>
internal sealed class SandboxProvider(NpgsqlDataSource outside, UnitOfWork work, SandboxVoices voices, TimeProvider clock) : IPaymentProvider, IMethodKeeper
{
    public const string Name = "sandbox", Method = "sandbox_card", Ok = "tok_ok", Declined = "tok_declined", Secure = "tok_3ds", Timeout = "tok_timeout",
        RefundRefused = "tok_refund_refused", RefundTimeout = "tok_refund_timeout", FeeLate = "tok_fee_late", Review = "tok_review", Disputed = "tok_disputed", Unreported = "tok_unreported";

    private const string Kept = "sbm_";

    private static readonly TimeSpan FeeDelay = TimeSpan.FromHours(1), EventDelay = TimeSpan.FromMinutes(1);

    public string Key => Name;

    public IReadOnlyList<PaymentMethod> Methods { get; } =
    [
        new PaymentMethod(Method, "Card (sandbox)", true)
        {
            CanBeSaved = true,
            TestCards =
            [
                new TestCard(Ok, "Pays", "The payment goes through at once."),
                new TestCard(Secure, "Asks to confirm", "The bank wants a confirmation (3-D Secure) first."),
                new TestCard(Declined, "Is declined", "The bank says no. No money moves."),
                new TestCard(Timeout, "Answers late", "Paid, but the answer is lost. The market asks again until it knows."),
                new TestCard(Review, "Is looked at first", "The bank holds the money until the market’s staff has looked at the payment."),
                new TestCard(RefundRefused, "Takes nothing back", "Pays. A refund is refused by the bank and goes into the wallet instead."),
                new TestCard(RefundTimeout, "Is slow with refunds", "Pays. The answer to a refund is lost; the market asks until it knows."),
                new TestCard(Disputed, "Is disputed", "Pays. A minute later the bank takes the money back: a dispute begins."),
            ],
        },
    ];

    // 2.9 % + 0.30, as cards cost; the fixed part in the smallest sensible sum of currencies with 0 or 3 decimals.
    public Money Fee(Money amount) => amount.AtRate(290) + new Money(amount.Currency.Exponent == 3 ? 100 : 30, amount.Currency);

    public async Task<Outcome> Create(Charge charge, CancellationToken stop)
    {
        work.AssertClosed();
        var card = await Card(charge, stop);
        var (state, code) = card switch
        {
            Ok or Timeout or RefundRefused or RefundTimeout or FeeLate or Disputed or Unreported => ("captured", null),
            Secure when charge.OffSession => ("declined", "authentication_required"),
            Secure => ("needs_action", null),
            Review => ("authorised", null),
            Declined => ("declined", "card_declined"),
            _ => ("declined", (string?)"card_unknown"),
        };
        var now = clock.GetUtcNow();
        var first = await outside.Command(
            """
            INSERT INTO wallet.sandbox_charges (id, payment_id, amount, currency, state, decline_code, card, fee, created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) ON CONFLICT (payment_id) DO NOTHING
            """,
            Ids.New(clock), charge.Id, charge.Minor, charge.CurrencyCode, state, code, card, RealFee(charge, card).Minor, now).Execute(stop) == 1;
        if (first && card == Disputed) await voices.OpenDispute(charge.Id, tellAt: now + EventDelay, stop: stop);
        if (first && card == Unreported) await voices.Lie(charge.Id, stop);
        if (first && card == Timeout) await voices.Tell("payment.captured", payment: charge.Id, sendAt: now + EventDelay, stop: stop);
        if (first && card == Timeout) throw new TimeoutException("The sandbox answers this card too late.");
        return await Fetch(charge, stop);
    }

    public async Task<Outcome> Fetch(Charge charge, CancellationToken stop)
    {
        work.AssertClosed();
        var known = await outside.Command("SELECT id, state, decline_code, amount, currency, fee, card, created_at FROM wallet.sandbox_charges WHERE payment_id = $1", charge.Id)
            .List(r => (Id: r.GetGuid(0), State: r.GetString(1), Code: r.IsDBNull(2) ? null : r.GetString(2), Amount: r.GetInt64(3), Currency: r.GetString(4),
                Fee: r.IsDBNull(5) ? (long?)null : r.GetInt64(5), Card: r.IsDBNull(6) ? null : r.GetString(6), At: r.GetFieldValue<DateTimeOffset>(7)), stop);
        if (known is not [var one]) return new Outcome.Unknown();
        if (one.Amount != charge.Minor || one.Currency != charge.CurrencyCode) throw new InvalidOperationException($"The provider has another amount for payment {charge.Id}.");
        return one.State switch
        {
            "captured" => new Outcome.Captured($"sbx_{one.Id:n}", one.Fee is { } fee && (one.Card != FeeLate || clock.GetUtcNow() >= one.At + FeeDelay) ? new Money(fee, charge.Amount.Currency) : null,
                charge.SaveMethod && charge.IsOpen ? await Keep(charge, one.Card ?? Ok, stop) : null),
            "authorised" => new Outcome.Authorised($"sbx_{one.Id:n}", one.At + TimeSpan.FromDays(7)),
            "needs_action" => new Outcome.NeedsAction($"/sandbox/3ds/{charge.Id}"),
            _ => new Outcome.Declined(one.Code!),
        };
    }

    public async Task<Outcome> Capture(Charge charge, CancellationToken stop)
    {
        await Answer(charge.Id, "authorised", "captured", null, stop);
        return await Fetch(charge, stop);
    }

    public async Task<Outcome> Cancel(Charge charge, CancellationToken stop)
    {
        await Answer(charge.Id, "needs_action", "declined", "action_expired", stop);
        await Answer(charge.Id, "authorised", "declined", "payment_voided", stop);
        return await Fetch(charge, stop);
    }

    public Task Forget(string token, CancellationToken stop)
    {
        work.AssertClosed();
        return outside.Command("UPDATE wallet.sandbox_methods SET forgotten_at = $2 WHERE id = $1 AND forgotten_at IS NULL", KeptId(token), clock.GetUtcNow()).Execute(stop);
    }

    public async Task<RefundOutcome> Refund(Charge charge, PaymentRefund refund, CancellationToken stop)
    {
        work.AssertClosed();
        var card = await outside.Command("SELECT card FROM wallet.sandbox_charges WHERE payment_id = $1 AND state = 'captured'", charge.Id).Scalar<string>(stop);
        var first = await outside.Command(
            """
            INSERT INTO wallet.sandbox_refunds (id, payment_id, amount, refused, created_at)
            SELECT $1, $2, $3, CASE WHEN $4 THEN 'refund_refused'
                                    WHEN c.amount < $3 + (SELECT coalesce(sum(r.amount), 0) FROM wallet.sandbox_refunds r WHERE r.payment_id = $2 AND r.refused IS NULL) THEN 'refund_too_high' END, $5
            FROM wallet.sandbox_charges c WHERE c.payment_id = $2 AND c.state = 'captured'
            ON CONFLICT (id) DO NOTHING
            """,
            refund.Id, charge.Id, refund.Minor, card == RefundRefused, clock.GetUtcNow()).Execute(stop) == 1;
        if (first && card == RefundTimeout) throw new TimeoutException("The sandbox answers refunds of this card too late.");
        var known = await outside.Command("SELECT refused, amount FROM wallet.sandbox_refunds WHERE id = $1", refund.Id)
            .List(r => (Refused: r.IsDBNull(0) ? null : r.GetString(0), Amount: r.GetInt64(1)), stop);
        if (known is not [var one]) return new RefundOutcome.Declined("payment_not_captured");
        if (one.Amount != refund.Minor) throw new InvalidOperationException($"The provider has another amount for refund {refund.Id}.");
        return one.Refused is { } code ? new RefundOutcome.Declined(code) : new RefundOutcome.Done($"sbx_re_{refund.Id:n}");
    }

    /// <summary>What the payer presses on the bank's page.</summary>
    public Task Confirm(Guid payment, bool yes, CancellationToken stop) =>
        yes ? Answer(payment, "needs_action", "captured", null, stop) : Answer(payment, "needs_action", "declined", "authentication_failed", stop);

    // One card is dearer than expected, and its price is told later: what sellers paid was an estimate.
    private Money RealFee(Charge charge, string? card) => card == FeeLate ? Fee(charge.Amount) + charge.Amount.AtRate(100) : Fee(charge.Amount);

    // Of a kept card the token leads to the card; whoever sends such a token from a browser has none.
    private async Task<string?> Card(Charge charge, CancellationToken stop) => charge.SavedMethodId is null ? charge.Token
        : await outside.Command("SELECT card FROM wallet.sandbox_methods WHERE id = $1 AND forgotten_at IS NULL", KeptId(charge.Token!)).Scalar<string>(stop);

    // Once a payment: its id is the kept card's, too.
    private async Task<KeptMethod> Keep(Charge charge, string card, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        await outside.Command("INSERT INTO wallet.sandbox_methods (id, card, created_at) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING", charge.Id, card, now).Execute(stop);
        return new KeptMethod($"{Kept}{charge.Id:n}", "visa", card == Ok ? "4242" : card == Secure ? "3220" : "0000", 12, now.Year + 3);
    }

    private static Guid KeptId(string token) => Guid.ParseExact(token[Kept.Length..], "N");

    private Task<int> Answer(Guid payment, string from, string state, string? code, CancellationToken stop)
    {
        work.AssertClosed();
        return outside.Command(
            "UPDATE wallet.sandbox_charges SET state = $3, decline_code = $4, updated_at = $5 WHERE payment_id = $1 AND state = $2",
            payment, from, state, code, clock.GetUtcNow()).Execute(stop);
    }
}
