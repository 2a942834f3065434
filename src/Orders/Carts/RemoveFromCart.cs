using Marketplace.Kernel;

namespace Marketplace.Orders;

/// <summary>Takes a line out of the shopper's cart.</summary>
internal static class RemoveFromCart
{
    /// <exception cref="Refused">404: not in this cart.</exception>
    public static async Task Handle(Guid item, Shopper shopper, OrdersDb db, UnitOfWork work, TimeProvider clock)
    {
        var cart = await shopper.Open(db, work, clock);
        if (!cart.Remove(item, clock.GetUtcNow())) throw Refused.NotFound();
    }
}
