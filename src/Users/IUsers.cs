using Marketplace.Kernel;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Users;

/// <summary>What other modules may ask of Users. Reads use a connection of their own; what says so joins the caller's transaction.</summary>
public interface IUsers
{
    /// <summary>Names to show, for all of the ids that exist. One query; joins the transaction when one is open.</summary>
    Task<IReadOnlyDictionary<Guid, Person>> People(IReadOnlyCollection<Guid> accounts, CancellationToken stop = default);

    /// <summary>
    /// Where and in which language to write to people, for all of the ids that exist and are not erased. One query; joins the transaction
    /// when one is open. Ask at the moment of sending and keep nothing of it.
    /// </summary>
    Task<IReadOnlyDictionary<Guid, Contact>> Contacts(IReadOnlyCollection<Guid> accounts, CancellationToken stop = default);

    /// <summary>An address as it may be kept: spaces and capitals put right, checked by the rules of the address book.</summary>
    /// <exception cref="Refused">422 <c>invalid</c> with pointers (<c>/name</c>, <c>/line1</c>, <c>/postcode</c>, <c>/city</c>, <c>/country</c> …).</exception>
    PostalAddress CheckAddress(PostalAddress written);

    /// <summary>Where the person's parcels go unless they say otherwise; null for an empty address book. Only for the person themselves.</summary>
    Task<PostalAddress?> UsualAddress(Guid account);

    /// <summary>Countries by their two letters, in the order of their names in the language of the request.</summary>
    IReadOnlyList<(string Code, string Name)> Countries { get; }

    /// <summary>Since when people have an account, for all of the ids that exist. One query; joins the transaction when one is open.</summary>
    Task<IReadOnlyDictionary<Guid, DateTimeOffset>> Since(IReadOnlyCollection<Guid> accounts, CancellationToken stop = default);

    /// <summary>
    /// Grants a capability of <see cref="Capabilities"/>, once or again; joins the caller's transaction.
    /// Source of the rule: sign-up gives can_buy, opening a shop can_sell.
    /// </summary>
    Task Grant(Guid account, string capability);

    /// <summary>
    /// Takes a capability away, once or again; joins the caller's transaction.
    /// Source of the rule: without a verified payout destination nobody has can_withdraw.
    /// </summary>
    Task Revoke(Guid account, string capability);

    /// <summary>Whether somebody has a capability of <see cref="Capabilities"/>. Joins the transaction when one is open.</summary>
    Task<bool> May(Guid account, string capability, CancellationToken stop = default);

    /// <summary>How often something was reported, judged or not. Joins the transaction when one is open.</summary>
    Task<int> ReportsAbout(Guid subject, CancellationToken stop = default);

    /// <summary>The active accounts that hold a right: who of the team to tell. Joins the transaction when one is open.</summary>
    Task<IReadOnlyList<Guid>> Holders(string right, CancellationToken stop = default);

    /// <summary>
    /// Grants a right of <see cref="Rights"/>, once or again; joins the caller's transaction. Whether the asker may is the asker's question:
    /// for the operator's commands and the demo.
    /// </summary>
    Task GrantRight(Guid account, string right);

    /// <summary>
    /// The tier that somebody pays for from now on; once or again. Joins the caller's transaction. A partner's tier is ultimate whatever is set here.
    /// Source of the rule: the tier follows the platform's own subscription.
    /// </summary>
    Task SetTier(Guid account, SellerTier tier);

    /// <summary>The tier that was bought or set, whatever counts for a partner; null when there is no such account. Joins the transaction when one is open.</summary>
    Task<SellerTier?> OwnTier(Guid account, CancellationToken stop = default);

    /// <summary>What a tier brings.</summary>
    TierTerms Terms(SellerTier tier);

    /// <summary>The account whose sign-in name this is; null when there is none. Joins the transaction when one is open.</summary>
    Task<Guid?> FindByEmail(string email, CancellationToken stop = default);

    /// <summary>Active accounts that hold a right of <see cref="Rights"/>: whom to tell. An owner has all of them. Joins the transaction when one is open.</summary>
    Task<IReadOnlyList<Guid>> WithRight(string right, CancellationToken stop = default);

    /// <summary>How many accounts there are.</summary>
    Task<long> Count(CancellationToken stop = default);

    /// <summary>Gives an account every right: the first owner is made by the operator's command, not by a page. Joins the transaction.</summary>
    Task MakeOwner(Guid account);

    /// <summary>
    /// The first half of making an account inside another step (a guest's checkout), outside any transaction: checks what was typed and
    /// hashes the password. Without one the account gets a link by mail to choose it.
    /// </summary>
    /// <exception cref="Refused">422 <c>invalid</c> (<c>/email</c>, <c>/display_name</c>, <c>/password</c>), 429 <c>too_many_attempts</c>.</exception>
    Task<NewAccount> PrepareAccount(string email, string? displayName, string? password, HttpContext http);

    /// <summary>The second half: makes the account, which may buy, in the caller's transaction.</summary>
    /// <exception cref="Refused">409 <c>email_taken</c>: they must sign in.</exception>
    Task<Guid> OpenAccount(NewAccount account);

    /// <summary>Opens a session of the account and gives its cookie to the browser. Outside any transaction, after the caller knows that it is them.</summary>
    Task SignIn(Guid account, HttpContext http);

    /// <summary>
    /// For the mail that <see cref="PasswordLinkAsked"/> asks for: the local path <c>/choose-password?token=…</c>; null when the link
    /// has been used, replaced or has expired meanwhile, and there is nothing to send.
    /// </summary>
    Task<string?> OpenPasswordLink(PasswordLinkAsked asked, CancellationToken stop = default);

    /// <summary>For the mail that <see cref="MailedLinkAsked"/> asks for; null when the link has been used, replaced or has expired meanwhile.</summary>
    Task<MailedLinkLetter?> OpenMailedLink(MailedLinkAsked asked, CancellationToken stop = default);
    /// <summary>What staff wrote to the person about a sanction: its reason, or once it is lifted or its appeal answered, that. For the mail; keep nothing of it.</summary>
    Task<string?> SanctionReason(Guid sanction, CancellationToken stop = default);
}

/// <summary>An account that is ready to be opened; see <see cref="IUsers.PrepareAccount"/>.</summary>
public sealed class NewAccount
{
    internal NewAccount(string email, string username, string displayName, string? passwordHash, Visit visit) =>
        (Email, Username, DisplayName, PasswordHash, Visit) = (email, username, displayName, passwordHash, visit);

    /// <summary>As it was typed.</summary>
    public string Email { get; }

    /// <summary>False: a link to choose one is mailed.</summary>
    public bool HasPassword => PasswordHash is not null;

    internal string Username { get; }

    internal string DisplayName { get; }

    internal string? PasswordHash { get; }

    internal Visit Visit { get; }
}

/// <param name="Path">Local path with the token.</param>
/// <param name="Email">To whom, when not to the account's own address: one that is to be confirmed, or that was the account's before.</param>
public sealed record MailedLinkLetter(string Path, string? Email);

/// <param name="Tier">That counts: ultimate for a partner. Decides the commission of what the person sells, at the time of the sale.</param>
public sealed record Person(Guid Account, string Username, string DisplayName, SellerTier Tier);

/// <param name="Language"><c>en</c> or <c>fr</c>.</param>
public sealed record Contact(Guid Account, string Email, string DisplayName, string Language)
{
    /// <summary>They have shown that the address is theirs, and may sign in: who may be written to without having asked.</summary>
    public bool IsVerified { get; init; }
}

/// <summary>Tiers of sellers (decided by their subscription; basic to begin with).</summary>
public enum SellerTier
{
    Basic,
    Standard,
    Premium,
    Ultimate,
}

/// <summary>What one tier brings.</summary>
/// <param name="CommissionRate">Of the price without tax, in basis points.</param>
/// <param name="FeaturedProducts">How many of the person's products may be featured at once.</param>
/// <param name="Perks">Of <see cref="Users.Perks"/>.</param>
public sealed record TierTerms(SellerTier Tier, int CommissionRate, int FeaturedProducts, IReadOnlyList<string> Perks);

/// <summary>What tiers bring beside money.</summary>
public static class Perks
{
    public const string GpsLocation = "gps_location", CoHosts = "co_hosts", VerifiedGroups = "verified_groups";
}

/// <summary>A person for slot <c>profile</c> of their public page.</summary>
/// <param name="IsMine">The caller is this person.</param>
public sealed record ProfileSlot(Guid Account, string DisplayName, bool IsMine);

/// <summary>What an account may do in the market; each is granted separately.</summary>
public static class Capabilities
{
    public const string CanBuy = "can_buy", CanSell = "can_sell", CanWithdraw = "can_withdraw", CanBoost = "can_boost";

    public static readonly IReadOnlyList<string> All = [CanBuy, CanSell, CanWithdraw, CanBoost];
}

/// <summary>What staff may do. Rights are checked, never role names; an owner has all of them.</summary>
public static class Rights
{
    /// <summary>See amounts of others: ledger, payments, payouts. Granted by the owner only.</summary>
    public const string Finance = "finance";

    public const string People = "people", Moderation = "moderation", Support = "support", System = "system", Owner = "owner";

    public static readonly IReadOnlyList<string> All = [Finance, People, Moderation, Support, System, Owner];
}

/// <summary>Where a parcel goes.</summary>
/// <param name="Country">Two letters.</param>
public sealed record PostalAddress(
    string Name = "", string Line1 = "", string? Line2 = null, string? Postcode = null, string City = "", string? Region = null, string Country = "", string? Phone = null);
