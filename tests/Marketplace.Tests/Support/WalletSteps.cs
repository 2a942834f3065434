using Marketplace.Wallet;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests;

internal static class WalletSteps
{
    /// <summary>Puts money into the wallet with a card that works, over HTTP.</summary>
    public static async Task TopUp(this Person person, long minor, string currency = "EUR")
    {
        var most = Marketplace.Wallet.TopUp.Most(Currency.Of(currency));
        for (; minor > 0; minor -= most)
        {
            var answer = (await person.TopUp(Math.Min(minor, most), currency, SandboxProvider.Ok)).Must(201);
            answer.Json.GetProperty("state").GetString().ShouldBe("captured", answer.Text);
        }
    }

    /// <param name="token">A card of the sandbox.</param>
    public static Task<Answer> TopUp(this Person person, long minor, string currency, string token, string? key = null) => person.Visitor.Post(
        "/api/v1/wallet/top-ups",
        new { amount = new { amount = minor, currency }, payment_method = SandboxProvider.Method, payment_token = token },
        key ?? Key());

    /// <summary>A fresh Idempotency-Key.</summary>
    public static string Key() => Ids.New(TimeProvider.System).ToString();

    /// <summary>What the person can spend, as the API says.</summary>
    public static Task<long> Available(this Person person, string currency = "EUR") => person.Wallet("available", currency);

    /// <summary>What the person has earned and not yet got, as the API says.</summary>
    public static Task<long> Pending(this Person person, string currency = "EUR") => person.Wallet("pending", currency);

    private static async Task<long> Wallet(this Person person, string part, string currency)
    {
        var wallets = (await person.Visitor.Get("/api/v1/wallet")).Must().Json.GetProperty("data").EnumerateArray();
        var wallet = wallets.SingleOrDefault(w => w.GetProperty("currency").GetString() == currency);
        return wallet.ValueKind == System.Text.Json.JsonValueKind.Undefined ? 0 : wallet.GetProperty(part).GetProperty("amount").GetInt64();
    }

    /// <summary>
    /// The balance of one account of the ledger, or of all of a kind when neither owner nor reference is given; 0 when there is
    /// none. Positive is credit: income and what is owed to people; assets and expenses are negative.
    /// </summary>
    public static async Task<long> Balance(this Market market, string kind, Guid? owner = null, string? reference = null, string currency = "EUR") =>
        (long)await market.Source.Command(
            """
            SELECT coalesce(sum(wallet.balance_of(id)), 0) FROM wallet.accounts
            WHERE kind = $1 AND currency = $4 AND ($2::uuid IS NULL OR owner_id = $2) AND ($3::text IS NULL OR reference = $3)
            """,
            kind, owner, reference, currency).Scalar<decimal>();

    /// <summary>Fails when a module's books are wrong.</summary>
    public static async Task BooksMustHold(this Market market)
    {
        var results = await market.Services.GetRequiredService<InvariantCheck>().Run();
        results.Count.ShouldBeGreaterThan(20);
        results.Where(r => r.Violations > 0).ShouldBeEmpty();
    }

    /// <summary>Pays an order of one line from the buyer's wallet: what checkout does, without checkout. 10 % commission, no fee, no tax.</summary>
    public static Task Settle(this Market market, Guid order, Guid item, Guid buyer, Guid seller, long minor, string currency = "EUR") =>
        market.Do(services => services.GetRequiredService<IWallet>().Settle(new Settlement(
            order, buyer, Money.Of(minor, currency), [new Sale(item, seller, Money.Of(minor, currency), 0, null, minor / 10, 0, minor - (minor / 10), SevenDays(services.GetRequiredService<TimeProvider>()))])));

    /// <summary>The usual hold, from now.</summary>
    public static HoldTerms SevenDays(TimeProvider clock) => new(HoldTerms.AfterSale, clock.GetUtcNow().AddDays(7));

    public static Guid NewId() => Ids.New(TimeProvider.System);
}
