using Marketplace.Wallet;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Tests;

public class LedgerTests : MarketTest
{
    [Theory]
    [InlineData("UPDATE {0} SET recorded_at = recorded_at")]
    [InlineData("DELETE FROM {0}")]
    [InlineData("TRUNCATE {0}")]
    public async Task Not_even_a_superuser_changes_what_was_posted(string statement)
    {
        var tables = await Market.Source.Command(
            """
            SELECT c.oid::regclass::text FROM pg_class c
            WHERE c.oid IN ('wallet.posting_keys'::regclass, 'wallet.ledger_transactions'::regclass, 'wallet.postings'::regclass)
               OR c.oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent IN ('wallet.ledger_transactions'::regclass, 'wallet.postings'::regclass))
            """).List(r => r.GetString(0));
        tables.Count.ShouldBeGreaterThan(10);
        foreach (var table in tables)
        {
            foreach (var mode in new[] { "origin", "replica" })
                (await SuperuserFails(mode, statement.Replace("{0}", table, StringComparison.Ordinal))).SqlState.ShouldBe("LG003", $"{statement} on {table} in mode {mode}");
        }
    }

    [Theory]
    [InlineData("origin", false)]
    [InlineData("replica", false)]
    [InlineData("origin", true)]
    [InlineData("replica", true)]
    public async Task Not_even_a_superuser_inserts_a_posting_without_its_counterpart(string mode, bool intoPartition)
    {
        var ana = await Market.SignUp();
        await ana.TopUp(500);
        var table = intoPartition ? await Market.Source.Command("SELECT 'wallet.postings_' || to_char(now() AT TIME ZONE 'UTC', 'YYYY_MM')").Scalar<string>() : "wallet.postings";

        var error = await SuperuserFails(mode,
            $"""
            INSERT INTO {table} (transaction_id, leg, account_id, amount, balance_after, account_version, recorded_at, effective_at)
            SELECT -1, 1, id, 700, 700, 99, clock_timestamp(), clock_timestamp() FROM wallet.accounts WHERE owner_id = '{ana.Account}'
            """);

        error.SqlState.ShouldBe("LG002");
    }

    [Theory]
    [InlineData("INSERT INTO wallet.postings SELECT * FROM wallet.postings LIMIT 1")]
    [InlineData("INSERT INTO wallet.ledger_transactions SELECT * FROM wallet.ledger_transactions LIMIT 1")]
    [InlineData("INSERT INTO wallet.posting_keys SELECT * FROM wallet.posting_keys LIMIT 1")]
    [InlineData("UPDATE wallet.account_balances SET balance = balance + 1")]
    [InlineData("UPDATE wallet.accounts SET status = 'open'")]
    [InlineData("SELECT FROM wallet.account_balances FOR UPDATE")]
    [InlineData("SELECT wallet.open_missing('{}', '{}', '{}', '{}')")]
    [InlineData("UPDATE wallet.payments SET amount = amount + 1")]
    [InlineData("DELETE FROM wallet.payments")]
    public async Task The_host_reads_the_ledger_and_calls_its_functions_and_nothing_else(string sql)
    {
        var error = await Should.ThrowAsync<PostgresException>(() => Market.Source.Command(sql).Execute());
        error.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task The_books_hold_after_sales_and_turn_red_when_somebody_tampers()
    {
        await using var market = await OwnMarket.Open();
        var (ana, ben) = (await market.SignUp(), await market.SignUp());
        await ana.TopUp(10_000);
        await market.Settle(WalletSteps.NewId(), WalletSteps.NewId(), ana.Account, ben.Account, 4_000);
        await market.BooksMustHold();

        Task Tamper(int by) => TestServer.Execute(market.ConnectionString,
            $"UPDATE wallet.account_balances b SET balance = balance + {by} FROM wallet.accounts a WHERE a.id = b.account_id AND a.owner_id = '{ana.Account}'");
        await Tamper(1);
        (await Red(market)).ShouldBe(["a stored balance is the sum of its postings"]);
        await Tamper(-1);
        await market.BooksMustHold();

        await TestServer.Execute(market.ConnectionString,
            "ALTER TABLE wallet.postings DISABLE TRIGGER ALL; SELECT 1");
        (await Red(market)).ShouldBe(["the guards of the ledger are armed"]);
        var partition = await market.Source.Command("SELECT 'wallet.postings_' || to_char(now() AT TIME ZONE 'UTC', 'YYYY_MM')").Scalar<string>();
        await TestServer.Execute(market.ConnectionString, $"ALTER TABLE {partition} DISABLE TRIGGER ALL; UPDATE {partition} SET amount = amount + 1 WHERE leg = 1");
        var red = await Red(market);
        red.ShouldContain("trial balance is 0 in each currency");
        red.ShouldContain("each transaction has its key, and is what was asked under it");
        red.ShouldContain("a stored balance is the sum of its postings");
    }

    [Fact]
    public async Task One_order_settled_sixteen_times_at_once_is_posted_once()
    {
        var (ana, ben) = (await Market.SignUp(), await Market.SignUp());
        await ana.TopUp(100_000);
        var (order, item) = (WalletSteps.NewId(), WalletSteps.NewId());

        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Market.Settle(order, item, ana.Account, ben.Account, 1_000)));

        (await ana.Available()).ShouldBe(99_000);
        (await ben.Pending()).ShouldBe(900);
        (await Market.Balance("order_funding", reference: order.ToString())).ShouldBe(0);
    }

    [Fact]
    public async Task A_key_used_for_other_amounts_is_refused_and_changes_nothing()
    {
        var (ana, ben) = (await Market.SignUp(), await Market.SignUp());
        await ana.TopUp(10_000);
        var (order, item) = (WalletSteps.NewId(), WalletSteps.NewId());
        await Market.Settle(order, item, ana.Account, ben.Account, 1_000);

        (await Outcome(() => Market.Settle(order, item, ana.Account, ben.Account, 2_000))).ShouldBe("409 posting_conflict");

        (await ana.Available()).ShouldBe(9_000);
    }

    [Fact]
    public async Task Of_thirty_two_spenders_on_money_for_one_exactly_one_succeeds()
    {
        var (ana, ben) = (await Market.SignUp(), await Market.SignUp());
        await ana.TopUp(1_000);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Outcome(() =>
            Market.Settle(WalletSteps.NewId(), WalletSteps.NewId(), ana.Account, ben.Account, 1_000))));

        outcomes.Count(o => o == "done").ShouldBe(1);
        outcomes.Count(o => o == "409 insufficient_funds").ShouldBe(31);
        (await ana.Available()).ShouldBe(0);
        (await ben.Pending()).ShouldBe(900);
    }

    [Fact]
    public async Task Sixteen_clients_that_name_the_same_people_in_opposite_order_never_deadlock()
    {
        Person[] people = [await Market.SignUp(), await Market.SignUp(), await Market.SignUp()];
        foreach (var person in people) await person.TopUp(1_000_000);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(client => Task.Run(async () =>
        {
            var said = new List<string>();
            for (var round = 0; round < 12; round++)
            {
                var buyer = people[(client + round) % 3];
                var sellers = people.Where(p => p != buyer).ToList();
                if (client % 2 == 1) sellers.Reverse();
                said.Add(await Outcome(() => Market.Do(services => services.GetRequiredService<IWallet>().Settle(new Settlement(
                    WalletSteps.NewId(), buyer.Account, Money.Of(200, "EUR"),
                    [.. sellers.Select(s => new Sale(WalletSteps.NewId(), s.Account, Money.Of(100, "EUR"), 0, null, 10, 0, 90, WalletSteps.SevenDays(TimeProvider.System)))])))));
            }

            return said;
        })));

        outcomes.SelectMany(o => o).ShouldAllBe(o => o == "done");
        (await Task.WhenAll(people.Select(p => p.Available()))).Sum().ShouldBe(3_000_000 - (16 * 12 * 200));
        (await Task.WhenAll(people.Select(p => p.Pending()))).Sum().ShouldBe(16 * 12 * 180);
    }

    [Fact]
    public async Task A_deadlock_is_told_as_try_again_and_never_as_lack_of_money()
    {
        var (ana, ben) = (await Market.SignUp(), await Market.SignUp());
        await ana.TopUp(10_000);
        await ben.TopUp(10_000);
        using var both = new Barrier(2);

        // Two posts in one transaction, in opposite order: what the design forbids, so that the database must choose a victim.
        Task<string> Cross(Guid first, Guid second) => Task.Run(() => Outcome(() => Market.Do(async services =>
        {
            var ledger = services.GetRequiredService<Ledger>();
            await ledger.Post(Fund(first));
            both.SignalAndWait(TimeSpan.FromSeconds(20)).ShouldBeTrue();
            await ledger.Post(Fund(second));
        })));
        var outcomes = await Task.WhenAll(Cross(ana.Account, ben.Account), Cross(ben.Account, ana.Account));

        outcomes.ShouldBe(["done", "503 try_again"], ignoreOrder: true);

        // Funds stay with the order here; the invariants ask only that they came from a wallet.
        static Posting Fund(Guid owner)
        {
            var order = WalletSteps.NewId();
            var one = Money.Of(1, "EUR");
            return new Posting($"fund:{order}", "fund", order, Account.Available(owner).Minus(one), Account.OrderFunding(order).Plus(one));
        }
    }

    [Fact]
    public async Task An_amount_near_the_limit_of_a_bigint_is_refused_cleanly()
    {
        await using var market = await OwnMarket.Open();
        var ana = await market.SignUp();
        Task Give(long minor) => market.Do(services => services.GetRequiredService<Ledger>().Post(new Posting(
            $"topup:{WalletSteps.NewId()}", "topup", null, Account.Clearing("test").Minus(Money.Of(minor, "EUR")), Account.Available(ana.Account).Plus(Money.Of(minor, "EUR")))));

        await Give(long.MaxValue - 10);
        (await Outcome(() => Give(11))).ShouldBe("409 balance_limit");

        (await ana.Available()).ShouldBe(long.MaxValue - 10);
        (await Red(market)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_free_posts_nothing_and_a_split_that_does_not_add_up_is_a_mistake()
    {
        var (ana, ben) = (await Market.SignUp(), await Market.SignUp());
        var order = WalletSteps.NewId();

        await Market.Settle(order, WalletSteps.NewId(), ana.Account, ben.Account, 0);
        (await Market.Source.Command("SELECT count(*) FROM wallet.ledger_transactions WHERE ref_id = $1", order).Scalar<long>()).ShouldBe(0);

        await Should.ThrowAsync<ArgumentException>(() => Market.Do(services => services.GetRequiredService<IWallet>().Settle(new Settlement(
            order, ana.Account, null, [new Sale(WalletSteps.NewId(), ben.Account, Money.Of(100, "EUR"), 0, null, 10, 0, 91, WalletSteps.SevenDays(TimeProvider.System))]))));
    }

    [Fact]
    public async Task A_sale_with_tax_and_fee_lands_on_every_leg()
    {
        await using var market = await OwnMarket.Open();
        var (ana, ben) = (await market.SignUp(), await market.SignUp());
        await ana.TopUp(10_000);
        var order = WalletSteps.NewId();

        await market.Do(services => services.GetRequiredService<IWallet>().Settle(new Settlement(
            order, ana.Account, Money.Of(10_000, "EUR"), [new Sale(WalletSteps.NewId(), ben.Account, Money.Of(10_000, "EUR"), 1_667, "FR", 833, 320, 7_180, WalletSteps.SevenDays(TimeProvider.System))])));

        (await ana.Available()).ShouldBe(0);
        (await ben.Pending()).ShouldBe(7_180);
        (await ben.Available()).ShouldBe(0);
        (await market.Balance("tax_payable", reference: "FR")).ShouldBe(1_667);
        (await market.Balance("revenue_commission")).ShouldBe(833);
        (await market.Balance("revenue_fee_recovered")).ShouldBe(320);
        (await market.Balance("order_funding", reference: order.ToString())).ShouldBe(0);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task A_death_in_the_middle_leaves_no_trace_and_the_same_order_settles_later()
    {
        await using var market = await OwnMarket.Open();
        var (ana, ben) = (await market.SignUp(), await market.SignUp());
        await ana.TopUp(1_000);
        var (order, item) = (WalletSteps.NewId(), WalletSteps.NewId());

        foreach (var point in new[] { Faults.AfterHold, Faults.BeforeCommit })
        {
            market.Faults.Passing = passed =>
            {
                if (passed == point) throw new Faults.Crash(point);
            };
            await Should.ThrowAsync<Faults.Crash>(() => market.Settle(order, item, ana.Account, ben.Account, 1_000));
            market.Faults.Passing = null;
            (await ana.Available()).ShouldBe(1_000);
        }

        await market.Settle(order, item, ana.Account, ben.Account, 1_000);
        (await ana.Available()).ShouldBe(0);
        (await ben.Pending()).ShouldBe(900);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task The_daily_job_keeps_three_months_of_partitions_ahead()
    {
        await using var market = await OwnMarket.Open();
        var last = await market.Source.Command("SELECT 'wallet.postings_' || to_char(now() AT TIME ZONE 'UTC' + interval '3 months', 'YYYY_MM')").Scalar<string>();
        await TestServer.Execute(market.ConnectionString, $"DROP TABLE {last}");

        await market.Run<MakePartitions>();

        (await market.Source.Command("SELECT to_regclass($1) IS NOT NULL", last).Scalar<bool>()).ShouldBeTrue();
        await market.BooksMustHold();
    }

    internal static async Task<string> Outcome(Func<Task> act)
    {
        try
        {
            await act();
            return "done";
        }
        catch (Refused refused)
        {
            return $"{refused.Status} {refused.Code}";
        }
    }

    internal static async Task<IReadOnlyList<string>> Red(Market market) =>
        (await market.Services.GetRequiredService<InvariantCheck>().Run()).Where(r => r.Violations > 0).Select(r => r.Invariant).ToList();

    private Task<PostgresException> SuperuserFails(string mode, string sql) => Should.ThrowAsync<PostgresException>(
        () => TestServer.Execute(Market.ConnectionString, $"SET session_replication_role = {mode}; {sql}"));
}
