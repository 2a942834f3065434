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
