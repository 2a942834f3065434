using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Kernel;

/// <param name="Remaining">Tokens that could be spent at once, as far as this host knows.</param>
/// <param name="FullIn">When the bucket is full again.</param>
/// <param name="Wait">How long until this request would be served; zero when it is.</param>
public readonly record struct Rate(RateLimit Limit, int Remaining, TimeSpan FullIn, TimeSpan Wait)
{
    public bool Allows => Wait <= TimeSpan.Zero;
}

/// <summary>
/// Token buckets, shared by all hosts. A bucket is one time in PostgreSQL: when it will be full again. A host leases tokens in blocks
/// by moving that time on, and spends them from memory. What is leased lapses when the bucket would be full without it: until then
/// nothing flows over, so that all hosts together never spend more than burst and refill, and what lapses is lost to nobody.
/// </summary>
public sealed class RateLimits(NpgsqlDataSource source, RateLimitSettings settings, TimeProvider clock)
{
    private const int Most = 20_000;

    private readonly ConcurrentDictionary<string, Bucket> buckets = new(StringComparer.Ordinal);

    /// <summary>Charges a request of the API to its key and that key's account, to its account, or to its range of addresses.</summary>
    /// <returns>How each bucket stands; when one refuses, nothing was spent.</returns>
    public async ValueTask<Rate[]> Charge(HttpContext http)
    {
        var cost = HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method) ? 1 : 2;
        var account = http.User.FindFirst(System.Security.Claims.ClaimTypes.NameIdentifier)?.Value;
        if (account is null) return [await Take($"addresses:{AddressRange.Of(http.Connection.RemoteIpAddress)}", settings.Anonymous, cost, http.RequestAborted)];
        if (http.User.FindFirst(Caller.KeyClaim)?.Value is not { } key) return [await Take($"account:{account}", settings.Session, cost, http.RequestAborted)];

        // Keys are cheap to make: all of one account together get twice what one of them gets.
        var limit = settings.Tier(http.User.FindFirst(Caller.TierClaim)?.Value);
        var (one, all) = ($"key:{key}:{limit.Name}", $"keys:{account}:{limit.Name}");
        var first = await Take(one, limit, cost, http.RequestAborted);
        if (!first.Allows) return [first];
        var second = await Take(all, limit.Times("account", 2), cost, http.RequestAborted);
        if (!second.Allows) Find(one).GiveBack(cost, clock.GetUtcNow());
        return [first, second];
    }

    /// <summary>Spends from one bucket, or says how long to wait: waiting exactly so long succeeds, unless somebody else spends meanwhile.</summary>
    public async ValueTask<Rate> Take(string name, RateLimit limit, int cost, CancellationToken stop = default)
    {
        var bucket = Find(name);
        if (bucket.TrySpend(limit, cost, clock.GetUtcNow()) is { } known) return known;

        await bucket.Leasing.WaitAsync(stop);
        try
        {
            // Meanwhile somebody else of this host may have leased.
            if (bucket.TrySpend(limit, cost, clock.GetUtcNow()) is { } meanwhile) return meanwhile;

            var now = clock.GetUtcNow();
            var (leased, fullAt) = (await source.Command("SELECT leased, full_from FROM kernel.lease_tokens($1, $2, $3, $4, $5, $6)",
                name, now, limit.Step, limit.Burst, bucket.Missing(cost, now), Math.Max(limit.Block, cost)).List(r => (r.GetInt32(0), r.GetFieldValue<DateTimeOffset>(1)), stop))[0];
            return bucket.Add(leased, fullAt, limit, cost, now);
        }
        finally
        {
            bucket.Leasing.Release();
        }
    }

    private Bucket Find(string name)
    {
        if (buckets.TryGetValue(name, out var known)) return known;
        if (buckets.Count >= Most)
        {
            var now = clock.GetUtcNow();
            foreach (var (old, bucket) in buckets)
            {
                if (bucket.IsFull(now)) buckets.TryRemove(old, out _);
            }

            // What others leased and did not spend comes back by itself.
            if (buckets.Count >= Most) buckets.Clear();
        }

        return buckets.GetOrAdd(name, static _ => new Bucket());
    }

    /// <summary>What this host knows of a bucket, and has leased of it.</summary>
    private sealed class Bucket
    {
        private readonly Lock door = new();
        private int tokens;
        private DateTimeOffset fullAt;

        public SemaphoreSlim Leasing { get; } = new(1);

        public bool IsFull(DateTimeOffset now)
        {
            lock (door) return now >= fullAt;
        }

        /// <returns>Null: only the database knows.</returns>
        public Rate? TrySpend(RateLimit limit, int cost, DateTimeOffset now)
        {
            lock (door)
            {
                if (now >= fullAt) tokens = 0;
                if (tokens >= cost)
                {
                    tokens -= cost;
                    return Standing(limit, TimeSpan.Zero, now);
                }

                // Others can only make it later: a refusal needs no question.
                var wait = Wait(limit, cost - tokens, now);
                return wait > TimeSpan.Zero ? Standing(limit, wait, now) : null;
            }
        }

        public int Missing(int cost, DateTimeOffset now)
        {
            lock (door) return now >= fullAt ? cost : cost - tokens;
        }

        public Rate Add(int leased, DateTimeOffset full, RateLimit limit, int cost, DateTimeOffset now)
        {
            lock (door)
            {
                if (now >= fullAt) tokens = 0;
                (tokens, fullAt) = (tokens + leased, full);
                if (tokens < cost) return Standing(limit, Wait(limit, cost - tokens, now), now);
                tokens -= cost;
                return Standing(limit, TimeSpan.Zero, now);
            }
        }

        public void GiveBack(int cost, DateTimeOffset now)
        {
            lock (door)
            {
                if (now < fullAt) tokens += cost;
            }
        }

        private TimeSpan Wait(RateLimit limit, int missing, DateTimeOffset now) => fullAt - now - ((limit.Burst - missing) * limit.Step);

        private Rate Standing(RateLimit limit, TimeSpan wait, DateTimeOffset now)
        {
            var fullIn = fullAt > now ? fullAt - now : TimeSpan.Zero;
            var left = Math.Max(0, limit.Burst - (int)Math.Ceiling(fullIn / limit.Step));
            return new Rate(limit, tokens + left, fullIn, wait);
        }
    }
}

public static class RateLimiting
{
    /// <summary>For the API; after authentication. Says on every reply how the buckets stand (draft-ietf-httpapi-ratelimit-headers).</summary>
    public static void UseRateLimits(this WebApplication app)
    {
        var limits = app.Services.GetRequiredService<RateLimits>();
        app.UseWhen(Problems.IsApi, api => api.Use(async (http, next) =>
        {
            var rates = await limits.Charge(http);
            http.Response.OnStarting(static state =>
            {
                var (response, rates) = ((HttpResponse, Rate[]))state;
                response.Headers["RateLimit-Policy"] = string.Join(", ", rates.Select(r => string.Create(CultureInfo.InvariantCulture, $"\"{r.Limit.Name}\";q={r.Limit.PerMinute};w=60;burst={r.Limit.Burst}")));
                response.Headers["RateLimit"] = string.Join(", ", rates.Select(r => string.Create(CultureInfo.InvariantCulture, $"\"{r.Limit.Name}\";r={r.Remaining};t={Math.Ceiling(r.FullIn.TotalSeconds)}")));
                return Task.CompletedTask;
            }, (http.Response, rates));
            foreach (var rate in rates)
            {
                if (!rate.Allows) throw new Refused("rate_limited", 429, "Too many requests. Wait as long as Retry-After says.") { RetryAfter = rate.Wait };
            }

            await next();
        }));
    }
}

/// <summary>A bucket that is full is like one that is not there.</summary>
internal sealed class PurgeRateBuckets(NpgsqlDataSource source) : IJob
{
    public Task Handle(DateTimeOffset now, CancellationToken stop) => source.Command("DELETE FROM kernel.rate_buckets WHERE full_at < $1", now.AddMinutes(-1)).Execute(stop);
}
