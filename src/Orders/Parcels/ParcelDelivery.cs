using Marketplace.Wallet;

namespace Marketplace.Orders;

/// <summary>Things: the seller packs and sends them, and their money waits until they have arrived and could be looked at.</summary>
internal sealed class ParcelDelivery : IFulfilment
{
    public const string Kind = "physical";

    public IReadOnlyCollection<string> Kinds { get; } = [Kind];

    public string Promise => "It is sent to your address; you see here when it is on its way.";

    public bool IsKept => false;

    public bool Repeats => true;

    public bool NeedsAddress => true;

    public HoldTerms Hold(string kind) => new(HoldTerms.AfterDelivery);

    public void Begin(Order order, OrderItem item, DateTimeOffset now)
    {
        // It waits for its seller.
    }
}
