using Marketplace.Catalog;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <param name="Percent">Basis points; or <paramref name="Amount"/>.</param>
/// <param name="Uses">By orders that stand.</param>
internal sealed record CouponReply(
    Guid Id, string Code, Guid? ShopId, int? Percent, Money? Amount, Money? Minimum, DateTimeOffset StartsAt, DateTimeOffset? EndsAt, int? MaxUses, int? MaxUsesEach, int Uses, DateTimeOffset? StoppedAt)
{
    internal bool IsOver(DateTimeOffset now) => StoppedAt is not null || EndsAt <= now || MaxUses <= Uses;

    public static CouponReply Of(Coupon c, int uses) => new(
        c.Id, c.Code, c.Shop, c.Percent, c.Amount is { } amount ? Money.Of(amount, c.Currency!) : null, c.Minimum > 0 ? Money.Of(c.Minimum, c.Currency!) : null,
        c.StartsAt, c.EndsAt, c.MaxUses, c.MaxUsesEach, uses, c.StoppedAt);
}

/// <summary>Coupons of the shops in which the caller sells, or the market's for finance; newest first, the last 200.</summary>
internal sealed class ListCoupons(OrdersDb db, ICatalog catalog)
{
    public async Task<IReadOnlyList<CouponReply>> OfShops(Caller caller, CancellationToken stop)
    {
        var shops = (await catalog.ShopsOf(caller.Account, ShopPermission.Products, stop)).Select(s => (Guid?)s.Id).ToList();
        return await Read(db.Coupons.Where(c => shops.Contains(c.Shop)), stop);
    }

    public Task<IReadOnlyList<CouponReply>> OfMarket(Caller caller, CancellationToken stop)
    {
        caller.MustHave(Rights.Finance);
        return Read(db.Coupons.Where(c => c.Shop == null), stop);
    }

    private async Task<IReadOnlyList<CouponReply>> Read(IQueryable<Coupon> coupons, CancellationToken stop) =>
        (await coupons.AsNoTracking().OrderByDescending(c => c.Id).Take(200)
            .Select(c => new { Coupon = c, Uses = db.CouponUses.Count(u => u.CouponId == c.Id && u.GivenBackAt == null) }).ToListAsync(stop)).Select(c => CouponReply.Of(c.Coupon, c.Uses)).ToList();
}

internal sealed record CouponList(IReadOnlyList<CouponReply> Data);
