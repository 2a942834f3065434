using Marketplace.Wallet;

namespace Marketplace.Orders;

/// <summary>Reseller services: a link and a quantity are no line of a cart. They are ordered by programs, once providers are connected.</summary>
internal sealed class OrderedByQuantity : IFulfilment
{
    public static readonly CartProblem NotSoldYet = new("not_sold_yet", "This is ordered by link and quantity through the API, as soon as providers are connected.");

    public IReadOnlyCollection<string> Kinds { get; } = ["reseller"];

    public string Promise => "";

    public HoldTerms Hold(string kind) => new(HoldTerms.AfterSale);

    public CartProblem? Refuses(Wanted wanted) => NotSoldYet;

    public void Begin(Order order, OrderItem item, DateTimeOffset now) => throw new InvalidOperationException("No cart takes what is ordered by quantity.");
}
