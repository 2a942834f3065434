using Marketplace.Kernel;

namespace Marketplace.Orders;

internal enum ShipmentState
{
    Preparing,
    Shipped,
    Delivered,
}

/// <summary>The parcel of one line: preparing → shipped → delivered.</summary>
internal sealed class Shipment
{
    private Shipment()
    {
    }

    internal Shipment(OrderItem item, TimeProvider clock) =>
        (Id, OrderId, ItemId, Seller, CreatedAt) = (Ids.New(clock), item.OrderId, item.Id, item.Seller, clock.GetUtcNow());

    public Guid Id { get; private set; }

    public Guid OrderId { get; private set; }

    public Guid ItemId { get; private set; }

    public Guid Seller { get; private set; }

    /// <summary>Empty: a letter, or by hand.</summary>
    public string Carrier { get; private set; } = "";

    public string Tracking { get; private set; } = "";

    public ShipmentState State { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset? ShippedAt { get; private set; }

    public DateTimeOffset? DeliveredAt { get; private set; }

    internal void Send(string carrier, string tracking, DateTimeOffset now) => (Carrier, Tracking, State, ShippedAt) = (carrier, tracking, ShipmentState.Shipped, now);

    /// <summary>A number that was mistyped, while it is on its way.</summary>
    internal void Correct(string carrier, string tracking) => (Carrier, Tracking) = (carrier, tracking);

    internal void Arrive(DateTimeOffset now) => (State, DeliveredAt) = (ShipmentState.Delivered, now);
}

/// <param name="Carrier">Empty when there is none to name, as is the tracking number.</param>
internal sealed record ShipmentReply(ShipmentState State, string Carrier, string Tracking, DateTimeOffset? ShippedAt, DateTimeOffset? DeliveredAt)
{
    public static ShipmentReply? Of(Shipment? shipment) => shipment is null ? null : new ShipmentReply(shipment.State, shipment.Carrier, shipment.Tracking, shipment.ShippedAt, shipment.DeliveredAt);
}
