using Marketplace.Wallet;

namespace Marketplace.Orders;

/// <summary>
/// What a shop asks for sending its parcel: a line of its own, once an order and shop, without commission. It is done when the last parcel of its
/// shop is.
/// </summary>
internal sealed class Sending : IFulfilment
{
    public const string Kind = "shipping";

    public IReadOnlyCollection<string> Kinds { get; } = [Kind];

    public string Promise => "";

    public bool IsKept => false;

    public bool Repeats => true;

    public bool IsReceivedByFetching => false;

    public HoldTerms Hold(string kind) => new(HoldTerms.AfterSale);

    /// <summary>It is no product: a cart never holds it.</summary>
    public CartProblem? Refuses(Wanted wanted) => CartProblems.NotOnSale;

    public void Begin(Order order, OrderItem item, DateTimeOffset now) => order.MakeAvailable(item, now, null);
}
