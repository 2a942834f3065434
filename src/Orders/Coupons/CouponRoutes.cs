using Marketplace.Catalog;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Orders;

internal static class CouponRoutes
{
    public static void MapCoupons(this IEndpointRouteBuilder api)
    {
        api.MapGet("/coupons", async (ListCoupons coupons, Caller caller, CancellationToken stop) => new CouponList(await coupons.OfShops(caller, stop)))
            .ForSignedIn().Scope(Scopes.SalesRead).WithName("ListCoupons").WithTags("Coupons").WithSummary("The coupons of the shops in which the caller sells, newest first.");
        api.MapGet("/admin/coupons", async (ListCoupons coupons, Caller caller, CancellationToken stop) => new CouponList(await coupons.OfMarket(caller, stop)))
            .ForRight(Rights.Finance).NotForKeys().WithName("ListMarketCoupons").WithTags("Coupons").WithSummary("The market's own coupons, newest first. Finance.");
        api.MapPost("/coupons", MakeCoupon.Handle).Writes<MakeCoupon.Request, CouponReply>(201, location: coupon => $"/api/v1/coupons#{coupon.Id}")
            .ForSignedIn().Scope(Scopes.ProductsWrite).WithName("MakeCoupon").WithTags("Coupons").WithSummary("A coupon of a shop of the caller; without a shop, one of the market's, by finance.");
        api.MapPost("/coupons/{id:guid}/stop", MakeCoupon.Stop).Writes<NoBody, CouponReply>()
            .ForSignedIn().Scope(Scopes.ProductsWrite).WithName("StopCoupon").WithTags("Coupons").WithSummary("Nobody can use it any more; who has, keeps what it took off.");
    }
}
