using FluentValidation;
using Marketplace.Catalog;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>A shop makes a coupon for its own products, finance one of the market's. A code is one coupon's for ever.</summary>
internal static class MakeCoupon
{
    /// <param name="Code">3 to 24 letters, digits and hyphens; capitals or not is the same.</param>
    /// <param name="ShopId">Null: the market's own, which the right <c>finance</c> makes.</param>
    /// <param name="Percent">Basis points (1 % = 100); or <paramref name="Amount"/>.</param>
    /// <param name="Minimum">What the products that it is for must cost together.</param>
    /// <param name="StartsAt">Null: now.</param>
    /// <param name="MaxUses">By everybody together; <paramref name="MaxUsesEach"/> by one buyer. Null: no limit.</param>
    public sealed record Request(
        string Code, Guid? ShopId = null, int? Percent = null, Money? Amount = null, Money? Minimum = null, DateTimeOffset? StartsAt = null, DateTimeOffset? EndsAt = null, int? MaxUses = null, int? MaxUsesEach = null);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Code).NotEmpty().Must(c => c is null || Fits(Coupon.Normal(c))).WithErrorCode("code").WithMessage("A code has 3 to 24 letters, digits or hyphens.");
            RuleFor(r => r.Percent).InclusiveBetween(1, 10_000).WithMessage("Give a part of 0.01 to 100 percent.");
            RuleFor(r => r.Percent).Must((r, percent) => (percent is null) != (r.Amount is null)).WithErrorCode("one_way").WithMessage("Say either a part or a sum.");
            RuleFor(r => r.Amount).Must(a => a is null or { Minor: > 0 }).WithErrorCode("out_of_range").WithMessage("A coupon takes off more than nothing.");
            RuleFor(r => r.Minimum).Must(m => m is null or { Minor: >= 0 }).WithErrorCode("out_of_range").WithMessage("An amount is not negative.");
            RuleFor(r => r.Minimum).Must((r, m) => m is null || r.Amount is null || m.Value.Currency == r.Amount.Value.Currency).WithErrorCode("currency").WithMessage("Sum and least order are of one currency.");
            RuleFor(r => r.EndsAt).Must((r, end) => end is null || r.StartsAt is null || end > r.StartsAt).WithErrorCode("window").WithMessage("It ends after it begins.");
            RuleFor(r => r.MaxUses).InclusiveBetween(1, 1_000_000);
            RuleFor(r => r.MaxUsesEach).InclusiveBetween(1, 1_000);
        }

        private static bool Fits(string code) => code.Length is >= 3 and <= 24 && code[0] != '-' && code.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
    }

    /// <exception cref="Refused">403; 404: not a shop in which the caller may do this; 409 <c>coupon_taken</c>; 422.</exception>
    public static async Task<CouponReply> Handle(Request request, Caller caller, ICatalog catalog, OrdersDb db, UnitOfWork work, IAudit audit, TimeProvider clock)
    {
        var shop = await Payer(request.ShopId, caller, catalog);
        if (request.EndsAt <= clock.GetUtcNow()) throw Refused.Invalid(new FieldError("/ends_at", "window", "It ends after it begins."));
        if (shop is not null && (request.Amount ?? request.Minimum) is { } sum && sum.Currency != shop.Currency)
            throw Refused.Invalid(new FieldError(request.Amount is null ? "/minimum" : "/amount", "currency", "Use the currency of the shop."));

        var coupon = Coupon.Make(shop?.Id, request, caller.Account, clock);
        db.Coupons.Add(coupon);
        await work.Flush(("coupons_code", new Refused("coupon_taken", 409, "This code is taken. Choose another.") { Errors = [new FieldError("/code", "coupon_taken", "This code is taken. Choose another.")] }));

        if (shop is null) await audit.Write(caller, "orders.coupon_made", "coupon", coupon.Id, new { coupon.Code, coupon.Percent, coupon.Amount, coupon.Currency, coupon.MaxUses });
        return CouponReply.Of(coupon, 0);
    }

    /// <summary>Nobody can use it any more; who has, keeps what it took off.</summary>
    /// <exception cref="Refused">404 for another's as for one that is not there.</exception>
    public static async Task<CouponReply> Stop(Guid id, Caller caller, ICatalog catalog, OrdersDb db, IAudit audit, TimeProvider clock)
    {
        var coupon = await db.Coupons.SingleOrDefaultAsync(c => c.Id == id) ?? throw Refused.NotFound();
        if (coupon.Shop is null && !caller.Has(Rights.Finance)) throw Refused.NotFound();
        await Payer(coupon.Shop, caller, catalog);
        coupon.Stop(clock.GetUtcNow());
        if (coupon.Shop is null) await audit.Write(caller, "orders.coupon_stopped", "coupon", coupon.Id, new { coupon.Code });
        return CouponReply.Of(coupon, await db.CouponUses.CountAsync(u => u.CouponId == id && u.GivenBackAt == null));
    }

    // Null: the market.
    private static async Task<ShopLine?> Payer(Guid? shop, Caller caller, ICatalog catalog)
    {
        if (shop is not null) return (await catalog.ShopsOf(caller.Account, ShopPermission.Products)).FirstOrDefault(s => s.Id == shop) ?? throw Refused.NotFound();
        caller.MustHave(Rights.Finance);
        return null;
    }
}
