using FluentValidation;
using Marketplace.Catalog;
using Marketplace.Kernel;

namespace Marketplace.Orders;

/// <summary>The seller packs a line, then sends it. A carrier and a number may be named, and corrected while it is on its way.</summary>
internal static class ShipLine
{
    public sealed record Request(string? Carrier = null, string? Tracking = null);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Carrier).MaximumLength(60).Sound();
            RuleFor(r => r.Tracking).MaximumLength(80).Sound();
        }
    }

    /// <exception cref="Refused">404; 409 <c>not_to_ship</c>.</exception>
    public static async Task<ShipmentReply> Prepare(Guid item, Caller caller, OrdersDb db, SellerDesk desk, TimeProvider clock)
    {
        var (order, line) = await Own(item, caller, db, desk);
        order.Prepare(line, caller.Account, clock);
        return ShipmentReply.Of(line.Shipment)!;
    }

    /// <exception cref="Refused">404; 409 <c>not_to_ship</c>.</exception>
    public static async Task<ShipmentReply> Handle(Guid item, Request request, Caller caller, OrdersDb db, SellerDesk desk, UnitOfWork work, TimeProvider clock)
    {
        var (order, line) = await Own(item, caller, db, desk);
        var again = line.State == ItemState.Shipped;
        order.Ship(line, Words.Line(request.Carrier ?? ""), Words.Line(request.Tracking ?? ""), caller.Account, clock);
        if (!again) work.Publish(new ParcelShipped(order.Id, order.Number, line.Id, line.Product, line.Buyer, line.Seller));
        return ShipmentReply.Of(line.Shipment)!;
    }

    private static async Task<(Order Order, OrderItem Line)> Own(Guid item, Caller caller, OrdersDb db, SellerDesk desk)
    {
        var order = await db.OfLine(item) ?? throw Refused.NotFound();
        var line = order.Items.Single(i => i.Id == item);
        return line.State != ItemState.Pending && await desk.May(caller, line, ShopPermission.Orders) ? (order, line) : throw Refused.NotFound();
    }
}
