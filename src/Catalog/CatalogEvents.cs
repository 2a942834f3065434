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

/// <summary>Everybody can read what somebody wrote; who is spoken of may answer.</summary>
/// <param name="Product">What was bought.</param>
/// <param name="OfPerson">It is about the person, not about the product.</param>
/// <param name="Owner">Who is spoken of.</param>
public sealed record ReviewPublished(Guid Review, Guid Product, bool OfPerson, Guid Author, Guid Owner, int Stars) : IEvent
{
    public string Key => Review.ToString();

    internal static ReviewPublished Of(Review review, Guid product) => new(review.Id, product, review.SubjectKind == ReviewSubjectKind.Profile, review.AuthorId, review.OwnerId, review.Stars);
}

/// <summary>One side of a service has written; what they wrote is seen when the other has, too, or at <paramref name="Until"/>.</summary>
/// <param name="ByBuyer">The buyer wrote, and the seller is asked for their word on the buyer.</param>
public sealed record ReviewAwaited(Guid Review, Guid Line, Guid Product, Guid Author, Guid Other, bool ByBuyer, DateTimeOffset Until) : IEvent
{
    public string Key => Line.ToString();
}

/// <summary>Who was spoken of has answered.</summary>
/// <param name="Product">Null: it is about a person.</param>
public sealed record ReviewAnswered(Guid Review, Guid? Product, Guid Author, Guid Owner) : IEvent
{
    public string Key => Review.ToString();
}

/// <summary>Staff took a review down; why, its author reads among their reviews.</summary>
/// <param name="Product">Null: it is about a person.</param>
public sealed record ReviewHidden(Guid Review, Guid? Product, Guid Author) : IEvent
{
    public string Key => Review.ToString();
}

/// <summary>A paid place is shown from now on.</summary>
/// <param name="Product">Null: a profile.</param>
public sealed record BoostStarted(Guid Boost, Guid Owner, Guid? Product, DateTimeOffset Until) : IEvent
{
    public string Key => Boost.ToString();

    internal static BoostStarted Of(Boost boost) => new(boost.Id, boost.OwnerId, boost.Product, boost.EndsAt);
}

/// <summary>A paid place is shown no more.</summary>
/// <param name="Product">Null: a profile.</param>
/// <param name="Early">It was cancelled or stopped before its time.</param>
/// <param name="ByOwner">Who paid ended it.</param>
/// <param name="Refunded">For the days that had not begun; in the wallet already.</param>
public sealed record BoostEnded(Guid Boost, Guid Owner, Guid? Product, bool Early, bool ByOwner, Money Refunded) : IEvent
{
    public string Key => Boost.ToString();

    internal static BoostEnded Of(Boost b) => new(b.Id, b.OwnerId, b.Product, b.State != BoostState.Expired, b.State == BoostState.Cancelled, new Money(b.Refunded, b.Currency));
}
