using FluentValidation;
using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>The coupon of a cart: one at a time. It is looked at now, whenever the cart is read, and when the order is made.</summary>
internal static class UseCoupon
{
    public sealed record Request(string Code);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator() => RuleFor(r => r.Code).NotEmpty().MaximumLength(24);
    }

    /// <exception cref="Refused">409 as of <see cref="CouponProblems"/>: then the cart keeps what it had.</exception>
    public static async Task<CartReply> Handle(Request request, Shopper shopper, ReadCart read, OrdersDb db, UnitOfWork work, TimeProvider clock)
    {
        var code = Coupon.Normal(request.Code);
        if (!await db.Coupons.AnyAsync(c => c.Code == code)) throw CouponProblems.Refuse(CouponProblems.Unknown);
        var cart = await shopper.Open(db, work, clock);
        cart.UseCoupon(code, clock.GetUtcNow());
        var reply = await read.Of(cart, shopper);
        return reply.Problems.FirstOrDefault(p => p.Code.StartsWith("coupon_", StringComparison.Ordinal)) is { } problem ? throw CouponProblems.Refuse(problem) : reply;
    }

    public static async Task Remove(Shopper shopper, OrdersDb db, UnitOfWork work, TimeProvider clock) => (await shopper.Open(db, work, clock)).UseCoupon(null, clock.GetUtcNow());
}
