namespace Marketplace.Orders;

/// <summary>One thing that one line opens for its buyer. Somebody has access as long as one grant of it is not revoked: <c>access_held</c> counts them.</summary>
internal sealed class AccessGrant
{
    private AccessGrant()
    {
    }

    /// <summary>Made with the order, so that what a seller changes while it is paid concerns later buyers; or when it begins.</summary>
    internal AccessGrant(OrderItem item, AccessKind kind, string target) =>
        (ItemId, TargetKind, Target, Account, Product) = (item.Id, kind, target, item.Buyer, item.Product);

    /// <summary>Its source: a line opens a thing once, so that a second granting changes nothing.</summary>
    public Guid ItemId { get; private set; }

    public AccessKind TargetKind { get; private set; }

    /// <summary>An id in its usual form, or a tier's name.</summary>
    public string Target { get; private set; } = "";

    public Guid Account { get; private set; }

    /// <summary>What was bought.</summary>
    public Guid Product { get; private set; }

    /// <summary>Null until it is paid.</summary>
    public DateTimeOffset? GrantedAt { get; private set; }

    public DateTimeOffset? RevokedAt { get; private set; }
}
