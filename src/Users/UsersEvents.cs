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

/// <summary>A skill or genre that people asked for is in the list now, or will not be. What it is called, <see cref="Kernel.ISubject"/> <c>field_request</c> says.</summary>
/// <param name="Requesters">All who asked, each once.</param>
public sealed record FieldRequestDecided(Guid Request, bool Approved, IReadOnlyList<Guid> Requesters) : IEvent
{
    public string Key => Request.ToString();
}

/// <summary>An API key was made for the account, new or in the place of another: its owner is told, for it may have been somebody else.</summary>
public sealed record ApiKeyCreated(Guid Account, Guid ApiKey) : IEvent
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

/// <summary>Staff suspended somebody: they may sign in, read and appeal, but what they sell must not be found or bought.</summary>
/// <param name="Until">Null: until staff lifts it.</param>
public sealed record PersonSuspended(Guid Account, Guid Sanction, DateTimeOffset? Until) : IEvent
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

/// <summary>Staff banned somebody: they cannot sign in, and what they sell must not be found or bought.</summary>
public sealed record PersonBanned(Guid Account, Guid Sanction) : IEvent
{
    public string Key => Account.ToString();
}

/// <summary>A suspension or ban has ended: what they sold is on sale again as it was.</summary>
public sealed record PersonReinstated(Guid Account, Guid Sanction) : IEvent
{
    public string Key => Account.ToString();
}

/// <summary>Staff answered an appeal and the sanction stays (else <see cref="PersonReinstated"/> tells it).</summary>
public sealed record AppealAnswered(Guid Account, Guid Sanction) : IEvent
{
    public string Key => Account.ToString();
}

/// <summary>Somebody says that a thing is against the rules; staff has not looked yet.</summary>
/// <param name="Kind">An <see cref="ISubject.Kind"/>.</param>
public sealed record ThingReported(Guid Report, string Kind, Guid Subject) : IEvent
{
    public string Key => Subject.ToString();
}

/// <summary>What somebody reported was judged, and to ask was fair.</summary>
/// <param name="Kind">Of what was reported.</param>
public sealed record ReportDecided(Guid Reporter, Guid Report, string Kind, bool Upheld) : IEvent
{
    public string Key => Reporter.ToString();
}

/// <summary>A report was judged an abuse.</summary>
/// <param name="Strikes">False reports of this person now.</param>
/// <param name="Until">Until when their reports are not taken; null below three strikes, and from five on, when it is for good.</param>
public sealed record ReportFalse(Guid Reporter, Guid Report, int Strikes, DateTimeOffset? Until) : IEvent
{
    public string Key => Reporter.ToString();
}

/// <summary>Somebody asked for their data: it is to be gathered.</summary>
public sealed record DataExportAsked(Guid Account, Guid Export) : IEvent
{
    public string Key => Account.ToString();
}

/// <summary>The data that somebody asked for can be fetched.</summary>
public sealed record DataExported(Guid Account, Guid Export) : IEvent
{
    public string Key => Account.ToString();
}

/// <summary>Somebody asked to be forgotten; they are told until when they can change their mind.</summary>
public sealed record ErasureAsked(Guid Account, DateTimeOffset DueAt) : IEvent
{
    public string Key => Account.ToString();
}

/// <summary>Somebody was forgotten. Every module has done its part by then (<see cref="IPersonalData"/>), in the same transaction.</summary>
public sealed record PersonErased(Guid Account) : IEvent
{
    public string Key => Account.ToString();
}

/// <summary>An owner gave somebody a right of staff, or took it away.</summary>
/// <param name="Right">One of <see cref="Rights"/>.</param>
public sealed record RightsChanged(Guid Account, string Right, bool Granted) : IEvent
{
    public string Key => Account.ToString();
}
