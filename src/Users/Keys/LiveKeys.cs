using System.Collections.Concurrent;
using System.Net;
using System.Security.Claims;
using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Users;

/// <summary>A key with what its owner may do, as the last look at the database found it.</summary>
internal sealed record LiveKey(
    Guid Id, Guid Account, string OwnerName, byte[] Hash, string[] Scopes, IPNetwork[] Ranges, string Tier, DateTimeOffset ExpiresAt, DateTimeOffset? LastUsedAt, string[] Capabilities)
{
    public bool Welcomes(IPAddress? address)
    {
        if (Ranges.Length == 0) return true;
        if (address is { IsIPv4MappedToIPv6: true }) address = address.MapToIPv4();
        return address is not null && Array.Exists(Ranges, range => range.Contains(address));
    }

    /// <summary>What its scopes name of what its owner may do in the market. No key ever serves as staff: rights are not among it.</summary>
    public ClaimsPrincipal Principal(string scheme) => new(new ClaimsIdentity(
        [
            new(ClaimTypes.NameIdentifier, Account.ToString()),
            new(Caller.KeyClaim, Id.ToString()),
            new(Caller.TierClaim, Tier),
            new(Caller.NameClaim, OwnerName),
            .. Scopes.Select(scope => new Claim(Caller.ScopeClaim, scope)),
            .. Capabilities.Select(capability => new Claim(Caller.CapabilityClaim, capability)),
        ],
        scheme));
}

/// <summary>
/// Looks keys up by their hash and remembers them for five seconds, so that what one host revokes is dead everywhere within five; on
/// this host at once. What is no key at all is told by its checksum and asks nobody.
/// </summary>
internal sealed class LiveKeys(NpgsqlDataSource source, KeyUse use, TimeProvider clock)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(5);
    private const int Most = 20_000;

    private readonly ConcurrentDictionary<string, (LiveKey Key, DateTimeOffset At)> remembered = new(StringComparer.Ordinal);
    private readonly Lock door = new();
    private int changes;

    /// <returns>Null when there is no such key, it has ended, or its account is not active.</returns>
    /// <exception cref="Refused">403 <c>key_address</c>.</exception>
    public async Task<LiveKey?> Find(string text, IPAddress? address, CancellationToken stop)
    {
        if (!KeyFormat.IsWellFormed(text)) return null;
        var now = clock.GetUtcNow();
        if (await Look(KeyFormat.HashOf(text), now, stop) is not { } key || now >= key.ExpiresAt) return null;
        if (!key.Welcomes(address)) throw new Refused("key_address", 403, "This API key may not be used from your address.");
        use.Note(key.Id, key.LastUsedAt, now);
        return key;
    }

    /// <summary>Looked up anew once the transaction has committed.</summary>
    public void ForgetKey(Guid id, UnitOfWork work) => work.AfterCommit(() => Forget(key => key.Id == id));

    public void ForgetAccount(Guid account, UnitOfWork work) => work.AfterCommit(() => Forget(key => key.Account == account));

    private async Task<LiveKey?> Look(byte[] hash, DateTimeOffset now, CancellationToken stop)
    {
        var name = Convert.ToBase64String(hash);
        if (remembered.TryGetValue(name, out var known) && now - known.At < Freshness) return known.Key;

        var before = Volatile.Read(ref changes);
        var key = (await source.CommandOn("users.api_keys",
            """
            SELECT k.id, k.account, a.display_name, k.key_hash, k.scopes, k.ip_ranges, k.tier, k.expires_at, k.last_used_at,
                   ARRAY(SELECT c.name FROM users.account_capabilities c WHERE c.account = a.id)
            FROM users.api_keys k JOIN users.accounts a ON a.id = k.account
            WHERE k.key_hash = $1 AND k.revoked_at IS NULL AND a.status = 'active'
            """, hash).List(
            r => new LiveKey(
                r.GetGuid(0), r.GetGuid(1), r.GetString(2), r.GetFieldValue<byte[]>(3), r.GetFieldValue<string[]>(4), Array.ConvertAll(r.GetFieldValue<string[]>(5), IPNetwork.Parse), r.GetString(6),
                r.GetFieldValue<DateTimeOffset>(7), r.IsDBNull(8) ? null : r.GetFieldValue<DateTimeOffset>(8), r.GetFieldValue<string[]>(9)), stop)).SingleOrDefault();
        if (key is not null && !System.Security.Cryptography.CryptographicOperations.FixedTimeEquals(key.Hash, hash)) key = null;
        lock (door)
        {
            if (key is null) remembered.TryRemove(name, out _);
            else if (before == changes) Remember(name, key, now);       // else it may have been revoked since we looked
        }

        return key;
    }

    private void Remember(string name, LiveKey key, DateTimeOffset now)
    {
        if (remembered.Count >= Most)
        {
            foreach (var (old, entry) in remembered)
            {
                if (now - entry.At >= Freshness) remembered.TryRemove(old, out _);
            }

            if (remembered.Count >= Most) remembered.Clear();
        }

        remembered[name] = (key, now);
    }

    private Task Forget(Func<LiveKey, bool> which)
    {
        lock (door)
        {
            changes++;
            foreach (var (name, entry) in remembered)
            {
                if (which(entry.Key)) remembered.TryRemove(name, out _);
            }
        }

        return Task.CompletedTask;
    }
}
