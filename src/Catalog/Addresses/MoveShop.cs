using FluentValidation;
using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Catalog;

/// <summary>Another address for a shop; the old one leads there.</summary>
internal static class MoveShop
{
    /// <param name="Slug">What follows <c>/shops/</c>.</param>
    public sealed record Request(string Slug);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator() => RuleFor(r => r.Slug).AddressForm();
    }

    /// <exception cref="Refused">404; 409 <c>address_taken</c>, <c>address_reserved</c>, <c>address_limit</c>.</exception>
    public static async Task<ShopView> Handle(string slug, Request request, Caller caller, CatalogDb db, UnitOfWork work, TimeProvider clock)
    {
        var shop = await db.ShopFor(slug, caller.Account, ShopPermission.Shop);
        if (shop.Slug == request.Slug) return ShopView.Of(shop);
        await OldAddresses.Move(Addressed.Shop, shop.Id, shop.Slug, request.Slug, work, clock.GetUtcNow());
        shop.Move(request.Slug);
        await work.Flush(("shops_slug", new Refused("address_taken", 409, "Somebody has this address. Choose a different one.")));
        return ShopView.Of(shop);
    }
}

/// <summary>The same for one of its products.</summary>
internal static class MoveProduct
{
    /// <param name="Slug">What follows <c>/p/</c>.</param>
    public sealed record Request(string Slug);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator() => RuleFor(r => r.Slug).AddressForm();
    }

    /// <exception cref="Refused">As <see cref="MoveShop.Handle"/>.</exception>
    public static async Task<ProductView> Handle(Guid id, Request request, Caller caller, CatalogDb db, UnitOfWork work, ProductKinds kinds, TimeProvider clock)
    {
        var (product, _) = await db.Own(id, caller.Account);
        if (product.Slug != request.Slug)
        {
            await OldAddresses.Move(Addressed.Product, product.Id, product.Slug, request.Slug, work, clock.GetUtcNow());
            product.Move(request.Slug);
            await work.Flush(("products_slug", new Refused("address_taken", 409, "Somebody has this address. Choose a different one.")));
        }

        return await ProductView.Own(product, work, kinds);
    }
}
