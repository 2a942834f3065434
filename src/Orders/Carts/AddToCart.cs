using FluentValidation;
using Marketplace.Catalog;
using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Orders;

/// <summary>Puts an offer into the shopper's cart, at the price of now.</summary>
internal static class AddToCart
{
    /// <param name="Price">What the buyer gives, for an offer that lets them name it; without it, the least.</param>
    /// <param name="Units">How many: more than one of things only. It replaces the number that is in the cart.</param>
    public sealed record Request(Guid OfferId, Money? Price = null, int Units = 1);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.OfferId).NotEmpty();
            RuleFor(r => r.Units).InclusiveBetween(1, Cart.MaxUnits);
        }
    }

    /// <exception cref="Refused">404; 409 <c>not_on_sale</c>, <c>own_product</c>, <c>already_owned</c>, <c>cart_full</c>, <c>not_enough</c>, <c>one_only</c>; 422 for a price that cannot be named.</exception>
    public static async Task<CartReply> Handle(
        Request request, Shopper shopper, ICatalog catalog, ReadCart read, OrdersDb db, UnitOfWork work, Fulfilments fulfilments, TimeProvider clock)
    {
        var offer = (await FirstInvoice.Price(await catalog.Offers([request.OfferId]), shopper.Account, db)).GetValueOrDefault(request.OfferId) ?? throw Refused.NotFound();
        if (CartProblems.Blocking(offer, shopper.Account, await Owns(request.OfferId, shopper, work), fulfilments) is { } problem)
            throw new Refused(problem.Code, 409, problem.Detail);

        if (CartProblems.Number(offer, request.Units, fulfilments) is { } many) throw new Refused(many.Code, 409, many.Detail);
        var price = NamedPrice.Accept(offer, request.Price);
        var cart = await shopper.Open(db, work, clock);
        cart.Add(offer.Id, price, request.Price is not null, request.Units, clock);
        return await read.Of(cart, shopper);
    }

    private static async Task<bool> Owns(Guid offer, Shopper shopper, UnitOfWork work) => shopper.Account is not null
        && await work.Command($"SELECT EXISTS (SELECT FROM orders.order_items WHERE buyer = $1 AND offer = $2 AND {Owned.State})", shopper.Account, offer).Scalar<bool>();
}
