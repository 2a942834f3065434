using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;

namespace Marketplace.Catalog;

/// <summary>Anyone signed in may open one shop; it makes them a seller.</summary>
internal static class OpenShop
{
    public sealed record Request(string Name, string? Description = null, string? Currency = null);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Name).NotEmpty().Length(2, Shop.NameLength).Sound();
            RuleFor(r => r.Description).MaximumLength(Shop.DescriptionLength).Sound();
            RuleFor(r => r.Currency).MaximumLength(3);
        }
    }

    public static async Task<ShopView> Handle(Request request, Caller caller, CatalogDb db, UnitOfWork work, IUsers users, TimeProvider clock)
    {
        var currency = Currency.Of(request.Currency ?? "EUR");
        if (currency.Code == "XPL") throw new Refused("unknown_currency", 422, "A shop sells for money, not for pearls.");

        var shop = Shop.Open(Ids.New(clock), caller.Account, request.Name, request.Description ?? "", currency, clock.GetUtcNow());
        if (shop.Name.Length < 2) throw Refused.Invalid(new FieldError("/name", "length", "The name is too short."));
        if (!await OldAddresses.Take(Addressed.Shop, shop.Slug, shop.Id, work, clock.GetUtcNow())) throw NameTaken();
        db.Add(shop);
        await work.Flush(
            ("shops_one_a_person", new Refused("shop_exists", 409, "You have a shop already.")),
            ("shops_slug", NameTaken()));
        await users.Grant(caller.Account, Capabilities.CanSell);
        return ShopView.Of(shop);
    }

    private static Refused NameTaken() => new("shop_name_taken", 409, "Another shop has this name. Choose a different one.");
}
