using System.Diagnostics;
using Marketplace.Wallet;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Tests;

/// <summary>The ledger's chain: even a superuser who switches the guards off cannot change a sealed byte unseen.</summary>
public class SealTests
{
    private const string Guards = "SET session_replication_role = 'origin'; DO $$ DECLARE t regclass; BEGIN FOR t IN SELECT tgrelid::regclass FROM pg_trigger WHERE tgname IN ('append_only', 'balanced') LOOP EXECUTE format('ALTER TABLE %s DISABLE TRIGGER ALL', t); END LOOP; END $$; ";
    private const string Of = "(SELECT transaction_id FROM wallet.seal_entries WHERE position = 4)";

    /// <summary>What a superuser does, and what the verifier says of it.</summary>
    private static readonly IReadOnlyList<(string Sql, string Fault)> Forgeries =
    [
        ("UPDATE wallet.postings SET amount = amount + sign(amount) WHERE transaction_id = " + Of, "position 4: transaction"),
        ("UPDATE wallet.postings SET balance_after = balance_after + 1 WHERE transaction_id = " + Of + " AND balance_after IS NOT NULL", "position 4: transaction"),
        ("UPDATE wallet.ledger_transactions SET effective_at = effective_at + interval '1 microsecond' WHERE id = " + Of, "position 4: transaction"),
        ("UPDATE wallet.postings SET effective_at = effective_at - interval '1 microsecond' WHERE transaction_id = " + Of + " AND leg = 1", "position 4: transaction"),
        ("UPDATE wallet.ledger_transactions SET meta = '{\"note\": 1}' WHERE id = " + Of, "position 4: transaction"),
        ("UPDATE wallet.ledger_transactions SET kind = kind || 'x' WHERE id = " + Of, "position 4: transaction"),
        ("UPDATE wallet.ledger_transactions SET ref_id = gen_random_uuid() WHERE id = " + Of, "position 4: transaction"),
        ("UPDATE wallet.ledger_transactions SET actor_id = gen_random_uuid() WHERE id = " + Of, "position 4: transaction"),
        ("UPDATE wallet.posting_keys SET request_hash = sha256('x') WHERE transaction_id = " + Of, "position 4: transaction"),
        ("UPDATE wallet.posting_keys SET key = key || 'x' WHERE transaction_id = " + Of, "position 4: transaction"),
        ("DELETE FROM wallet.posting_keys WHERE transaction_id = " + Of, "position 4: transaction"),
        ("DELETE FROM wallet.postings WHERE transaction_id = " + Of, "position 4: transaction"),
        ("DELETE FROM wallet.ledger_transactions WHERE id = " + Of, "position 4: transaction"),
        ("INSERT INTO wallet.postings (transaction_id, leg, account_id, amount, recorded_at, effective_at) SELECT transaction_id, 60 + leg, account_id, amount, recorded_at, effective_at FROM wallet.postings WHERE transaction_id = " + Of, "position 4: transaction"),
        ("UPDATE wallet.accounts SET owner_id = gen_random_uuid() WHERE id IN (SELECT account_id FROM wallet.postings WHERE transaction_id = " + Of + ") AND owner_id IS NOT NULL", "transaction"),
        ("UPDATE wallet.seal_entries a SET transaction_id = -a.transaction_id WHERE position IN (4, 5); UPDATE wallet.seal_entries a SET transaction_id = -b.transaction_id FROM wallet.seal_entries b WHERE (a.position, b.position) IN ((4, 5), (5, 4))", "position 4: transaction"),
        ("UPDATE wallet.postings a SET amount = b.amount FROM wallet.postings b WHERE a.leg = b.leg AND (a.transaction_id, b.transaction_id) IN (SELECT x.transaction_id, y.transaction_id FROM wallet.seal_entries x, wallet.seal_entries y WHERE (x.position, y.position) IN ((4, 5), (5, 4)))", "position 4: transaction"),
        ("UPDATE wallet.seal_entries SET hash = sha256('x') WHERE position = 4", "position 4: transaction"),
        ("DELETE FROM wallet.seal_entries WHERE position = 4", "position 4: its seal is gone"),
        ("UPDATE wallet.seals SET hash = sha256('x') WHERE number = 1", "mark is not this market's"),
        ("UPDATE wallet.seals SET at = at + interval '1 hour' WHERE number = 1", "mark is not this market's"),
        ("DELETE FROM wallet.seals WHERE number = 1", "head 1 is gone"),
        ("INSERT INTO wallet.ledger_transactions (id, recorded_at, effective_at, xact, kind, key) SELECT -7, recorded_at, effective_at, xact, kind, 'sale:forged' FROM wallet.ledger_transactions WHERE id = " + Of, "-7 was slipped in"),
        ("DELETE FROM wallet.ledger_transactions t USING wallet.seal_entries e WHERE e.transaction_id = t.id AND e.position > 6; DELETE FROM wallet.seal_entries WHERE position > 6", "position 7: the chain was cut"),
        ("DELETE FROM wallet.ledger_transactions t USING wallet.seal_entries e WHERE e.transaction_id = t.id AND e.position > 6; DELETE FROM wallet.seal_entries WHERE position > 6; DELETE FROM wallet.seals WHERE number > 1", "position 7: the chain was cut, it reached 10 once (file of heads)"),
    ];

    [Fact]
    public async Task What_was_changed_behind_the_guards_is_found_and_named()
    {
        await using var market = await Sealed();
        var verify = market.Services.GetServices<IInvariant>().OfType<VerifySeals>().Single();
        await using var connection = new NpgsqlConnection(market.ConnectionString);
        await connection.OpenAsync();
        foreach (var (sql, fault) in Forgeries)
        {
            // Each is taken back before the next.
            await using var forgery = await connection.BeginTransactionAsync();
            await new NpgsqlCommand(Guards + sql, connection).ExecuteNonQueryAsync();
            var broken = (await verify.Check(connection, default)).Where(r => r.Violations > 0).Select(r => $"{r.Invariant}: {r.Violations}, {r.Detail}");
            string.Join('\n', broken).ShouldContain(fault, Case.Sensitive, sql);
            await forgery.RollbackAsync();
        }

        (await Broken(market)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Two_hosts_seal_one_chain_while_people_pay()
    {
        await using var market = await OwnMarket.Open();
        var other = await market.AnotherHost();
        var (ana, ben) = (await market.SignUp(), await market.SignUp());
        await ana.TopUp(100_000);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async n =>
        {
            for (var round = 0; round < 6; round++)
            {
                await market.Settle(WalletSteps.NewId(), WalletSteps.NewId(), ana.Account, ben.Account, 100);
                await (n % 2 == 0 ? market : other).Run<SealLedger>();
            }
        }));
        await Seal(market);
        (await market.Count("SELECT count(*) FROM wallet.ledger_transactions")).ShouldBe(50);
        (await market.Count("SELECT max(position) FROM wallet.seal_entries")).ShouldBe(50);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task A_transaction_that_commits_late_is_sealed_later()
    {
        await using var market = await OwnMarket.Open();
        var (ana, ben) = (await market.SignUp(), await market.SignUp());
        await ana.TopUp(1_000);
        await market.Do(async services =>
        {
            await services.GetRequiredService<IWallet>().Settle(new Settlement(WalletSteps.NewId(), ana.Account, Money.Of(500, "EUR"), [new Sale(WalletSteps.NewId(), ben.Account, Money.Of(500, "EUR"), 0, null, 50, 0, 450, WalletSteps.SevenDays(market.Clock))]));
            await Seal(market, 2);
            (await market.Count("SELECT count(*) FROM wallet.seal_entries")).ShouldBe(2, "the top-up and its fee alone are finished");
        });
        await Seal(market);
        (await market.Count("SELECT count(*) FROM wallet.seal_entries")).ShouldBe(4);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task After_a_dump_and_restore_the_chain_is_verifiable_and_goes_on()
    {
        await using var market = await Sealed();
        var ana = await market.SignUp();
        await ana.TopUp(700);                // not sealed when the dump was made
        await TestServer.Execute(market.ConnectionString, Guards + "UPDATE wallet.seals SET system_id = system_id + 1; UPDATE wallet.summed SET system_id = system_id + 1");
        (await Broken(market)).ShouldBeEmpty();

        await Seal(market);
        (await market.Count("SELECT count(*) FROM wallet.ledger_transactions t WHERE NOT EXISTS (SELECT FROM wallet.seal_entries e WHERE e.transaction_id = t.id)")).ShouldBe(0);
        await ana.TopUp(700);
        await Seal(market);
        await market.Run<TakeCheckpoints>();
        (await market.Count("SELECT count(*) FROM wallet.ledger_transactions t WHERE NOT EXISTS (SELECT FROM wallet.seal_entries e WHERE e.transaction_id = t.id)")).ShouldBe(0);
        (await Broken(market)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Everybody_reads_the_heads_and_nobody_the_size_of_the_books()
    {
        await using var market = await Sealed();
        using var nobody = market.Visitor();
        var heads = (await nobody.Get("/api/v1/ledger/seals?limit=2")).Must().Json;
        // How many there are depends on who else is writing on this server just now.
        var last = heads.GetProperty("data")[0].GetProperty("number").GetInt64();
        last.ShouldBeGreaterThanOrEqualTo(2);
        heads.GetProperty("data").EnumerateArray().Select(h => h.GetProperty("number").GetInt64()).ShouldBe([last, last - 1]);
        heads.GetProperty("data")[0].EnumerateObject().Select(m => m.Name).ShouldBe(["number", "hash", "sealed_at"]);
        heads.GetProperty("data")[0].GetProperty("hash").GetString().ShouldBe(await market.Source.Command("SELECT encode(hash, 'hex') FROM wallet.seal_entries ORDER BY position DESC LIMIT 1").Scalar<string>());
        var next = (await nobody.Get($"/api/v1/ledger/seals?limit=2&cursor={heads.GetProperty("next_cursor").GetString()}")).Must().Json;
        next.GetProperty("data")[0].GetProperty("number").GetInt64().ShouldBe(last - 2);
    }

    [Fact]
    public async Task Two_hundred_thousand_postings_are_verified_in_seconds()
    {
        await using var market = await OwnMarket.Open();
        await market.FillLedger(100_000, market.Clock.GetUtcNow(), TimeSpan.FromSeconds(1));
        await Seal(market);
        await using var connection = await market.Source.OpenConnectionAsync();
        var watch = Stopwatch.StartNew();
        var results = await market.Services.GetServices<IInvariant>().OfType<VerifySeals>().Single().Check(connection, default);
        Console.WriteLine($"200,000 sealed postings verified in {watch.Elapsed.TotalSeconds:F1} s");
        results.Where(r => r.Violations > 0).ShouldBeEmpty();
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30), "a few seconds, on a machine that does nothing else");
    }

    /// <summary>Ten transactions under two heads, with the heads kept outside.</summary>
    private static async Task<OwnMarket> Sealed()
    {
        var market = await OwnMarket.Open();
        var (ana, ben) = (await market.SignUp(), await market.SignUp());
        await ana.TopUp(9_000);
        for (var i = 0; i < 2; i++) await market.Settle(WalletSteps.NewId(), WalletSteps.NewId(), ana.Account, ben.Account, 1_000 + i);
        await Seal(market);
        for (var i = 0; i < 2; i++) await market.Settle(WalletSteps.NewId(), WalletSteps.NewId(), ana.Account, ben.Account, 2_000 + i);
        await Seal(market);
        (await market.Count("SELECT max(position) FROM wallet.seal_entries")).ShouldBe(10);
        (await Broken(market)).ShouldBeEmpty();
        return market;
    }

    /// <summary>Until so many are sealed, or all: what other tests have running holds the watermark back.</summary>
    private static async Task Seal(OwnMarket market, long? atLeast = null)
    {
        // The watermark waits for the oldest transaction of the whole server, and other tests have some: with all finished, one turn makes one head.
        while (atLeast is null && await market.Count("SELECT count(*) FROM wallet.ledger_transactions WHERE xact >= pg_snapshot_xmin(pg_current_snapshot())") > 0)
        {
        }

        do await market.Run<SealLedger>();
        while (await market.Count("SELECT count(*) FROM wallet.seal_entries") < (atLeast ?? await market.Count("SELECT count(*) FROM wallet.ledger_transactions")));
    }

    private static async Task<List<string>> Broken(Market market)
    {
        await using var connection = await market.Source.OpenConnectionAsync();
        var results = await market.Services.GetServices<IInvariant>().OfType<VerifySeals>().Single().Check(connection, default);
        return results.Where(r => r.Violations > 0).Select(r => $"{r.Invariant}: {r.Violations}, {r.Detail}").ToList();
    }
}
