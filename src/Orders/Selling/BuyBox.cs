using Marketplace.Catalog;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Orders;

/// <param name="Owned">Offers of it that are in the viewer's library.</param>
/// <param name="InCart">Offers of it that are in the viewer's cart.</param>
internal sealed record BuyBoxModel(ProductSlot Product, bool SignedIn, bool IsOwn, IReadOnlySet<Guid> Owned, IReadOnlySet<Guid> InCart, IFulfilment Way)
{
    /// <summary>What a thing comes in; null for what is no thing.</summary>
    public VariantChoice? Variants { get; init; }

    /// <summary>Its seats are taken.</summary>
    public bool SoldOut { get; init; }

    /// <summary>The first that can still be bought.</summary>
    public Guid? Suggested => Product.Offers.Select(o => (Guid?)o.Offer).FirstOrDefault(o => !Owned.Contains(o!.Value) && RefusalOf(o.Value) is null);

    /// <summary>Featured ones first.</summary>
    public IEnumerable<ProductSlotOffer> Offers => Product.Offers.OrderByDescending(o => o.Featured);

    /// <summary>Why an offer cannot be bought though it is on sale, English; null when it can.</summary>
    public string? RefusalOf(Guid offer) => SoldOut ? CartProblems.SoldOut.Detail : Way.Refuses(new Wanted(Product.Kind, Product.Offers.Single(o => o.Offer == offer).Option, Product.Details, Product.Offers.Single(o => o.Offer == offer).Details))?.Detail;

    /// <summary>Nothing of it can be bought, for one and the same reason.</summary>
    public string? RefusalOfAll => Product.Offers.Select(o => RefusalOf(o.Offer)).Distinct().ToList() is [{ } only] ? only : null;

    /// <summary>Amounts to choose from where the buyer names the price.</summary>
    public static IReadOnlyList<Money> Suggestions(Money least) =>
        least.Minor == 0 ? [.. new[] { 3, 5, 10 }.Select(n => least with { Minor = n * Unit(least.Currency) })] : [.. new[] { 100, 150, 200, 300 }.Select(p => least with { Minor = Money.Portion(least.Minor, p, 100) })];

    /// <summary>As one types it: "12,50".</summary>
    public static string Plain(Money money) => money.Major.ToString($"F{money.Currency.Exponent}", System.Globalization.CultureInfo.CurrentCulture);

    private static long Unit(Currency currency) => currency.Exponent switch { 0 => 100, 2 => 100, _ => 1_000 };
}

/// <summary>What Orders puts into the catalog's product page: choose a licence, buy it, or hear why not.</summary>
internal static class BuyBox
{
    public static async Task<object?> Load(HttpContext http, object? model)
    {
        if (model is not ProductSlot product || product.Offers.Count == 0) return null;
        var ways = http.RequestServices.GetRequiredService<Fulfilments>();
        if (!ways.Know(product.Kind)) return null;

        var way = ways.Of(product.Kind);
        var variants = way.NeedsAddress ? await http.RequestServices.GetRequiredService<ICatalog>().Variants(product.Product, http.RequestAborted) : null;
        var seatless = product.Kind == "webinar" && (await http.RequestServices.GetRequiredService<ICatalog>().Offers(product.Offers.Select(o => o.Offer).ToList(), http.RequestAborted)).Values.All(o => o.Available <= 0);
        var shopper = Shopper.Of(http);
        if (!shopper.HasCart) return new BuyBoxModel(product, false, false, new HashSet<Guid>(), new HashSet<Guid>(), way) { Variants = variants, SoldOut = seatless };
        if (shopper.Account == product.Seller) return new BuyBoxModel(product, true, true, new HashSet<Guid>(), new HashSet<Guid>(), way) { Variants = variants, SoldOut = seatless };

        var known = await http.RequestServices.GetRequiredService<NpgsqlDataSource>().Command(
            $"""
            SELECT offer, true FROM orders.order_items WHERE buyer = $1::uuid AND offer = ANY ($3) AND {Owned.State}
            UNION ALL
            SELECT i.offer_id, false FROM orders.cart_items i JOIN orders.carts c ON c.id = i.cart_id
            WHERE (c.owner = $1::uuid OR c.token_hash = $2::bytea) AND i.offer_id = ANY ($3)
            UNION ALL
            SELECT r, true FROM unnest($5::uuid[]) r WHERE EXISTS (SELECT FROM orders.subscriptions s WHERE s.account = $1::uuid AND s.product = $4 AND s.ended_at IS NULL)
              OR EXISTS (SELECT FROM orders.order_items WHERE buyer = $1::uuid AND product = $4 AND kind = 'membership' AND {Owned.State})
            """,
            shopper.Account, shopper.TokenHash, product.Offers.Select(o => o.Offer).ToArray(), product.Product, product.Offers.Where(o => AgreedPlan.Renews(product.Kind, o.Option)).Select(o => o.Offer).ToArray()).List(r => (Offer: r.GetGuid(0), Owned: r.GetBoolean(1)));
        return new BuyBoxModel(
            product, shopper.Account is not null, false,
            known.Where(k => k.Owned && !way.Repeats).Select(k => k.Offer).ToHashSet(), known.Where(k => !k.Owned).Select(k => k.Offer).ToHashSet(), way) { Variants = variants, SoldOut = seatless };
    }
}
