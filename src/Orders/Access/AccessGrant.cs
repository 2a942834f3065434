namespace Marketplace.Orders;

/// <summary>What one line opens for its buyer. Somebody has access to a product as long as one of its grants is not revoked.</summary>
internal sealed class AccessGrant
{
    private AccessGrant()
    {
    }

    internal AccessGrant(OrderItem item, DateTimeOffset now) => (ItemId, Account, Product, Kind, GrantedAt) = (item.Id, item.Buyer, item.Product, item.Kind, now);

    /// <summary>Its source: one a line, so that a second granting changes nothing.</summary>
    public Guid ItemId { get; private set; }

    public Guid Account { get; private set; }

    public Guid Product { get; private set; }

    public string Kind { get; private set; } = "";

    public DateTimeOffset GrantedAt { get; private set; }

    public DateTimeOffset? RevokedAt { get; private set; }
}
