using FluentValidation;
using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Catalog;

/// <summary>How much a shop may hold; the numbers are in <c>catalog.shop_plans</c>.</summary>
internal enum ShopPlan
{
    Starter,
    Pro,
    Scale,
}

/// <summary>The limit of products. Every one counts that is not archived, from its first draft on; a smaller plan takes nothing away.</summary>
internal static class ShopPlans
{
    /// <param name="Limit">Null: none.</param>
    /// <param name="Products">All but archived ones.</param>
    public sealed record Room(ShopPlan Plan, int? Limit, int Products);

    /// <param name="shop">Locked: of many drafts at once none is too many.</param>
    /// <exception cref="Refused">409 <c>plan_limit</c>.</exception>
    public static async Task MustHaveRoom(Shop shop, UnitOfWork work)
    {
        if (await work.Command(
                "SELECT p.products <= (SELECT count(*) FROM catalog.products WHERE shop_id = $2 AND state <> 'archived') FROM catalog.shop_plans p WHERE p.plan = $1 AND p.products IS NOT NULL",
                shop.Plan.ToText(), shop.Id).Scalar<bool>())
            throw new Refused("plan_limit", 409, "Your shop holds as many products as its plan allows. Archive what you no longer sell, or choose a larger plan.");
    }

    public static async Task<Room> Of(Guid shop, Npgsql.NpgsqlDataSource source, CancellationToken stop) =>
        (await source.Command("SELECT s.plan, p.products, (SELECT count(*)::int FROM catalog.products WHERE shop_id = s.id AND state <> 'archived') FROM catalog.shops s JOIN catalog.shop_plans p USING (plan) WHERE s.id = $1", shop)
            .List(r => new Room(r.GetString(0).ReadChoice<ShopPlan>()!.Value, r.IsDBNull(1) ? null : r.GetInt32(1), r.GetInt32(2)), stop)).Single();
}

/// <summary>Staff puts a shop on a plan.</summary>
internal static class SetShopPlan
{
    public sealed record Request(string Plan);

    public sealed record Reply(Guid Shop, string Slug, ShopPlan Plan);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator() => RuleFor(r => r.Plan).NotEmpty().OneOf<Request, ShopPlan>();
    }

    /// <exception cref="Refused">404; 403 <c>own_shop</c>.</exception>
    public static async Task<Reply> Handle(string slug, Request request, Caller caller, CatalogDb db, IAudit audit)
    {
        var shop = await db.Shops.FromSql($"SELECT * FROM catalog.shops WHERE slug = {slug} FOR UPDATE").FirstOrDefaultAsync() ?? throw Refused.NotFound();
        if (await db.WorksIn(shop.Id, caller.Account)) throw new Refused("own_shop", 403, "Nobody decides about their own shop.");
        var plan = request.Plan.ReadChoice<ShopPlan>()!.Value;
        if (shop.Plan != plan)
        {
            await audit.Write(caller, "catalog.shop_plan_set", "shop", shop.Id, new { from = shop.Plan.ToText(), to = plan.ToText() });
            shop.Subscribe(plan);
        }

        return new Reply(shop.Id, shop.Slug, shop.Plan);
    }
}
