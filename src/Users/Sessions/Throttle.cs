using System.Security.Cryptography;
using System.Text;
using Marketplace.Kernel;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Users;

/// <summary>
/// Counts failures in PostgreSQL, for all hosts together. The first ones are free; after that every failure doubles the wait, up
/// to a bound: nobody is locked out for good, and guessing an account gets at most 20 tries in an hour, from however many addresses.
/// </summary>
internal sealed class Throttle(NpgsqlDataSource source, UnitOfWork work, TimeProvider clock)
{
    /// <param name="Free">Failures without a wait.</param>
    /// <param name="Longest">Bound of the wait.</param>
    /// <param name="Memory">Without a failure for so long, all is forgotten.</param>
    public sealed record Bucket(string Key, int Free, TimeSpan Longest, TimeSpan Memory);

    /// <summary>Guesses at one account. Where the owner has signed in before, guesses are counted apart, so that strangers cannot keep the owner out.</summary>
    public static Bucket Account(string normalizedEmail, Visit visit, bool known) =>
        new($"account:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(normalizedEmail)))}{(known ? ":" + visit.Prefix : "")}", 6, TimeSpan.FromMinutes(15), TimeSpan.FromHours(24));

    /// <summary>Guesses of one range of addresses, at whatever account.</summary>
    public static Bucket Addresses(Visit visit) => new($"addresses:{visit.Prefix}", 100, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10));

    /// <summary>Mails that one range of addresses asks for.</summary>
    public static Bucket Mails(Visit visit) => new($"password_links:{visit.Prefix}", 30, TimeSpan.FromMinutes(5), TimeSpan.FromHours(1));

    /// <summary>Codes and proofs that are tried at one account by who has got past the first door.</summary>
    public static Bucket Proofs(Guid account) => new($"proofs:{account}", 6, TimeSpan.FromMinutes(15), TimeSpan.FromHours(24));

    /// <summary>Sign-ups with addresses that are taken: who tries many wants to know who is here.</summary>
    public static Bucket SignUps(Visit visit) => new($"sign_ups:{visit.Prefix}", 10, TimeSpan.FromMinutes(5), TimeSpan.FromHours(1));

    /// <exception cref="Refused">429 <c>too_many_attempts</c>.</exception>
    public async Task Check(Bucket bucket) => Refuse(await Wait(source.Command("SELECT next_at FROM users.sign_in_attempts WHERE bucket = $1", bucket.Key)));

    /// <summary>Counts an attempt before it is known to fail, so that a thousand at the same time are a thousand. <see cref="Forgive"/> takes it back.</summary>
    /// <exception cref="Refused">429 <c>too_many_attempts</c>.</exception>
    public Task Enter(Bucket bucket) => work.Outside(async services =>
    {
        var own = services.GetRequiredService<UnitOfWork>();
        if (await Count(own, bucket, onlyWhenFree: true)) return;
        Refuse(await Wait(own.Command("SELECT next_at FROM users.sign_in_attempts WHERE bucket = $1", bucket.Key)));
    });

    /// <summary>Counts a failure; survives the refusal that follows.</summary>
    public Task Charge(Bucket bucket) => work.Outside(services => Count(services.GetRequiredService<UnitOfWork>(), bucket, onlyWhenFree: false));

    /// <summary>The right person came: all is forgotten. Joins the transaction.</summary>
    public Task Forgive(Bucket bucket) => work.Command("DELETE FROM users.sign_in_attempts WHERE bucket = $1", bucket.Key).Execute();

    private async Task<bool> Count(UnitOfWork own, Bucket bucket, bool onlyWhenFree) => await own.Command(
        $"""
        INSERT INTO users.sign_in_attempts AS a (bucket, failures, next_at, last_at) VALUES ($1, 1, $2, $2)
        ON CONFLICT (bucket) DO UPDATE SET
          failures = CASE WHEN a.last_at < $2 - $5 THEN 1 ELSE a.failures + 1 END,
          next_at = $2 + CASE WHEN a.last_at < $2 - $5 OR a.failures + 1 < $3 THEN interval '0'
                              ELSE least($4, make_interval(secs => power(2, least(a.failures + 1 - $3, 20)))) END,
          last_at = $2
        {(onlyWhenFree ? "WHERE a.next_at <= $2" : "")}
        """, bucket.Key, clock.GetUtcNow(), bucket.Free, bucket.Longest, bucket.Memory).Execute() > 0;

    private async Task<TimeSpan> Wait(NpgsqlCommand nextAt)
    {
        var next = (await nextAt.List(r => r.GetFieldValue<DateTimeOffset>(0))).FirstOrDefault();
        return next - clock.GetUtcNow();
    }

    private static void Refuse(TimeSpan wait)
    {
        if (wait > TimeSpan.Zero) throw new Refused("too_many_attempts", 429, "Too many attempts. Wait a moment, then try again.") { RetryAfter = wait };
    }
}
