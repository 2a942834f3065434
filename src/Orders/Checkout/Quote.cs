using Marketplace.Catalog;
using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>Something that somebody means to buy.</summary>
/// <param name="Unit">The offer's price, or the buyer's own where they name it.</param>
internal sealed record Wish(Offer Offer, Money Unit, int Units)
{
    public Money Price { get; } = Unit with { Minor = checked(Unit.Minor * Units) };
}

/// <param name="Discount">What the coupon takes off its price.</param>
internal sealed record QuotedLine(Wish Wish, Money Discount)
{
    public Money Gross => Wish.Price - Discount;
}

/// <summary>What a basket of one currency costs, before it is paid.</summary>
/// <param name="Coupon">The one that was asked for, when it counts.</param>
/// <param name="CouponProblem">Why it does not.</param>
/// <param name="Shipping">One a shop that sends something; none while the country is not known.</param>
internal sealed record Quote(Currency Currency, IReadOnlyList<QuotedLine> Lines, Coupon? Coupon, CartProblem? CouponProblem, IReadOnlyList<ShippingCost> Shipping)
{
    public Money Products => Sum(Lines.Select(l => l.Wish.Price));

    public Money Discount => Sum(Lines.Select(l => l.Discount));

    public Money Sent => Sum(Shipping.Where(s => s.Price is not null).Select(s => s.Price!.Value));

    public Money Total => Products - Discount + Sent;

    private Money Sum(IEnumerable<Money> amounts) => amounts.Aggregate(Money.Zero(Currency), (sum, amount) => sum + amount);
}

/// <summary>Cart, checkout page and order ask the same: what a basket costs is decided here and nowhere else.</summary>
internal sealed class Quotes(OrdersDb db, Fulfilments fulfilments, TimeProvider clock)
{
    /// <param name="wishes">One currency, at least one; in the order in which shares of a cent fall.</param>
    /// <param name="code">Of a coupon.</param>
    /// <param name="buyer">Null: nobody is signed in.</param>
    /// <param name="country">Where parcels go, two letters; null: not known yet.</param>
    public async Task<Quote> Of(IReadOnlyList<Wish> wishes, string? code, Guid? buyer, string? country, CancellationToken stop = default)
    {
        var currency = wishes[0].Price.Currency;
        var (coupon, problem) = await Coupon(wishes, code, buyer, currency, stop);
        var eligible = wishes.Select(w => coupon?.IsFor(w.Offer.Shop) == true ? w.Price.Minor : 0).ToList();
        var off = coupon is null ? new long[wishes.Count] : Money.Allocate(coupon.Of(new Money(eligible.Sum(), currency)), eligible);
        var lines = wishes.Select((w, i) => new QuotedLine(w, new Money(off[i], currency))).ToList();
        return new Quote(currency, lines, coupon, problem, country is null ? [] : await Shipping(lines, country, currency, stop));
    }

    private async Task<(Coupon? Coupon, CartProblem? Problem)> Coupon(IReadOnlyList<Wish> wishes, string? code, Guid? buyer, Currency currency, CancellationToken stop)
    {
        if (code is null) return (null, null);
        var found = await db.Coupons.AsNoTracking().Where(c => c.Code == code)
            .Select(c => new { Coupon = c, Mine = c.MaxUsesEach == null || buyer == null ? 0 : db.CouponUses.Count(u => u.CouponId == c.Id && u.Account == buyer && u.GivenBackAt == null) })
            .SingleOrDefaultAsync(stop);
        if (found is not { Coupon: var coupon, Mine: var mine }) return (null, CouponProblems.Unknown);
        var eligible = wishes.Where(w => coupon.IsFor(w.Offer.Shop)).Aggregate(Money.Zero(currency), (sum, w) => sum + w.Price);
        return coupon.Refuses(eligible, mine, clock.GetUtcNow()) is { } problem ? (null, problem) : (coupon, null);
    }

    private async Task<IReadOnlyList<ShippingCost>> Shipping(IReadOnlyList<QuotedLine> lines, string country, Currency currency, CancellationToken stop)
    {
        var parcels = lines.Where(l => fulfilments.Know(l.Wish.Offer.Kind) && fulfilments.Of(l.Wish.Offer.Kind).NeedsAddress).GroupBy(l => l.Wish.Offer.Shop)
            .Select(g => new Parcel(g.Key, g.Sum(l => checked(l.Wish.Offer.Grams * l.Wish.Units)), g.Aggregate(Money.Zero(currency), (sum, l) => sum + l.Gross))).ToList();
        if (parcels.Count == 0) return [];
        var shops = parcels.Select(p => p.Shop).ToList();
        var rates = (await db.ShippingRates.AsNoTracking().Where(r => shops.Contains(r.Shop)).ToListAsync(stop)).ToLookup(r => r.Shop);
        return parcels.Select(p => ShippingCost.Of(p, rates[p.Shop].ToList(), country)).ToList();
    }
}
