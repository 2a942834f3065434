using System.Text.RegularExpressions;
using Marketplace.Users;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Tests.Kernel;

/// <summary>Row-level security, asked of the database itself: as the host's role, with raw SQL that forgets to say whose rows it wants.</summary>
public sealed partial class RowSecurityTests : MarketTest
{
    /// <summary>The named list: a table that belongs on it and is not guarded fails below, and one that is guarded and not here, too.</summary>
    private static readonly string[] Guarded =
        ["users.addresses", "users.api_keys", "users.sessions", "wallet.payment_methods", "wallet.payout_destinations", "wallet.payouts"];

    [Fact]
    public async Task Every_table_on_the_list_is_forced_and_has_its_policies_and_no_other_is()
    {
        var tables = await Market.Source.Command(
            """
            SELECT n.nspname || '.' || c.relname, c.relforcerowsecurity, ARRAY(SELECT p.polname::text FROM pg_policy p WHERE p.polrelid = c.oid ORDER BY 1)
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relrowsecurity OR c.relforcerowsecurity OR EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid) ORDER BY 1
            """).List(r => (Name: r.GetString(0), Forced: r.GetBoolean(1), Policies: r.GetFieldValue<string[]>(2)));
        tables.Select(t => t.Name).ShouldBe(Guarded);
        tables.ShouldAllBe(t => t.Forced && t.Policies.Contains("own") && t.Policies.Contains("duty") && t.Policies.Contains("migrations"));
    }

    [Fact]
    public void No_statement_outside_a_transaction_forgets_to_say_whose_rows_it_wants() => Directory
        .EnumerateFiles(Path.Combine(TestServer.Root, "src"), "*.cs", SearchOption.AllDirectories).Where(f => !f.Contains("/obj/", StringComparison.Ordinal))
        .SelectMany(f => Forgetful(File.ReadAllText(f)).Select(table => $"{f[TestServer.Root.Length..]}: reads {table} by source.Command: say CommandFor(account, …) or CommandOn(table, …), or it finds nothing"))
        .ShouldBeEmpty();

    [Fact]
    public void A_statement_that_forgets_is_noticed()
    {
        Forgetful("""await source.Command("SELECT 1 FROM users.sessions WHERE id = $1", id).Execute();""").ShouldBe(["users.sessions"]);
        Forgetful("await source.Command(\n    \"\"\"\n    UPDATE a SET b = 1;\n    DELETE FROM users.api_keys\n    \"\"\").Execute();").ShouldBe(["users.api_keys"]);
        Forgetful("""await source.CommandOn("users.sessions", "SELECT 1 FROM users.sessions").Execute(); await source.Command("SELECT 1").Execute();""").ShouldBeEmpty();
    }

    private static IEnumerable<string> Forgetful(string source) => OutsideStatement().Matches(source).Select(m => m.Value).SelectMany(s => Guarded.Where(table => s.Contains(table, StringComparison.Ordinal)));

    [GeneratedRegex(@"source\.Command\(\s*(?:\$?"""""".*?""""""|\$?""[^""]*"")", RegexOptions.Singleline)]
    private static partial Regex OutsideStatement();

    [Theory]
    [InlineData("users.sessions")]
    [InlineData("users.api_keys")]
    public async Task Without_a_setting_nothing_is_seen_and_with_anothers_nothing_of_mine(string table)
    {
        var (ana, bo) = (await Market.SignUp("Ana"), await Market.SignUp("Bo"));
        foreach (var person in new[] { ana, bo }) await person.MakeKey(Scopes.OrdersRead);
        var all = await Market.Everything.Command($"SELECT count(*) FROM {table}").Scalar<long>();
        all.ShouldBeGreaterThan(1);

        (await Market.Source.Command($"SELECT count(*) FROM {table}").Scalar<long>()).ShouldBe(0);
        (await Market.Source.Command($"UPDATE {table} SET account = account").Execute()).ShouldBe(0);
        (await Market.Source.Command($"DELETE FROM {table}").Execute()).ShouldBe(0);

        (await Market.Source.CommandFor(bo.Account, $"SELECT account FROM {table}").List(r => r.GetGuid(0))).ShouldBe([bo.Account]);
        (await Market.Source.CommandFor(bo.Account, $"UPDATE {table} SET created_at = created_at WHERE account = $1", ana.Account).Execute()).ShouldBe(0);
        (await Market.Source.CommandFor(bo.Account, $"DELETE FROM {table} WHERE account = $1", ana.Account).Execute()).ShouldBe(0);
        var given = await Should.ThrowAsync<PostgresException>(() => Market.Source.CommandFor(bo.Account, $"UPDATE {table} SET account = $1", ana.Account).Execute());
        given.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);

        // A duty is of one table; another's name opens nothing.
        (await Market.Source.CommandOn(table, $"SELECT count(*) FROM {table} WHERE account = ANY($1)", new[] { ana.Account, bo.Account }).Scalar<long>()).ShouldBe(2);
        (await Market.Source.CommandOn("kernel.outbox", $"SELECT count(*) FROM {table}").Scalar<long>()).ShouldBe(0);
    }

    [Fact]
    public async Task A_setting_ends_with_its_statement_although_the_session_is_used_again()
    {
        var ana = await Market.SignUp("Ana");
        await using var one = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(Market.ConnectionString) { Options = $"-c role={Database.AppRole}", MaxPoolSize = 1, NoResetOnClose = true }.ConnectionString);
        (await one.CommandFor(ana.Account, "SELECT count(*) FROM users.sessions").Scalar<long>()).ShouldBe(1);
        (await one.Command("SELECT count(*) FROM users.sessions").Scalar<long>()).ShouldBe(0);
        (await one.CommandOn("users.sessions", "SELECT count(*) FROM users.sessions").Scalar<long>()).ShouldBeGreaterThan(0);
        (await one.Command("SELECT count(*) FROM users.sessions").Scalar<long>()).ShouldBe(0);
    }

    [Fact]
    public async Task A_table_that_is_guarded_in_one_line_is_guarded_whole()
    {
        await using var market = await OwnMarket.Open();
        await TestServer.Execute(market.ConnectionString,
            $"""
            SET ROLE {Database.OwnerRole};
            CREATE TABLE users.fixtures (id int PRIMARY KEY, account uuid NOT NULL);
            GRANT SELECT, INSERT, UPDATE, DELETE ON users.fixtures TO {Database.AppRole};
            """);
        var (ana, bo) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await market.Source.Command("INSERT INTO users.fixtures VALUES (1, $1), (2, $2)", ana, bo).Execute();
        (await market.Count("SELECT count(*) FROM users.fixtures")).ShouldBe(2);      // so it is without
        await TestServer.Execute(market.ConnectionString, $"SET ROLE {Database.OwnerRole}; SELECT kernel.guard_rows('users.fixtures', 'account');");
        (await market.Count("SELECT count(*) FROM users.fixtures")).ShouldBe(0);
        (await market.Source.CommandFor(ana, "SELECT id FROM users.fixtures").List(r => r.GetInt32(0))).ShouldBe([1]);
        (await market.Source.CommandFor(ana, "INSERT INTO users.fixtures VALUES (3, $1)", ana).Execute()).ShouldBe(1);
        await Should.ThrowAsync<PostgresException>(() => market.Source.CommandFor(ana, "INSERT INTO users.fixtures VALUES (4, $1)", bo).Execute());
    }

    [Fact]
    public async Task A_transaction_is_of_who_asks_and_staff_sees_but_makes_and_deletes_nothing_of_others()
    {
        var (ana, bo) = (await Market.SignUp("Ana"), await Market.SignUp("Bo"));
        (await In(Caller.For(bo.Account), "SELECT count(DISTINCT account) FROM users.sessions")).ShouldBe(1);
        (await In(Caller.For(bo.Account), "SELECT count(*) FROM users.sessions WHERE account = $1", ana.Account)).ShouldBe(0);
        (await In(Caller.Anonymous, "SELECT count(*) FROM users.sessions")).ShouldBe(0);
        (await In(Caller.System, "SELECT count(*) FROM users.sessions")).ShouldBe(0);
        var staff = Caller.For(bo.Account, [Rights.People]);
        (await In(staff, "SELECT count(*) FROM users.sessions WHERE account = $1", ana.Account)).ShouldBe(1);
        (await In(staff, "WITH ended AS (UPDATE users.sessions SET user_agent = user_agent WHERE account = $1 RETURNING 1) SELECT count(*) FROM ended", ana.Account)).ShouldBe(1);
        (await In(staff, "WITH gone AS (DELETE FROM users.sessions WHERE account = $1 RETURNING 1) SELECT count(*) FROM gone", ana.Account)).ShouldBe(0);
    }

    [Fact]
    public async Task What_the_transaction_must_know_costs_no_round_trip_beside_a_key_and_one_without()
    {
        var ana = await Market.SignUp("Ana");
        await ana.MakeKey(Scopes.OrdersRead);
        (await Trips(() => ana.Visitor.Post("/api/v1/notifications/read-all", null, WalletSteps.Key()))).Count(s => s.Contains("set_config", StringComparison.Ordinal) && !s.Contains("idempotency_keys", StringComparison.Ordinal)).ShouldBe(0);
        (await Trips(() => ana.Visitor.Post("/api/v1/notifications/read-all"))).Count(s => s.Contains("set_config", StringComparison.Ordinal)).ShouldBe(1);
        (await Trips(() => ana.Visitor.Get("/api/v1/api-keys"))).ShouldHaveSingleItem().ShouldContain("set_config");
    }

    private async Task<long> In(Caller caller, string sql, params object?[] parameters)
    {
        await using var scope = Market.Services.CreateAsyncScope();
        await using var work = ActivatorUtilities.CreateInstance<UnitOfWork>(scope.ServiceProvider, caller);
        return await work.Read(() => work.Command(sql, parameters).Scalar<long>());
    }

    private static async Task<IReadOnlyList<string>> Trips(Func<Task<Answer>> ask)
    {
        (await ask()).Status.ShouldBe(200);
        return await RoundTrips.Of(async () => (await ask()).Status.ShouldBe(200));
    }
}
