using Marketplace.Kernel;

namespace Marketplace.Users;

/// <summary>An account was made. Wallet and tier need no row to begin with, so few listen.</summary>
public sealed record AccountOpened(Guid Account) : IEvent
{
    public string Key => Account.ToString();
}

/// <summary>
/// Somebody needs a link to choose a password by: a mail is to be sent, whose link <see cref="IUsers.OpenPasswordLink"/> gives.
/// The token is sealed, so that who reads events cannot use it.
/// </summary>
public sealed record PasswordLinkAsked(Guid Account, Guid Link, PasswordLinkReason Reason, byte[] SealedToken, DateTimeOffset ExpiresAt) : IEvent
{
    public string Key => Account.ToString();
}

/// <summary>Why a link was made: decides what the mail says.</summary>
public enum PasswordLinkReason
{
    /// <summary>The account was made inside a checkout, without a password.</summary>
    Welcome,

    /// <summary>"Forgot your password?"</summary>
    Forgotten,
}
