using FluentValidation;
using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Catalog;

internal static class EditShop
{
    public sealed record Request(string? Name = null, string? Description = null);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Name).Length(2, Shop.NameLength).Sound();
            RuleFor(r => r.Description).MaximumLength(Shop.DescriptionLength).Sound();
        }
    }

    /// <param name="expected">The version that the editor saw.</param>
    public static async Task<ShopView> Handle(string slug, int expected, Request request, Caller caller, CatalogDb db)
    {
        var shop = await db.Shops.FromSql($"SELECT * FROM catalog.shops WHERE slug = {slug} AND owner_id = {caller.Account} FOR UPDATE").FirstOrDefaultAsync()
            ?? throw Refused.NotFound();
        Versions.MustBe(expected, shop.Version);
        shop.Describe(request.Name ?? shop.Name, request.Description ?? shop.Description);
        if (shop.Name.Length < 2) throw Refused.Invalid(new FieldError("/name", "length", "The name is too short."));
        return ShopView.Of(shop);
    }
}
