using System.Text.Json;
using FluentValidation;
using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <summary>A draft in the seller's shop: a kind and a title are enough to begin with.</summary>
internal static class CreateProduct
{
    /// <param name="Shop">Slug of the shop, for those who work in several; missing: their own, else the first that they joined.</param>
    public sealed record Request(
        string Kind, string Title, string? Description = null, IReadOnlyList<string>? Tags = null, JsonElement? Details = null, IReadOnlyList<OfferLine>? Offers = null,
        string? Category = null, string? Shop = null);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Kind).NotEmpty().MaximumLength(40);
            RuleFor(r => r.Title).NotEmpty().MaximumLength(Product.TitleLength).Sound();
            RuleFor(r => r.Description).MaximumLength(Product.DescriptionLength).Sound();
            RuleFor(r => r.Tags).Tags();
            RuleFor(r => r.Offers).Offers();
            RuleFor(r => r.Category).Category();
            RuleFor(r => r.Shop).MaximumLength(60).Sound();
        }
    }

    /// <exception cref="Refused">409 <c>shop_missing</c>, <c>plan_limit</c>; 404 the named shop is not theirs to work in; 422.</exception>
    public static Task<ProductView> Handle(Request request, Caller caller, CatalogDb db, UnitOfWork work, ProductKinds kinds, TimeProvider clock) => At(request.Title, request, caller, db, work, kinds, clock);

    /// <param name="address">Of what its slug is made: an import brings the one that it had elsewhere.</param>
    /// <inheritdoc cref="Handle"/>
    public static async Task<ProductView> At(string address, Request request, Caller caller, CatalogDb db, UnitOfWork work, ProductKinds kinds, TimeProvider clock)
    {
        var kind = kinds.Of(request.Kind);
        var shop = await db.ShopFor(request.Shop, caller.Account, ShopPermission.Products);
        await ShopPlans.MustHaveRoom(shop, work);
        var id = Ids.New(clock);
        var product = Product.Draft(id, shop, kind, await Free(Slugs.From(address, 80), id, work, clock.GetUtcNow()), request.Title, clock.GetUtcNow());
        product.Describe(null, request.Description, request.Tags, request.Details is { } details ? kind.Accept(details) : null);
        if (request.Offers is { } offers) product.Offer(offers.For(kind, shop), kind, clock);
        product.Follow(kind, clock);
        if (request.Category is { } category) product.Shelve(await Categories.Known(category, work));
        db.Add(product);
        await work.Flush(("products_slug", new Refused("try_again", 409, "Somebody took the same address at the same moment. Send it again.")));
        await kind.Keep(product, work);
        return await ProductView.Own(product, work, kinds);
    }

    /// <summary>The title's own address, or with a tail when another product has it.</summary>
    internal static async Task<string> Free(string slug, Guid id, UnitOfWork work, DateTimeOffset now)
    {
        var taken = slug.Length == 0 || await work.Command("SELECT EXISTS (SELECT 1 FROM catalog.products WHERE slug = $1)", slug).Scalar<bool>()
            || !await OldAddresses.Take(Addressed.Product, slug, id, work, now);
        return taken ? $"{slug}-{Slugs.Tail(id)}".TrimStart('-') : slug;
    }
}

/// <summary>Rules that making and editing share.</summary>
internal static class OfferRules
{
    public const long HighestPrice = 10_000_000;
    public const int MostOffers = 100;

    /// <summary>What this kind may be offered for in this shop.</summary>
    /// <exception cref="Refused">422 with a pointer an offer.</exception>
    public static IReadOnlyList<OfferLine> For(this IReadOnlyList<OfferLine> offers, ProductKind kind, Shop shop, bool variants = false)
    {
        if (kind.HasVariants && !variants) throw Refused.Invalid(new FieldError("/offers", "offers_are_variants", "What this is sold in are its variants: send them to its variants."));
        if (!kind.PricesAreTyped && offers.Count > 0) throw Refused.Invalid(new FieldError("/offers", "price_follows", "The price of this kind follows from its facts: leave the offers out."));
        if (offers.Count > kind.MaxOffers) throw Refused.Invalid(new FieldError("/offers", "too_many", "A product has at most one offer a licence and option."));
        var errors = new List<FieldError>();
        for (var i = 0; i < offers.Count; i++)
        {
            var price = offers[i].Price;
            if (kind.Licences.All(l => l.Licence != offers[i].Licence)) errors.Add(new FieldError($"/offers/{i}/licence", "licence_not_offered", "Products of this kind are not sold under this licence."));
            else if (!kind.KnowsOption(offers[i].Option)) errors.Add(new FieldError($"/offers/{i}/option", "option_not_offered", "Products of this kind are not offered in this way."));
            else if (offers[i].NamesPrice && !kind.MayNamePrice) errors.Add(new FieldError($"/offers/{i}/names_price", "price_not_open", "Products of this kind have a price."));
            else if (price.Currency != shop.Currency) errors.Add(new FieldError($"/offers/{i}/price/currency", "currency_mismatch", "All prices of a shop are in its currency."));
            else if ((price.Minor < Lowest(price.Currency) && !(price.Minor == 0 && kind.MayBeFree)) || price.Minor > HighestPrice)
                errors.Add(new FieldError($"/offers/{i}/price", "price_out_of_range", "The price is too low or too high."));
        }

        if (errors.Count > 0) throw Refused.Invalid([.. errors]);
        var clean = offers.Select((offer, i) => offer with { Details = kind.AcceptOffer(offer.Details, i) }).ToList();
        foreach (var (fact, at) in kind.OfferFacts.OfType<MoneyFact>().SelectMany(fact => clean.Select((offer, i) => (fact, i)).Where(o => MoneyFact.Of(clean[o.i].Details!.Value, fact.Name) is { } amount && amount.Currency != shop.Currency)))
            errors.Add(new FieldError($"/offers/{at}/details/{fact.Name}/currency", "currency_mismatch", "All prices of a shop are in its currency."));
        return errors.Count == 0 ? clean : throw Refused.Invalid([.. errors]);
    }

    // A card payment costs its processor's fixed part; below this nothing would be left for the seller.
    public static long Lowest(Currency currency) => currency.Exponent == 3 ? 500 : 100;

    public static void Offers<T>(this IRuleBuilder<T, IReadOnlyList<OfferLine>?> rule) => rule
        .Must(o => o is null || o.Count <= MostOffers).WithErrorCode("too_many").WithMessage("A product has at most 100 offers.")
        .Must(o => o is null || o.All(l => l is { Option: not null }) && o.Select(l => l.Way).Distinct().Count() == o.Count).WithErrorCode("licence_twice").WithMessage("Each licence and option is offered once.")
        .Must(o => o is null || o.All(l => l is null || ((l.Name?.Length ?? 0) <= 60 && (l.Terms?.Length ?? 0) <= 10_000 && Words.AreSound(l.Name) && Words.AreSound(l.Terms))))
        .WithErrorCode("too_long").WithMessage("An offer's name has at most 60 characters, its terms 10,000.");

    public static void Category<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(c => c is null || c.Length is > 0 and <= 60).WithErrorCode("unknown_category").WithMessage("There is no such category.").Sound();

    public static void Tags<T>(this IRuleBuilder<T, IReadOnlyList<string>?> rule) => rule
        .Must(t => t is null || t.Count <= Product.MaxTags).WithErrorCode("too_many").WithMessage("At most 10 tags.")
        .Must(t => t is null || t.All(w => w is not null && w.Length <= Product.TagLength && Words.AreSound(w))).WithErrorCode("tag").WithMessage("A tag has at most 30 characters.");
}
