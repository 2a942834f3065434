using Marketplace.Catalog;
using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <param name="Totals">One a currency, of what can be bought: with what the coupon takes off, and with what sending costs when the country is known.</param>
/// <param name="Baskets">How each total comes about.</param>
/// <param name="Coupon">As it was given; null when there is none.</param>
/// <param name="Problems">Of the whole: two currencies, a coupon that does not count, a parcel that cannot be sent.</param>
internal sealed record CartReply(IReadOnlyList<CartLineReply> Items, IReadOnlyList<Money> Totals, IReadOnlyList<CartProblem> Problems, IReadOnlyList<BasketReply> Baskets, string? Coupon);

/// <summary>What is bought in one currency.</summary>
/// <param name="Shipping">Null while the country is not known, or when nothing is sent.</param>
internal sealed record BasketReply(Money Products, Money Discount, Money? Shipping, Money Total, bool Sent)
{
    internal IReadOnlyList<(string Kind, Money Gross)> Lines { get; init; } = [];
}

/// <param name="Price">As it is now, of all units.</param>
/// <param name="PriceBefore">As it was seen, when it has gone up since: paying needs consent to the new one.</param>
/// <param name="UnitPrice">Of one.</param>
/// <param name="Most">How many there can be of it: 1 of all but things.</param>
/// <param name="Least">Where the buyer names the price: the least of it.</param>
internal sealed record CartLineReply(
    Guid Id, Guid OfferId, Guid ProductId, string Kind, string Title, string Slug, string Licence, string ShopName, string? CoverUrl,
    Money Price, Money? PriceBefore, Money? Least, int Units, Money UnitPrice, int Most, IReadOnlyList<CartProblem> Problems)
{
    /// <summary>What follows the price of now, for a plan that renews.</summary>
    public RenewalTerms? Renews { get; init; }

    internal bool Blocked => Problems.Any(p => p != CartProblems.PriceRaised);
}

/// <summary>The cart as it is now, with what must be mended before paying. What became cheaper simply is.</summary>
internal sealed class ReadCart(ICatalog catalog, OrdersDb db, UnitOfWork work, Writes writes, Quotes quotes, Fulfilments fulfilments, TimeProvider clock)
{
    private static readonly CartReply Empty = new([], [], [], [], null);

    /// <summary>Opens no transaction, unless a guest who has signed in brings a cart: it is merged first.</summary>
    /// <param name="country">Where parcels would go, two letters; null: not known yet.</param>
    public async Task<CartReply> Handle(Shopper shopper, string? country = null)
    {
        if (!shopper.HasCart) return Empty;
        if (shopper.BringsCart) return await writes.Run(async () => await Of(await shopper.Open(db, work, clock), shopper, country));

        var cart = await db.Carts.AsNoTracking().Include(c => c.Items).SingleOrDefaultAsync(c => shopper.Account != null ? c.Owner == shopper.Account : c.TokenHash == shopper.TokenHash);
        return cart is null ? Empty : await Of(cart, shopper, country);
    }

    public async Task<CartReply> Of(Cart cart, Shopper shopper, string? country = null)
    {
        var items = cart.Items;
        if (items.Count == 0) return Empty;
        var ids = items.Select(i => i.OfferId).ToList();
        var offers = await FirstInvoice.Price(await catalog.Offers(ids), shopper.Account, db);
        var owned = shopper.Account is null ? [] : await db.Items.AsNoTracking().Where(Owned.Is)
            .Where(i => i.Buyer == shopper.Account && ids.Contains(i.Offer)).Select(i => i.Offer).ToListAsync();
        var lines = items.OrderBy(i => i.Line).Where(i => offers.ContainsKey(i.OfferId))
            .Select(i => Line(i, offers[i.OfferId], shopper.Account, owned.Contains(i.OfferId))).ToList();
        var asked = new List<Quote>();
        foreach (var basket in lines.Where(l => !l.Blocked).GroupBy(l => l.Price.Currency))
            asked.Add(await quotes.Of(basket.Select(l => new Wish(offers[l.OfferId], l.UnitPrice, l.Units)).ToList(), cart.CouponCode, shopper.Account, country));

        // A coupon that counts for one of two baskets is no problem of the other.
        var problems = asked.SelectMany(q => q.Shipping.Select(s => s.Problem)).Concat(asked.Exists(q => q.Coupon is not null) ? [] : asked.Select(q => q.CouponProblem)).OfType<CartProblem>().Distinct();
        return new CartReply(lines, asked.Select(q => q.Total).ToList(), [.. asked.Count > 1 ? [CartProblems.TwoCurrencies] : Array.Empty<CartProblem>(), .. problems], asked.Select(Basket).ToList(), cart.CouponCode);
    }

    private BasketReply Basket(Quote quote) => new(
        quote.Products, quote.Discount, quote.Shipping.Count == 0 || quote.Shipping.Any(s => s.Price is null) ? null : quote.Sent, quote.Total,
        quote.Lines.Any(l => fulfilments.Of(l.Wish.Offer.Kind).NeedsAddress))
    {
        Lines = [.. quote.Lines.Select(l => (l.Wish.Offer.Kind, l.Gross)), .. quote.Shipping.Where(s => s.Rate is not null).Select(s => (Sending.Kind, s.Price!.Value))],
    };

    private CartLineReply Line(CartItem item, Offer offer, Guid? buyer, bool owned)
    {
        var unit = NamedPrice.Of(offer, item.SeenPrice, item.Named);
        var raised = item.SeenPrice.Currency != unit.Currency || unit > item.SeenPrice;
        var wish = new Wish(offer, unit, item.Units);
        var blocking = CartProblems.Blocking(offer, buyer, owned, fulfilments) ?? CartProblems.Number(offer, item.Units, fulfilments) ?? (NamedPrice.IsTooLow(offer, item.SeenPrice, item.Named) ? CartProblems.BelowMinimum : null);
        CartProblem[] problems = blocking is not null ? [blocking] : raised ? [CartProblems.PriceRaised] : [];
        return new CartLineReply(
            item.Id, offer.Id, offer.Product, offer.Kind, offer.ProductTitle, offer.ProductSlug, offer.Name, offer.ShopName, offer.CoverUrl,
            wish.Price, raised && blocking is null ? item.SeenPrice with { Minor = item.SeenPrice.Minor * item.Units } : null, offer.NamesPrice ? offer.Price : null,
            item.Units, unit, fulfilments.Know(offer.Kind) && fulfilments.Of(offer.Kind).NeedsAddress ? Math.Min(Cart.MaxUnits, offer.Available ?? Cart.MaxUnits) : 1, problems) { Renews = RenewalTerms.Of(offer, wish.Price) };
    }
}
