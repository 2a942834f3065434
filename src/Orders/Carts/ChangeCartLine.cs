using FluentValidation;
using Marketplace.Catalog;
using Marketplace.Kernel;

namespace Marketplace.Orders;

/// <summary>How many of a line.</summary>
internal static class ChangeCartLine
{
    public sealed record Request(int Units);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator() => RuleFor(r => r.Units).InclusiveBetween(1, Cart.MaxUnits);
    }

    /// <exception cref="Refused">404: not in this cart; 409 <c>not_enough</c>, <c>one_only</c>.</exception>
    public static async Task<CartReply> Handle(
        Guid item, Request request, Shopper shopper, ICatalog catalog, ReadCart read, OrdersDb db, UnitOfWork work, Fulfilments fulfilments, TimeProvider clock)
    {
        var cart = await shopper.Open(db, work, clock);
        var line = cart.Items.Find(i => i.Id == item) ?? throw Refused.NotFound();
        if ((await catalog.Offers([line.OfferId])).GetValueOrDefault(line.OfferId) is { } offer && CartProblems.Number(offer, request.Units, fulfilments) is { } problem)
            throw new Refused(problem.Code, 409, problem.Detail);
        cart.Want(item, request.Units, clock.GetUtcNow());
        return await read.Of(cart, shopper);
    }
}
