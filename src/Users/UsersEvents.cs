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

/// <summary>
/// A link is to be mailed, which <see cref="IUsers.OpenMailedLink"/> gives. The token is sealed, so that who reads events cannot use it.
/// </summary>
public sealed record MailedLinkAsked(Guid Account, Guid Link, LinkPurpose Purpose, byte[] SealedToken, DateTimeOffset ExpiresAt) : IEvent
{
    public string Key => Account.ToString();
}

/// <summary>What a mailed link does: decides what the mail says.</summary>
public enum LinkPurpose
{
    SignIn,

    /// <summary>Step-up, for who has neither password nor passkey nor authenticator.</summary>
    Proof,
    VerifyEmail,

    /// <summary>Goes to the new address.</summary>
    ChangeEmail,

    /// <summary>Goes to the address that was: undoes the change.</summary>
    RevertEmail,
}

/// <summary>Something about how one gets into an account is another than before: its owner is told at once, whoever did it.</summary>
/// <param name="Cause">The session, passkey or change, so that it is told once.</param>
public sealed record AccountSecured(Guid Account, SecurityChange Change, Guid Cause) : IEvent
{
    public string Key => Account.ToString();

    /// <summary>"Firefox, Linux": no address, and nothing that tells one person's from another's.</summary>
    public string? Device { get; init; }
}

public enum SecurityChange
{
    /// <summary>A sign-in from a range of addresses and a browser that the account has not been used with.</summary>
    NewDevice,
    PasswordChanged,
    EmailChanged,

    /// <summary>Undone by the link in the mail to the old address.</summary>
    EmailReverted,
    PasskeyAdded,
    PasskeyRemoved,
    AuthenticatorOn,
    AuthenticatorOff,
    RecoveryCodesMade,
    RecoveryCodeUsed,
}
