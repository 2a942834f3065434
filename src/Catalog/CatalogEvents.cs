using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <summary>A moderator let a product go on sale.</summary>
public sealed record ProductApproved(Guid Product, Guid Shop, Guid Seller) : IEvent
{
    public string Key => Product.ToString();
}

/// <summary>A moderator sent a product back; the note on its page says why.</summary>
public sealed record ProductRejected(Guid Product, Guid Shop, Guid Seller) : IEvent
{
    public string Key => Product.ToString();
}

/// <summary>Somebody is asked by mail to join a shop's team; the mailer gets the token sealed and asks <see cref="ICatalog.OpenInvitation"/>.</summary>
public sealed record ShopInvited(Guid Invitation, Guid Shop, Guid InvitedBy, byte[] SealedToken, DateTimeOffset ExpiresAt) : IEvent
{
    public string Key => Invitation.ToString();
}

public sealed record MemberJoined(Guid Shop, Guid Owner, Guid Member) : IEvent
{
    public string Key => Shop.ToString();
}

/// <param name="Removed">By the owner; else they left.</param>
public sealed record MemberLeft(Guid Shop, Guid Owner, Guid Member, bool Removed) : IEvent
{
    public string Key => Shop.ToString();
}

/// <summary>A search that somebody saved, and wants to hear of, finds new products.</summary>
/// <param name="New">How many, at most 100.</param>
public sealed record SavedSearchFound(Guid Account, Guid Search, int New) : IEvent
{
    public string Key => Search.ToString();
}
