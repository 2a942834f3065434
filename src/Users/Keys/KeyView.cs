using Npgsql;

namespace Marketplace.Users;

/// <summary>A key as its owner sees it: never the key itself.</summary>
internal sealed record KeyView(
    Guid Id, string Name, KeyMode Mode, string Prefix, string LastFour, IReadOnlyList<string> Scopes, IReadOnlyList<string> IpRanges, KeyTier Tier,
    DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? LastUsedAt, Guid? ReplacedBy)
{
    public const string Columns = "id, name, mode, prefix, last_four, scopes, ip_ranges, tier, created_at, expires_at, last_used_at, replaced_by";

    public static KeyView Of(ApiKey key) => new(
        key.Id, key.Name, key.Mode, key.Prefix, key.LastFour, key.Scopes, key.IpRanges, key.Tier, key.CreatedAt, key.ExpiresAt, key.LastUsedAt, key.ReplacedBy);

    /// <summary>From a row of <see cref="Columns"/>.</summary>
    public static KeyView Read(NpgsqlDataReader r) => new(
        r.GetGuid(0), r.GetString(1), Enum.Parse<KeyMode>(r.GetString(2), true), r.GetString(3), r.GetString(4), r.GetFieldValue<string[]>(5), r.GetFieldValue<string[]>(6), Enum.Parse<KeyTier>(r.GetString(7), true),
        r.GetFieldValue<DateTimeOffset>(8), r.GetFieldValue<DateTimeOffset>(9), r.IsDBNull(10) ? null : r.GetFieldValue<DateTimeOffset>(10), r.IsDBNull(11) ? null : r.GetGuid(11));
}

/// <summary>The answer to making one: the key is shown here and never again.</summary>
internal sealed record NewKey(string Key, KeyView About);
