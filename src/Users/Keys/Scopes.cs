namespace Marketplace.Users;

/// <summary>What API keys may be allowed to do. A route of the API names one of these with <c>.Scope(…)</c>, or is closed to keys.</summary>
public static class Scopes
{
    public const string AccountRead = "account:read", PeopleRead = "people:read", ProductsRead = "products:read", ProductsWrite = "products:write", OrdersRead = "orders:read", OrdersWrite = "orders:write",
        SalesRead = "sales:read", WalletRead = "wallet:read", WalletWrite = "wallet:write", NotificationsRead = "notifications:read", NotificationsWrite = "notifications:write";

    /// <summary>In the order in which they are offered.</summary>
    public static readonly IReadOnlyList<string> All =
        [AccountRead, PeopleRead, ProductsRead, ProductsWrite, OrdersRead, OrdersWrite, SalesRead, WalletRead, WalletWrite, NotificationsRead, NotificationsWrite];
}
