using Marketplace.Kernel;

namespace Marketplace.Users;

/// <summary>An account was made. Wallet and tier need no row to begin with, so few listen.</summary>
public sealed record AccountOpened(Guid Account) : IEvent
{
    public string Key => Account.ToString();
}
