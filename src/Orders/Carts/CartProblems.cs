using Marketplace.Catalog;
using Marketplace.Kernel;

namespace Marketplace.Orders;

/// <summary>What stands between a line and its checkout, said before anybody pays.</summary>
/// <param name="Code">not_on_sale, seller_away, not_sold_yet, out_of_stock, own_product, already_owned, already_member, trial_required, not_enough, one_only, below_minimum, price_raised, two_currencies.</param>
/// <param name="Detail">One English sentence; pages localise it by its text.</param>
internal sealed record CartProblem(string Code, string Detail);

internal static class CartProblems
{
    public static readonly CartProblem
        NotOnSale = new("not_on_sale", "This is no longer on sale."),
        SoldOut = new("out_of_stock", "This is sold out."),
        NotEnough = new("not_enough", "There are not so many left."),
        OneOnly = new("one_only", "One of this is all that anybody needs."),
        SellerAway = new("seller_away", "The shop is on vacation: it sells nothing for now."),
        OwnProduct = new("own_product", "This is your own product."),
        AlreadyOwned = new("already_owned", "You own this already: it is in your library."),
        BelowMinimum = new("below_minimum", "The least price is above what you named. Name your price again."),
        PriceRaised = new("price_raised", "The price has gone up since you put it into the cart."),
        TwoCurrencies = new("two_currencies", "The cart holds prices in more than one currency: each currency is a checkout of its own.");

    /// <summary>Why there cannot be so many; null when there can.</summary>
    public static CartProblem? Number(Offer offer, int units, Fulfilments fulfilments) =>
        units > 1 && !fulfilments.Of(offer.Kind).NeedsAddress ? OneOnly : offer.Available < units ? NotEnough : null;

    /// <summary>Why this cannot be bought at all; null when it can.</summary>
    public static CartProblem? Blocking(Offer? offer, Guid? buyer, bool owned, Fulfilments fulfilments) => offer switch
    {
        { Away: true } => SellerAway,
        null or { OnSale: false } => NotOnSale,
        _ when !fulfilments.Know(offer.Kind) => NotOnSale,
        _ when offer.Seller == buyer => OwnProduct,
        _ when owned && !fulfilments.Of(offer.Kind).Repeats => AlreadyOwned,
        { Available: <= 0 } => SoldOut,
        _ => fulfilments.Of(offer.Kind).Refuses(new Wanted(offer.Kind, offer.Option, offer.ProductDetails, offer.Details)),
    };
}
