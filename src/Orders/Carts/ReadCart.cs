using Marketplace.Catalog;
using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <param name="Totals">One a currency, of what can be bought.</param>
internal sealed record CartReply(IReadOnlyList<CartLineReply> Items, IReadOnlyList<Money> Totals, IReadOnlyList<CartProblem> Problems);

/// <param name="Price">As it is now.</param>
/// <param name="PriceBefore">As it was seen, when it has gone up since: paying needs consent to the new one.</param>
/// <param name="Least">Where the buyer names the price: the least of it.</param>
internal sealed record CartLineReply(
    Guid Id, Guid OfferId, Guid ProductId, string Kind, string Title, string Slug, string Licence, string ShopName, string? CoverUrl,
    Money Price, Money? PriceBefore, Money? Least, IReadOnlyList<CartProblem> Problems)
{
    internal bool Blocked => Problems.Any(p => p != CartProblems.PriceRaised);
}

/// <summary>The cart as it is now, with what must be mended before paying. What became cheaper simply is.</summary>
internal sealed class ReadCart(ICatalog catalog, OrdersDb db, UnitOfWork work, Writes writes, Fulfilments fulfilments, TimeProvider clock)
{
    private static readonly CartReply Empty = new([], [], []);

    /// <summary>Opens no transaction, unless a guest who has signed in brings a cart: it is merged first.</summary>
    public async Task<CartReply> Handle(Shopper shopper)
    {
        if (!shopper.HasCart) return Empty;
        if (shopper.BringsCart) return await writes.Run(async () => await Of(await shopper.Open(db, work, clock), shopper));

        var items = await db.CartItems.AsNoTracking()
            .Where(i => db.Carts.Any(c => c.Id == i.CartId && (shopper.Account != null ? c.Owner == shopper.Account : c.TokenHash == shopper.TokenHash)))
            .OrderBy(i => i.AddedAt).ToListAsync();
        return await Of(items, shopper);
    }

    public Task<CartReply> Of(Cart cart, Shopper shopper) => Of(cart.Items, shopper);

    private async Task<CartReply> Of(IReadOnlyCollection<CartItem> items, Shopper shopper)
    {
        if (items.Count == 0) return Empty;
        var ids = items.Select(i => i.OfferId).ToList();
        var offers = await catalog.Offers(ids);
        var owned = shopper.Account is null ? [] : await db.Items.AsNoTracking().Where(Owned.Is)
            .Where(i => i.Buyer == shopper.Account && ids.Contains(i.Offer)).Select(i => i.Offer).ToListAsync();
        var lines = items.OrderBy(i => i.AddedAt).Where(i => offers.ContainsKey(i.OfferId))
            .Select(i => Line(i, offers[i.OfferId], shopper.Account, owned.Contains(i.OfferId))).ToList();
        var totals = lines.Where(l => !l.Blocked).GroupBy(l => l.Price.Currency)
            .Select(g => g.Aggregate(Money.Zero(g.Key), (sum, l) => sum + l.Price)).ToList();
        return new CartReply(lines, totals, totals.Count > 1 ? [CartProblems.TwoCurrencies] : []);
    }

    private CartLineReply Line(CartItem item, Offer offer, Guid? buyer, bool owned)
    {
        var price = NamedPrice.Of(offer, item.SeenPrice, item.Named);
        var raised = item.SeenPrice.Currency != price.Currency || price > item.SeenPrice;
        var blocking = CartProblems.Blocking(offer, buyer, owned, fulfilments) ?? (NamedPrice.IsTooLow(offer, item.SeenPrice, item.Named) ? CartProblems.BelowMinimum : null);
        CartProblem[] problems = blocking is not null ? [blocking] : raised ? [CartProblems.PriceRaised] : [];
        return new CartLineReply(
            item.Id, offer.Id, offer.Product, offer.Kind, offer.ProductTitle, offer.ProductSlug, offer.Name, offer.ShopName, offer.CoverUrl,
            price, raised && blocking is null ? item.SeenPrice : null, offer.NamesPrice ? offer.Price : null, problems);
    }
}
