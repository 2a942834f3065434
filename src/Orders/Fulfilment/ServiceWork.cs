using Marketplace.Wallet;

namespace Marketplace.Orders;

/// <summary>Work: it begins with the buyer's answers, and its money waits until they accept it.</summary>
internal sealed class ServiceWork : IFulfilment
{
    private const string Kind = "service";

    public IReadOnlyCollection<string> Kinds { get; } = [Kind];

    public string Promise => "After you have paid you answer the seller's questions, and the days begin to count. Your money waits until you accept the work.";

    public bool Repeats => true;

    public bool IsReceivedByFetching => false;

    /// <summary>Where buyer and seller meet over a line; null for what is no work.</summary>
    public static string? PlaceOf(OrderItem item) => item.Kind == Kind && item.State != ItemState.Pending ? $"/services/{item.Id}" : null;

    public HoldTerms Hold(string kind) => new(HoldTerms.AfterAcceptance);

    public void Begin(Order order, OrderItem item, DateTimeOffset now) => item.Work = new ServiceOrder(item, now);
}
