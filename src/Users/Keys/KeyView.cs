namespace Marketplace.Users;

/// <summary>A key as its owner sees it: never the key itself.</summary>
internal sealed record KeyView(
    Guid Id, string Name, KeyMode Mode, string Prefix, string LastFour, IReadOnlyList<string> Scopes, IReadOnlyList<string> IpRanges, KeyTier Tier,
    DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? LastUsedAt, Guid? ReplacedBy)
{
    public static KeyView Of(ApiKey key) => new(
        key.Id, key.Name, key.Mode, key.Prefix, key.LastFour, key.Scopes, key.IpRanges, key.Tier, key.CreatedAt, key.ExpiresAt, key.LastUsedAt, key.ReplacedBy);
}

/// <summary>The answer to making one: the key is shown here and never again.</summary>
internal sealed record NewKey(string Key, KeyView About);
