using Marketplace.Kernel;

namespace Marketplace.Users;

/// <summary>What other modules may ask of Users. Reads use a connection of their own; what says so joins the caller's transaction.</summary>
public interface IUsers
{
    /// <summary>Names to show, for all of the ids that exist. One query; joins the transaction when one is open.</summary>
    Task<IReadOnlyDictionary<Guid, Person>> People(IReadOnlyCollection<Guid> accounts, CancellationToken stop = default);

    /// <summary>
    /// Grants a capability of <see cref="Capabilities"/>, once or again; joins the caller's transaction.
    /// Source of the rule: sign-up gives can_buy, opening a shop can_sell.
    /// </summary>
    Task Grant(Guid account, string capability);

    /// <summary>
    /// Grants a right of <see cref="Rights"/>, once or again; joins the caller's transaction. Whether the asker may is the asker's question:
    /// for the operator's commands and the demo.
    /// </summary>
    Task GrantRight(Guid account, string right);

    /// <summary>The account whose sign-in name this is; null when there is none. For commands of the operator.</summary>
    Task<Guid?> FindByEmail(string email, CancellationToken stop = default);

    /// <summary>How many accounts there are.</summary>
    Task<long> Count(CancellationToken stop = default);

    /// <summary>Gives an account every right: the first owner is made by the operator's command, not by a page. Joins the transaction.</summary>
    Task MakeOwner(Guid account);
}

/// <param name="Tier">Decides the commission of what the person sells, at the time of the sale.</param>
public sealed record Person(Guid Account, string Username, string DisplayName, SellerTier Tier);

/// <summary>Tiers of sellers (decided by their subscription; basic to begin with).</summary>
public enum SellerTier
{
    Basic,
    Standard,
    Premium,
    Ultimate,
}

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
