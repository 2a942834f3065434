namespace Marketplace.Catalog;

/// <summary>Somebody who works in a shop beside its owner.</summary>
internal sealed class ShopMember
{
    private ShopMember()
    {
    }

    public ShopMember(Guid shop, Guid account, ShopRole role, DateTimeOffset now) => (ShopId, Account, Role, JoinedAt) = (shop, account, role, now);

    public Guid ShopId { get; private set; }

    public Guid Account { get; private set; }

    public ShopRole Role { get; private set; }

    public DateTimeOffset JoinedAt { get; private set; }

    public void Become(ShopRole role) => Role = role;
}
