using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Catalog;

/// <summary>Staff lets a shop's owner pay for places, or no longer: what runs runs on, and nothing new can be bought.</summary>
internal static class AllowBoosts
{
    public sealed record Reply(Guid Shop, string Slug, bool MayBoost);

    /// <exception cref="Refused">404; 403 <c>own_shop</c>.</exception>
    public static async Task<Reply> Handle(string slug, bool allowed, Caller caller, CatalogDb db, IUsers users, IAudit audit)
    {
        caller.MustHave(Rights.Moderation);
        var shop = await db.Shops.FromSql($"SELECT * FROM catalog.shops WHERE slug = {slug} FOR UPDATE").FirstOrDefaultAsync() ?? throw Refused.NotFound();
        if (await db.WorksIn(shop.Id, caller.Account)) throw new Refused("own_shop", 403, "Nobody decides about their own shop.");
        if (allowed) await users.Grant(shop.OwnerId, Capabilities.CanBoost);
        else await users.Revoke(shop.OwnerId, Capabilities.CanBoost);
        await audit.Write(caller, allowed ? "catalog.boosts_allowed" : "catalog.boosts_forbidden", "shop", shop.Id);
        return new Reply(shop.Id, shop.Slug, allowed);
    }
}
