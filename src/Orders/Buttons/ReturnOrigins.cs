using FluentValidation;
using Marketplace.Catalog;
using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>Where a shop's buyers may be sent after they paid. Its owner alone says so: who makes buttons cannot send people wherever they like.</summary>
internal sealed class ReturnOrigins(ICatalog catalog, OrdersDb db, UnitOfWork work, Npgsql.NpgsqlDataSource source, IAudit audit, TimeProvider clock)
{
    public const int Most = 10;

    /// <param name="Origins">All of them, like <c>https://shop.example</c>. Buttons that lead elsewhere are switched off.</param>
    /// <param name="Shop">Its slug; missing: the caller's own.</param>
    public sealed record Request(IReadOnlyList<string> Origins, string? Shop = null);

    public sealed record Reply(IReadOnlyList<string> Origins);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Origins).NotNull().Must(o => o is null || o.Count <= Most).WithErrorCode("count").WithMessage("Name at most ten sites.");
            RuleForEach(r => r.Origins).Must(o => ReturnAddress.Origin(o) is not null).WithErrorCode("origin").WithMessage("Write a site like https://shop.example, without a path.");
        }
    }

    public async Task<IReadOnlyList<string>> Of(Guid shop, CancellationToken stop = default)
    {
        const string sql = "SELECT origin FROM orders.return_origins WHERE shop = $1 ORDER BY origin";
        return await (work.IsOpen ? work.Command(sql, shop) : source.Command(sql, shop)).List(r => r.GetString(0), stop);
    }

    public async Task<Reply> Read(string? shop, Caller caller, CancellationToken stop) => new(await Of((await Chosen(shop, caller, ShopPermission.Products, stop)).Id, stop));

    /// <exception cref="Refused">404.</exception>
    public async Task<Reply> Set(Request request, Caller caller)
    {
        var shop = await Chosen(request.Shop, caller, ShopPermission.Shop);
        var origins = request.Origins.Select(o => ReturnAddress.Origin(o)!).Distinct().Order(StringComparer.Ordinal).ToList();
        await work.Command("DELETE FROM orders.return_origins WHERE shop = $1 AND origin <> ALL ($2)", shop.Id, origins.ToArray()).Execute();
        await work.Command(
            "INSERT INTO orders.return_origins (shop, origin, added_by, added_at) SELECT $1, o, $3, $4 FROM unnest($2::text[]) o ORDER BY o ON CONFLICT DO NOTHING",
            shop.Id, origins.ToArray(), caller.Account, clock.GetUtcNow()).Execute();
        foreach (var button in await db.Buttons.Where(b => b.Shop == shop.Id && b.Active && (b.SuccessUrl != null || b.CancelUrl != null)).ToListAsync())
        {
            if (!new[] { button.SuccessUrl, button.CancelUrl }.All(u => u is null || ReturnAddress.IsAllowed(u, origins))) button.Switch(false, clock.GetUtcNow());
        }

        await audit.Write(caller, "orders.return_origins_set", "shop", shop.Id, new { count = origins.Count });
        return new Reply(origins);
    }

    /// <exception cref="Refused">404: not there, or not theirs to work in.</exception>
    public async Task<ShopLine> Chosen(string? slug, Caller caller, ShopPermission permission, CancellationToken stop = default) =>
        (await catalog.ShopsOf(caller.Account, permission, stop)).FirstOrDefault(s => slug is null || s.Slug == slug) ?? throw Refused.NotFound();
}
