using System.Net;
using Marketplace.Kernel;

namespace Marketplace.Users;

/// <summary>Test keys read what live ones read and change nothing: there is no market to play in yet.</summary>
internal enum KeyMode
{
    Live,
    Test,
}

/// <summary>Decides how much a key may ask in a minute; set by staff.</summary>
internal enum KeyTier
{
    Basic,
    Pro,
    Enterprise,
}

/// <summary>A program's way in. The key is told once; only its hash is kept, with the letters by which its owner knows it.</summary>
internal sealed class ApiKey
{
    /// <summary>A person's at a time; those that a rotation has replaced do not count.</summary>
    public const int Most = 20;

    public const int LongestDays = 365;

    private ApiKey()
    {
    }

    /// <summary>How long a key still works beside the one that replaces it.</summary>
    public static TimeSpan Overlap { get; } = TimeSpan.FromHours(24);

    public Guid Id { get; private set; }

    public Guid Account { get; private set; }

    public string Name { get; private set; } = "";

    public KeyMode Mode { get; private set; }

    public byte[] KeyHash { get; private set; } = [];

    /// <summary>The first twelve characters.</summary>
    public string Prefix { get; private set; } = "";

    public string LastFour { get; private set; } = "";

    public string[] Scopes { get; private set; } = [];

    /// <summary>In CIDR; empty: from anywhere.</summary>
    public string[] IpRanges { get; private set; } = [];

    public KeyTier Tier { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset ExpiresAt { get; private set; }

    public DateTimeOffset? LastUsedAt { get; private set; }

    public DateTimeOffset? RevokedAt { get; private set; }

    /// <summary>The key that a rotation put in its place.</summary>
    public Guid? ReplacedBy { get; private set; }

    public static ApiKey Make(Guid account, string name, KeyMode mode, IEnumerable<string> scopes, IEnumerable<string> ipRanges, TimeSpan lifetime, TimeProvider clock, out string key)
    {
        var now = clock.GetUtcNow();
        key = KeyFormat.Make(mode);
        var made = new ApiKey
        {
            Id = Ids.New(clock),
            Account = account,
            Name = name.Trim(),
            Mode = mode,
            KeyHash = KeyFormat.HashOf(key),
            Prefix = key[..12],
            LastFour = key[^4..],
            IpRanges = ipRanges.Select(Range).Distinct(StringComparer.Ordinal).ToArray(),
            CreatedAt = now,
            ExpiresAt = now + lifetime,
        };
        made.Allow(scopes);
        return made;
    }

    public bool IsAlive(DateTimeOffset now) => RevokedAt is null && now < ExpiresAt;

    /// <exception cref="Refused">422: a test key changes nothing.</exception>
    public void Allow(IEnumerable<string> scopes)
    {
        Scopes = Users.Scopes.All.Intersect(scopes, StringComparer.Ordinal).ToArray();
        if (Mode == KeyMode.Test && Scopes.FirstOrDefault(s => !s.EndsWith(":read", StringComparison.Ordinal)) is not null)
            throw Refused.Invalid(new FieldError("/scopes", "test_key_reads", "A test key can only read."));
    }

    public void Rename(string name) => Name = name.Trim();

    public void Serve(KeyTier tier) => Tier = tier;

    /// <summary>A key of the same kind in its place; this one works for <see cref="Overlap"/> more, at most.</summary>
    /// <exception cref="Refused">409 <c>key_ended</c>.</exception>
    public ApiKey Rotate(TimeProvider clock, out string key)
    {
        var now = clock.GetUtcNow();
        if (!IsAlive(now) || ReplacedBy is not null) throw Ended();
        var next = Make(Account, Name, Mode, Scopes, IpRanges, ExpiresAt - CreatedAt, clock, out key);
        next.Tier = Tier;
        ReplacedBy = next.Id;
        if (ExpiresAt > now + Overlap) ExpiresAt = now + Overlap;
        return next;
    }

    public static Refused Ended() => new("key_ended", 409, "This key has ended or was replaced. Make a new one.");

    /// <summary>"203.0.113.7" and "203.0.113.0/24", in their one normal form.</summary>
    /// <exception cref="Refused">422 at <c>/ip_ranges</c>.</exception>
    private static string Range(string typed)
    {
        var text = typed.Trim();
        if (IPAddress.TryParse(text, out var address)) return new IPNetwork(address, address.GetAddressBytes().Length * 8).ToString();
        return IPNetwork.TryParse(text, out var network)
            ? network.ToString()
            : throw Refused.Invalid(new FieldError("/ip_ranges", "ip_range", "Write an address or a range, like 203.0.113.0/24."));
    }
}
