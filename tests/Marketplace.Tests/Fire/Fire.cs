using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Npgsql;

namespace Marketplace.Tests.Fire;

/// <summary>
/// A market whose host and database are processes that a test may kill: its own PostgreSQL with fsync on, its own port, its own
/// folder, which is gone at the end. Shoppers buy and repeat each request with the same key until it is answered.
/// </summary>
internal sealed class BurningMarket : IAsyncDisposable
{
    private const int Products = 2_000, Price = 1_000;

    private static readonly string[] Ways = ["wallet", "tok_ok", "wallet", "tok_timeout", "tok_ok", "tok_declined"];

    private readonly string home;
    private readonly List<Person> buyers = [];
    private readonly ConcurrentBag<Purchase> purchases = [];
    private readonly ConcurrentBag<string> wrong = [];
    private LocalPostgres postgres = null!;
    private HostProcess host = null!;
    private Guid[] offers = [];
    private int retries, kills;

    private BurningMarket(string name) => home = Path.Combine(TestServer.Home, $"fire-{name}-{Environment.ProcessId}");

    /// <summary>How long it burns: MARKETPLACE_FIRE_SECONDS.</summary>
    public static TimeSpan Time { get; } = TimeSpan.FromSeconds(
        double.TryParse(Environment.GetEnvironmentVariable("MARKETPLACE_FIRE_SECONDS"), CultureInfo.InvariantCulture, out var seconds) ? seconds : 8);

    /// <summary>Of the superuser, who also may look into the provider's memory.</summary>
    private string ConnectionString => postgres.SuperuserConnectionString("marketplace");

    public static async Task<BurningMarket> Open(string name, int shoppers = 6)
    {
        var market = new BurningMarket(name);
        try
        {
            Directory.CreateDirectory(market.home);
            await SweepUp(name);
            market.postgres = await LocalPostgres.Start(new LocalPostgresOptions(Path.Combine(market.home, "postgres")));
            await TestServer.Execute(market.postgres.SuperuserConnectionString(), "CREATE DATABASE marketplace");
            market.host = new HostProcess(market.home, market.ConnectionString);
            await market.host.Start();
            await market.Stock();
            for (var i = 0; i < shoppers; i++)
            {
                var buyer = await market.host.SignUp();
                await buyer.TopUp(Products * Price);
                market.buyers.Add(buyer);
            }

            return market;
        }
        catch
        {
            await market.DisposeAsync();
            throw;
        }
    }

    /// <summary>Everybody shops, and every few seconds the catastrophe happens.</summary>
    public async Task Burn(Func<LocalPostgres, HostProcess, Task> catastrophe, Func<int, TimeSpan> between)
    {
        using var over = new CancellationTokenSource();
        var shopping = buyers.Select((buyer, i) => Shop(buyer, i, over.Token)).ToArray();
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < Time)
        {
            await Task.Delay(between(kills));
            await catastrophe(postgres, host);
            kills++;
        }

        await Task.Delay(TimeSpan.FromSeconds(1));
        await over.CancelAsync();
        // The last purchase of each is repeated until it is answered.
        await Task.WhenAll(shopping).WaitAsync(TimeSpan.FromMinutes(2));
    }

    /// <summary>What the sweep and the listeners still have to do is done, now.</summary>
    public async Task Settle()
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false }.ConnectionString);
        var (waited, least) = (Stopwatch.StartNew(), long.MaxValue);
        while (true)
        {
            var left = await source.Command(
                """
                SELECT 'payment ' || state, count(*) FROM wallet.payments WHERE state NOT IN ('captured', 'failed') GROUP BY state
                UNION ALL SELECT listener || CASE WHEN last_error IS NULL THEN '' ELSE ' failed: ' || last_error END, count(*) FROM kernel.deliveries WHERE state = 'pending' GROUP BY 1
                """).List(r => (What: r.GetString(0), Count: r.GetInt64(1)));
            if (left.Count == 0) return;
            // A long queue may take its time; one that does not get shorter is stuck.
            if (left.Sum(l => l.Count) < least) (least, waited) = (left.Sum(l => l.Count), Stopwatch.StartNew());
            waited.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30), $"Nothing moves: {string.Join(", ", left.Select(l => $"{l.Count} × {l.What}"))}\n{host.Tail()}");
            // The business clock of another process cannot be walked: what is due later is made due now.
            await source.Command("UPDATE wallet.payments SET next_check_at = created_at WHERE next_check_at > now()").Execute();
            await source.Command("UPDATE kernel.deliveries SET next_at = now() WHERE state = 'pending' AND next_at > now()").Execute();
            await source.Command("UPDATE kernel.schedules SET next_at = now() WHERE name = 'wallet.sweep_payments'").Execute();
            await Task.Delay(500);
        }
    }

    /// <summary>What was promised is so: each purchase once, each charge for something, the books right, nothing under way.</summary>
    public async Task<string> MustBeWhole()
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false }.ConnectionString);
        wrong.ShouldBeEmpty(host.Errors());
        purchases.ShouldNotBeEmpty();
        kills.ShouldBeGreaterThan(0);
        purchases.Select(p => p.Order).Distinct().Count().ShouldBe(purchases.Count, "Two keys have one order.");

        var orders = (await source.Command("SELECT o.id, o.buyer, o.state, i.offer FROM orders.orders o JOIN orders.order_items i ON i.order_id = o.id")
            .List(r => (Id: r.GetGuid(0), Buyer: r.GetGuid(1), State: r.GetString(2), Offer: r.GetGuid(3)))).ToDictionary(o => o.Id);
        foreach (var purchase in purchases)
        {
            var order = orders.GetValueOrDefault(purchase.Order);
            (order.Buyer, order.Offer).ShouldBe((purchase.Buyer, purchase.Offer), $"The answered order {purchase.Order} is not what was bought.");
            order.State.ShouldBe(purchase.Way == "tok_declined" ? "pending" : "paid", $"{purchase.Order} by {purchase.Way}");
        }

        // Every shopper saw every purchase to its end: an order that nobody was told of would be a second one.
        orders.Count.ShouldBe(purchases.Count);
        (await source.Command("SELECT key FROM kernel.idempotency_keys WHERE reply ? 'order'").List(r => r.GetString(0))).ShouldBe(purchases.Select(p => p.Key), ignoreOrder: true);

        // No refunds exist here: what the provider took for orders is what paid orders say.
        var loose = await source.Command(
            """
            SELECT format('charge %s %s, payment %s %s, order %s %s', s.id, s.state, p.id, p.state, o.id, o.state)
            FROM wallet.sandbox_charges s FULL JOIN wallet.payments p ON p.id = s.payment_id FULL JOIN (SELECT * FROM orders.orders WHERE method <> 'wallet') o ON o.id = p.subject_id AND p.purpose = 'order'
            WHERE coalesce(p.purpose, 'order') = 'order' AND NOT coalesce((s.state = 'captured') = (p.state = 'captured') AND (p.state = 'captured') = (o.state = 'paid') AND s.amount = o.total, false)
               OR p.purpose = 'top_up' AND s.state IS DISTINCT FROM 'captured'
            """).List(r => r.GetString(0));
        loose.ShouldBeEmpty();
        (await source.Command("SELECT listener || ' ' || coalesce(last_error, '') FROM kernel.deliveries WHERE state <> 'done'").List(r => r.GetString(0))).ShouldBeEmpty();
        // The reaction to a paid order happened once: its products were counted.
        (await source.Command("SELECT (SELECT sum(sold_count) FROM catalog.products)::bigint + (SELECT count(*) FROM catalog.sales_to_count) - (SELECT count(*) FROM orders.orders WHERE state = 'paid')").Scalar<long>()).ShouldBe(0);

        var (code, said) = await host.Check();
        code.ShouldBe(0, string.Join('\n', said.Split('\n').Where(line => !line.StartsWith("ok ", StringComparison.Ordinal))));
        return $"{purchases.Count} orders acknowledged ({string.Join(", ", purchases.CountBy(p => p.Way).OrderBy(w => w.Key, StringComparer.Ordinal).Select(w => $"{w.Value} {w.Key}"))}), "
            + $"{retries} requests repeated, killed {kills} times in {Time.TotalSeconds:0} s; {said.Trim().Split('\n')[^1]}";
    }

    public async ValueTask DisposeAsync()
    {
        if (host is not null) await host.DisposeAsync();
        foreach (var buyer in buyers) buyer.Visitor.Dispose();
        NpgsqlConnection.ClearAllPools();
        if (postgres is not null) await postgres.DisposeAsync();
        Delete(home);
    }

    // Who killed a test run left its processes and its folder.
    private static async Task SweepUp(string name)
    {
        foreach (var left in Directory.GetDirectories(TestServer.Home, $"fire-{name}-*"))
        {
            if (Process.GetProcesses().Any(p => p.Id.ToString(CultureInfo.InvariantCulture) == left[(left.LastIndexOf('-') + 1)..])) continue;
            HostProcess.KillLeftOver(left);
            if (Directory.Exists(Path.Combine(left, "postgres", "data")))
            {
                await using var server = await LocalPostgres.Start(new LocalPostgresOptions(Path.Combine(left, "postgres")));
                await server.Restart();     // now it ends with this object
            }

            Delete(left);
        }
    }

    private static void Delete(string home)
    {
        // The database may live elsewhere, behind a link.
        var database = new DirectoryInfo(Path.Combine(home, "postgres"));
        var target = database.ResolveLinkTarget(true);
        if (Directory.Exists(target?.FullName)) Directory.Delete(target.FullName, true);
        if (database.LinkTarget is not null) File.Delete(database.FullName);
        if (Directory.Exists(home)) Directory.Delete(home, true);
    }

    // One beat goes the seller's way; the others are its copies.
    private async Task Stock()
    {
        var seller = await host.Seller();
        var beat = await seller.PublishBeat(price: Price);
        seller.Visitor.Dispose();
        await Copy("products", $"id = '{beat.Product}'", "'id', md5('product' || n)::uuid, 'slug', 'copy-' || n, 'title', 'Copy ' || n");
        await Copy("offers", $"id = '{beat.Offer}'", "'id', md5('offer' || n)::uuid, 'product_id', md5('product' || n)::uuid");
        await Copy("product_files", $"product_id = '{beat.Product}'", "'id', md5('file' || n)::uuid, 'product_id', md5('product' || n)::uuid");
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false }.ConnectionString);
        offers = [.. await source.Command("SELECT id FROM catalog.offers WHERE product_id IN (SELECT id FROM catalog.products WHERE slug LIKE 'copy-%') ORDER BY id").List(r => r.GetGuid(0))];
    }

    // Every column that is there, whatever has been added, but for what the copy has of its own.
    private Task Copy(string table, string where, string own) => TestServer.Execute(ConnectionString,
        $"""
        DO $do$
        DECLARE columns text;
        BEGIN
          SELECT string_agg(quote_ident(column_name), ', ') INTO columns FROM information_schema.columns
          WHERE table_schema = 'catalog' AND table_name = '{table}' AND is_generated = 'NEVER';
          EXECUTE format($sql$
            INSERT INTO catalog.{table} (%1$s) SELECT %1$s FROM (
              SELECT (jsonb_populate_record(t, jsonb_build_object({own}))).* FROM catalog.{table} t, generate_series(1, {Products}) n WHERE {where}) c$sql$, columns);
        END $do$
        """);

    private async Task Shop(Person buyer, int number, CancellationToken over)
    {
        for (var turn = 0; !over.IsCancellationRequested && turn < Products; turn++)
        {
            var (offer, way, key) = (offers[(turn + (number * 61)) % Products], Ways[(turn + number) % Ways.Length], WalletSteps.Key());
            if (await Insist(200, () => buyer.Visitor.AddToCart(offer)) is null) return;
            var answer = await Insist(201, () => way == "wallet" ? buyer.Checkout(key: key) : buyer.CheckoutByCard(way, key));
            if (answer is null) return;
            purchases.Add(new Purchase(key, buyer.Account, offer, way, answer.Json.Id()));
        }
    }

    // Repeats what was not answered, or answered with "try again". Any other answer is wrong: the catastrophe must not look like a rule.
    private async Task<Answer?> Insist(int expected, Func<Task<Answer>> ask)
    {
        for (; ; Interlocked.Increment(ref retries))
        {
            try
            {
                var answer = await ask();
                if (answer.Status == expected) return answer;
                if (answer is not { Status: 503 } and not { Status: 409, Code: "idempotency_in_progress" })
                {
                    wrong.Add($"{answer.Status} {answer.Text}");
                    return null;
                }
            }
            catch (Exception error) when (error is HttpRequestException or IOException or TaskCanceledException or JsonException)
            {
                // Nobody answered.
            }

            await Task.Delay(50);
        }
    }

    private sealed record Purchase(string Key, Guid Buyer, Guid Offer, string Way, Guid Order);
}
