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

    /// <summary>Tops up 5.00 and keeps the card.</summary>
    /// <returns>The saved way to pay.</returns>
    public static async Task<Guid> SaveMethod(this Person person, string token = SandboxProvider.Ok)
    {
        (await person.Visitor.Post("/api/v1/wallet/top-ups",
            new { amount = new { amount = 500, currency = "EUR" }, payment_method = SandboxProvider.Method, payment_token = token, save_payment_method = true }, Key())).Must(201);
        return (await person.Visitor.Get("/api/v1/payment-methods")).Must().Json.GetProperty("data").EnumerateArray().First().Id();
    }

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

    /// <summary>So many transactions of two postings each, on two accounts of the market, written at once; effective one after the other.</summary>
    /// <returns>The two accounts.</returns>
    public static async Task<(long Bank, long Clearing)> FillLedger(this Market market, int transactions, DateTimeOffset from, TimeSpan step, string currency = "EUR")
    {
        var accounts = (await market.Source.Command("SELECT wallet.open_account('bank', NULL, NULL, $1), wallet.open_account('psp_clearing', NULL, 'test', $1)", currency).List(r => (r.GetInt64(0), r.GetInt64(1)))).Single();
        var first = await market.Count("SELECT 1000000000 + coalesce(max(id), 0) FROM wallet.ledger_transactions");
        await TestServer.Execute(market.ConnectionString, string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"""
            WITH t AS MATERIALIZED (
                SELECT {first} + n AS id, 'adjustment:' || gen_random_uuid() AS key, clock_timestamp() AS at, timestamptz '{from.UtcDateTime:O}' + n * interval '{step.TotalSeconds} seconds' AS effective, 1 + n % 100 AS amount
                FROM generate_series(1, {transactions}) n),
            keys AS (
                INSERT INTO wallet.posting_keys (key, request_hash, transaction_id, recorded_at)
                SELECT key, sha256(convert_to(format('|%s|adjustment', {Math.Min(accounts.Item1, accounts.Item2)} || ':' || amount || ',' || {Math.Max(accounts.Item1, accounts.Item2)} || ':' || -amount), 'UTF8')), id, at FROM t),
            written AS (
                INSERT INTO wallet.ledger_transactions (id, recorded_at, effective_at, kind, key) SELECT id, at, effective, 'adjustment', key FROM t)
            INSERT INTO wallet.postings (transaction_id, leg, account_id, amount, recorded_at, effective_at)
            SELECT id, leg, CASE leg WHEN 1 THEN {Math.Min(accounts.Item1, accounts.Item2)} ELSE {Math.Max(accounts.Item1, accounts.Item2)} END, CASE leg WHEN 1 THEN amount ELSE -amount END, at, effective
            FROM t CROSS JOIN generate_series(1, 2) leg
            """));
        // As autovacuum would have done by then.
        await TestServer.Execute(market.ConnectionString, "ANALYZE wallet.postings, wallet.ledger_transactions, wallet.posting_keys");
        return accounts;
    }

    /// <summary>The usual hold: seven days from the sale.</summary>
    public static HoldTerms SevenDays(TimeProvider _) => new(HoldTerms.AfterSale);

    public static Guid NewId() => Ids.New(TimeProvider.System);
}
