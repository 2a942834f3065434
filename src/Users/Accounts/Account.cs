namespace Marketplace.Users;

internal enum AccountStatus
{
    Active,

    /// <summary>May sign in, read and appeal, but not trade.</summary>
    Suspended,

    /// <summary>Cannot sign in.</summary>
    Banned,

    /// <summary>Erased; the row stays for the books.</summary>
    Deleted,
}

/// <summary>Somebody. One account buys and sells; what it may do is granted in rows of its own.</summary>
internal sealed class Account
{
    private Account()
    {
    }

    public Guid Id { get; private set; }

    public string Email { get; internal set; } = "";

    public string NormalizedEmail { get; internal set; } = "";

    public DateTimeOffset? EmailVerifiedAt { get; internal set; }

    public string Username { get; internal set; } = "";

    public string DisplayName { get; private set; } = "";

    public string? PasswordHash { get; internal set; }

    public string SecurityStamp { get; internal set; } = "";

    public AccountStatus Status { get; private set; }

    public SellerTier Tier { get; private set; }

    /// <summary>In which the market writes to this person: one of <see cref="Languages.All"/>.</summary>
    public string Language { get; private set; } = Languages.English;

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>Its language is that of the request.</summary>
    public static Account Open(Guid id, string email, string username, string displayName, string? passwordHash, DateTimeOffset now) => new()
    {
        Id = id,
        Email = email.Trim(),
        Username = username,
        DisplayName = displayName.Trim(),
        PasswordHash = passwordHash,
        Status = AccountStatus.Active,
        Tier = SellerTier.Basic,
        Language = Languages.Current,
        CreatedAt = now,
    };

    /// <summary>Follows a <see cref="Sanction"/>, which says why.</summary>
    public void Take(AccountStatus status) => Status = status;

    public void Rename(string displayName) => DisplayName = displayName.Trim();

    public void TakeUsername(string username) => Username = username;

    public void Speak(string language) => Language = language;
}

internal sealed record GrantedCapability(Guid Account, string Name, DateTimeOffset GrantedAt);

internal sealed record GrantedRight(Guid Account, string Name, DateTimeOffset GrantedAt);
