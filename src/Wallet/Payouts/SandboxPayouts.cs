using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>
/// Plays whoever pays out: it needs no key and moves no real money. Its memory is written by its own connection, so it survives our
/// rollbacks and crashes as a real one's would. The destination chooses the outcome.
/// </summary>
internal sealed class SandboxPayouts(NpgsqlDataSource outside, UnitOfWork work, TimeProvider clock) : IPayoutProvider
{
    public const string Ok = "pays", Slow = "slow", Refuses = "refuses", Returns = "returns", Timeout = "timeout", Unverified = "unverified";

    /// <summary>What a destination may do, with English for it.</summary>
    public static readonly IReadOnlyList<(string Scenario, string Does)> Scenarios =
    [
        (Ok, "Pays at once."),
        (Slow, "Takes it on, and pays an hour later."),
        (Refuses, "Refuses the payout."),
        (Returns, "Takes it on, and sends it back an hour later."),
        (Timeout, "Pays, but the answer is lost."),
        (Unverified, "Does not know this account."),
    ];

    private static readonly TimeSpan Way = TimeSpan.FromHours(1);

    public string Key => SandboxProvider.Name;

    public bool IsByHand => false;

    public bool VerifiesItself => true;

    public Account Source => Account.Clearing(SandboxProvider.Name);

    /// <exception cref="Refused">422 <c>invalid</c>.</exception>
    public static DestinationDetails DetailsOf(string? scenario) => Scenarios.Any(s => s.Scenario == scenario)
        ? new DestinationDetails(Scenario: scenario)
        : throw Refused.Invalid(new FieldError("/scenario", "scenario", "Choose what the sandbox does."));

    public bool Pays(Currency currency, DestinationDetails to) => true;

    public Task<bool?> Check(DestinationDetails to, CancellationToken stop)
    {
        work.AssertClosed();
        return Task.FromResult<bool?>(to.Scenario != Unverified);
    }

    public async Task<PayoutOutcome> Send(PayoutOrder order, CancellationToken stop)
    {
        work.AssertClosed();
        var state = order.To.Scenario switch { Refuses => "failed", Slow or Returns => "sent", _ => "paid" };
        var first = await outside.Command(
            "INSERT INTO wallet.sandbox_payouts (id, amount, currency, scenario, state, created_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING",
            order.Payout, order.Amount.Minor, order.Amount.Currency.Code, order.To.Scenario, state, clock.GetUtcNow()).Execute(stop) == 1;
        if (first && order.To.Scenario == Timeout) throw new TimeoutException("The sandbox answers too late.");
        return await Fetch(order, stop);
    }

    public async Task<PayoutOutcome> Fetch(PayoutOrder order, CancellationToken stop)
    {
        work.AssertClosed();
        await outside.Command(
            "UPDATE wallet.sandbox_payouts SET state = CASE scenario WHEN 'slow' THEN 'paid' ELSE 'failed' END WHERE id = $1 AND state = 'sent' AND created_at <= $2",
            order.Payout, clock.GetUtcNow() - Way).Execute(stop);
        var known = await outside.Command("SELECT amount, currency, state, scenario FROM wallet.sandbox_payouts WHERE id = $1", order.Payout)
            .List(r => (Amount: Money.Of(r.GetInt64(0), r.GetString(1)), State: r.GetString(2), Scenario: r.GetString(3)), stop);
        if (known is not [var one]) return new PayoutOutcome.NotThere();
        if (one.Amount != order.Amount) throw new InvalidOperationException($"The provider has another amount for payout {order.Payout}.");
        var reference = $"sbx_po_{order.Payout:n}";
        return one.State switch
        {
            "paid" => new PayoutOutcome.Paid(reference),
            "sent" => new PayoutOutcome.Sent(reference),
            _ => new PayoutOutcome.Failed(one.Scenario == Returns ? "returned_by_bank" : "destination_refused"),
        };
    }
}
