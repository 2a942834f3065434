using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>What somebody is in a shop; the owner is not in the table of members.</summary>
internal enum ShopRole
{
    Owner,

    /// <summary>Products and orders.</summary>
    Manager,

    /// <summary>Products.</summary>
    Editor,

    /// <summary>Reads orders and answers messages.</summary>
    Support,
}

/// <summary>A shop in which somebody may work.</summary>
internal sealed record Workplace(Guid Id, Guid Owner, string Slug, string Name, Currency Currency, ShopRole Role)
{
    public bool Allows(ShopPermission permission) => ShopAccess.RolesFor(permission).Contains(Role);
}

/// <summary>
/// Who may do what in a shop: asked by every use case, in C# or within its SQL, and nowhere else decided. The owner may everything;
/// what is not in the table of a role is refused.
/// </summary>
internal static class ShopAccess
{
    public static IReadOnlyList<ShopRole> RolesFor(ShopPermission permission) => permission switch
    {
        ShopPermission.Products => [ShopRole.Owner, ShopRole.Manager, ShopRole.Editor],
        ShopPermission.Orders => [ShopRole.Owner, ShopRole.Manager],
        ShopPermission.ReadOrders or ShopPermission.Messages => [ShopRole.Owner, ShopRole.Manager, ShopRole.Support],
        _ => [ShopRole.Owner],
    };

    /// <summary>A condition on <c>catalog.shops</c>; with no permission: works there at all.</summary>
    /// <param name="shop">Alias of the table.</param>
    /// <param name="account">Parameter: <c>$2</c>.</param>
    public static string Sql(string shop, string account, ShopPermission? permission)
    {
        var roles = (permission is { } p ? RolesFor(p) : Enum.GetValues<ShopRole>()).Where(r => r != ShopRole.Owner).Select(r => $"'{r.ToText()}'").ToList();
        return roles.Count == 0
            ? $"{shop}.owner_id = {account}"
            : $"({shop}.owner_id = {account} OR EXISTS (SELECT FROM catalog.shop_members m WHERE m.shop_id = {shop}.id AND m.account = {account} AND m.role IN ({string.Join(", ", roles)})))";
    }

    /// <summary>All shops in which somebody works, their own first. One query.</summary>
    public static Task<List<Workplace>> Of(Guid account, NpgsqlDataSource source, CancellationToken stop) => source.Command(
        """
        SELECT s.id, s.owner_id, s.slug, s.name, s.currency, coalesce(m.role, 'owner')
        FROM catalog.shops s LEFT JOIN catalog.shop_members m ON m.shop_id = s.id AND m.account = $1
        WHERE s.id IN (SELECT id FROM catalog.shops WHERE owner_id = $1 UNION ALL SELECT shop_id FROM catalog.shop_members WHERE account = $1)
        ORDER BY m.joined_at NULLS FIRST, s.id
        """, account).List(r => new Workplace(r.GetGuid(0), r.GetGuid(1), r.GetString(2), r.GetString(3), Currency.Of(r.GetString(4)), r.GetString(5).ReadChoice<ShopRole>()!.Value), stop);

    /// <summary>The shop that is meant: the one that was named, else the person's own, else the first that they joined.</summary>
    /// <returns>Null: there is none in which they may do this.</returns>
    /// <exception cref="Refused">404: the named one is not there, or not theirs to work in.</exception>
    public static async Task<Workplace?> Choose(Guid account, string? slug, ShopPermission permission, NpgsqlDataSource source, CancellationToken stop)
    {
        var all = (await Of(account, source, stop)).Where(w => w.Allows(permission)).ToList();
        return slug is null ? all.FirstOrDefault() : all.Find(w => w.Slug == slug) ?? throw Refused.NotFound();
    }
}
