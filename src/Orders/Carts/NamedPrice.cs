using Marketplace.Catalog;
using Marketplace.Kernel;

namespace Marketplace.Orders;

/// <summary>The price that a buyer names for themselves, where the offer asks for it: its own price or more. What they named they pay, until they name another.</summary>
internal static class NamedPrice
{
    /// <summary>Against a slip of the finger: 10,000.00.</summary>
    public static Money Most(Currency currency) => new(currency.Exponent == 3 ? 10_000_000 : 1_000_000, currency);

    /// <summary>What is to be paid for what lies in the cart.</summary>
    public static Money Of(Offer offer, Money seen, bool named) => offer.NamesPrice && named ? seen : offer.Price;

    /// <summary>The seller has raised the least since it was named.</summary>
    public static bool IsTooLow(Offer offer, Money seen, bool named) =>
        offer.NamesPrice && named && (seen.Currency != offer.Price.Currency || seen < offer.Price);

    /// <summary>What somebody asks to pay, taken at their word.</summary>
    /// <exception cref="Refused">422: too little, too much, another currency, or of an offer whose price is fixed.</exception>
    public static Money Accept(Offer offer, Money? wished)
    {
        if (wished is not { } price) return offer.Price;
        if (!offer.NamesPrice) throw Wrong("price_fixed", "The price of this is fixed.");
        if (price.Currency != offer.Price.Currency) throw Wrong("currency", "Name your price in the currency of the shop.");
        if (price < offer.Price) throw Wrong("price_too_low", "This is less than the least price.");
        return price <= Most(price.Currency) ? price : throw Wrong("price_too_high", "This is more than can be given in one go.");
    }

    /// <summary>"12,50" or "12.50", as typed into a page; null when nothing was.</summary>
    public static Money? Typed(string? text, Currency currency) => string.IsNullOrWhiteSpace(text) ? null
        : Money.TryParse(text, currency, out var price) && price.Minor >= 0 ? price
        : throw Wrong("amount", "Give an amount like 12.50.");

    private static Refused Wrong(string code, string detail) => Refused.Invalid(new FieldError("/price", code, detail));
}
