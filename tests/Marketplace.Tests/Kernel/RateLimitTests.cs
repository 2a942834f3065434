using System.Diagnostics;
using Marketplace.Users;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Kernel;

public sealed class RateLimitTests : MarketTest
{
    private static readonly RateLimit Small = new("small", 60, 20);

    [Fact]
    public async Task Two_hosts_together_never_spend_more_than_the_bucket_gives()
    {
        await using var market = await OwnMarket.Open();
        var hosts = new[] { market, await market.AnotherHost() }.Select(m => m.Services.GetRequiredService<RateLimits>()).ToArray();
        var dice = new Random(7);
        var (spent, begin) = (0, market.Clock.GetUtcNow());
        for (var round = 0; round < 60; round++)
        {
            // A crowd at both hosts at the same moment, in any mixture of reads and writes, after pauses of any length.
            var costs = Enumerable.Range(0, dice.Next(1, 24)).Select(_ => (Host: hosts[dice.Next(2)], Cost: dice.Next(1, 3))).ToList();
            var rates = await Task.WhenAll(costs.Select(c => c.Host.Take("crowd", Small, c.Cost).AsTask()));
            spent += rates.Zip(costs).Where(r => r.First.Allows).Sum(r => r.Second.Cost);
            spent.ShouldBeLessThanOrEqualTo(20 + (int)(market.Clock.GetUtcNow() - begin).TotalSeconds);
            market.Clock.Walk(TimeSpan.FromMilliseconds(dice.Next(0, 9_000)));
        }

        // Nor is much lost: nearly all that flowed in was spent.
        spent.ShouldBeGreaterThan((int)((market.Clock.GetUtcNow() - begin).TotalSeconds * 0.8));
    }

    [Fact]
    public async Task A_bucket_refills_a_token_at_a_time_up_to_its_burst()
    {
        await using var market = await OwnMarket.Open();
        var limits = market.Services.GetRequiredService<RateLimits>();
        (await Served(limits, 30)).ShouldBe(20);
        market.Clock.Walk(TimeSpan.FromSeconds(3));
        (await Served(limits, 30)).ShouldBe(3);
        market.Clock.Walk(TimeSpan.FromHours(2));
        (await Served(limits, 30)).ShouldBe(20);

        static async Task<int> Served(RateLimits limits, int asked)
        {
            var served = 0;
            for (var i = 0; i < asked; i++) served += (await limits.Take("refill", Small, 1)).Allows ? 1 : 0;
            return served;
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Waiting_as_long_as_it_says_succeeds_and_a_moment_less_does_not(int cost)
    {
        await using var market = await OwnMarket.Open();
        var limits = market.Services.GetRequiredService<RateLimits>();
        for (var limit = 0; limit < 3; limit++)
        {
            var (name, of) = ($"exact {limit}", new[] { Small, new RateLimit("odd", 7, 3), new RateLimit("quick", 6_000, 500) }[limit]);
            Rate rate;
            do rate = await limits.Take(name, of, cost);
            while (rate.Allows);
            rate.Wait.ShouldBeGreaterThan(TimeSpan.Zero);
            market.Clock.Walk(rate.Wait - TimeSpan.FromMicroseconds(1));
            (await limits.Take(name, of, cost)).Wait.ShouldBe(TimeSpan.FromMicroseconds(1));
            market.Clock.Walk(TimeSpan.FromMicroseconds(1));
            (await limits.Take(name, of, cost)).Allows.ShouldBeTrue();
        }
    }

    [Fact]
    public async Task A_key_that_asks_too_much_is_told_when_to_come_back()
    {
        await using var market = await OwnMarket.Open();
        var ana = await market.SignUp();
        var key = await ana.MakeKey(Scopes.AccountRead, Scopes.OrdersWrite);
        Answer answer = null!;
        for (var i = 0; i < 20; i++) answer = (await key.Program.Get("/api/v1/me")).Must();
        answer.Headers.GetValues("RateLimit-Policy").Single().ShouldBe("\"basic\";q=60;w=60;burst=20, \"account\";q=120;w=60;burst=40");
        answer.Headers.GetValues("RateLimit").Single().ShouldStartWith("\"basic\";r=0;t=20, \"account\";r=20;");

        var refused = (await key.Program.Get("/api/v1/me")).MustRefuse(429, "rate_limited");
        refused.Headers.GetValues("RateLimit").Single().ShouldStartWith("\"basic\";r=0;");
        var wait = refused.Headers.RetryAfter!.Delta!.Value;
        wait.ShouldBe(TimeSpan.FromSeconds(1));
        market.Clock.Walk(wait);
        (await key.Program.Get("/api/v1/me")).Must();

        // A write costs two: it waits longer, and its wait is as exact.
        var write = (await key.Program.Delete($"/api/v1/cart/items/{Guid.CreateVersion7()}")).MustRefuse(429, "rate_limited");
        write.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(2));
        market.Clock.Walk(TimeSpan.FromSeconds(2));
        (await key.Program.Delete($"/api/v1/cart/items/{Guid.CreateVersion7()}")).MustRefuse(404, "not_found");
        (await ana.Visitor.Get("/api/v1/me")).Must();        // her own session has a bucket of its own
    }

    [Fact]
    public async Task Many_keys_of_one_account_get_twice_what_one_gets()
    {
        await using var market = await OwnMarket.Open();
        var ana = await market.SignUp();
        var keys = new List<MadeKey>();
        for (var i = 0; i < 5; i++) keys.Add(await ana.MakeKey(Scopes.AccountRead));
        var served = 0;
        foreach (var key in keys)
        {
            for (var i = 0; i < 20; i++) served += (await key.Program.Get("/api/v1/me")).Status == 200 ? 1 : 0;
        }

        served.ShouldBe(40);
    }

    [Fact]
    public async Task Who_is_signed_in_and_who_is_not_have_limits_too_and_pages_have_none()
    {
        await using var market = await OwnMarket.Open(new Dictionary<string, string?>
        {
            ["Api:RateLimits:Session:PerMinute"] = "60", ["Api:RateLimits:Session:Burst"] = "6",
        });
        var ana = await market.SignUp();
        for (var i = 0; i < 6; i++) (await ana.Visitor.Get("/api/v1/me")).Must();
        (await ana.Visitor.Get("/api/v1/me")).MustRefuse(429, "rate_limited");
        ana.Visitor.Token = null;
        await ana.SignIn();      // another session of the same account
        (await ana.Visitor.Get("/api/v1/me")).MustRefuse(429, "rate_limited");
        (await ana.Visitor.Get("/account")).Must();

        await using var strict = await OwnMarket.Open(new Dictionary<string, string?> { ["Api:RateLimits:Anonymous:PerMinute"] = "60", ["Api:RateLimits:Anonymous:Burst"] = "6" });
        using var visitor = strict.Visitor();
        for (var i = 0; i < 6; i++) (await visitor.Get("/api/v1/categories")).Must();
        (await visitor.Get("/api/v1/categories")).MustRefuse(429, "rate_limited");
        visitor.Token = "not a token";
        (await visitor.Get("/api/v1/me")).MustRefuse(429, "rate_limited");
    }

    [Fact]
    public async Task A_limit_that_would_serve_no_write_is_refused_at_start()
    {
        var refused = await Should.ThrowAsync<InvalidOperationException>(() => OwnMarket.Open(new Dictionary<string, string?> { ["Api:RateLimits:Pro:Burst"] = "1" }));
        refused.Message.ShouldContain("Api:RateLimits:Pro");
    }

    [Fact]
    public async Task A_leased_token_costs_microseconds()
    {
        var limits = Market.Services.GetRequiredService<RateLimits>();
        var limit = new RateLimit("plenty", 60_000, 4_000_000);
        (await limits.Take("speed", limit, 1)).Allows.ShouldBeTrue();
        for (var i = 0; i < 10_000; i++) await limits.Take("speed", limit, 1);      // compiled
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 100_000; i++) await limits.Take("speed", limit, 1);
        (watch.Elapsed / 100_000).ShouldBeLessThan(TimeSpan.FromMicroseconds(20));
    }

    [Fact]
    public async Task A_full_bucket_leaves_no_row_behind()
    {
        await using var market = await OwnMarket.Open();
        (await market.Services.GetRequiredService<RateLimits>().Take("gone", Small, 1)).Allows.ShouldBeTrue();
        (await market.Count("SELECT count(*) FROM kernel.rate_buckets WHERE bucket = 'gone'")).ShouldBe(1);
        market.Clock.Walk(TimeSpan.FromMinutes(2));
        await market.Run<PurgeRateBuckets>();
        (await market.Count("SELECT count(*) FROM kernel.rate_buckets WHERE bucket = 'gone'")).ShouldBe(0);
    }
}
