using System.Collections.Frozen;
using Marketplace.Wallet;
using Microsoft.Extensions.Configuration;

namespace Marketplace.Orders;

/// <summary>
/// How a product of a kind reaches its buyer: one registered strategy a way, in the order's own transaction. The catalog's half of
/// a kind says what it needs to be published; this half begins when it is paid.
/// </summary>
internal interface IFulfilment
{
    /// <summary>The kinds that go this way.</summary>
    IReadOnlyCollection<string> Kinds { get; }

    /// <summary>When the seller gets the money of a line that is paid at this moment.</summary>
    HoldTerms Hold(DateTimeOffset paidAt);

    /// <summary>The line is paid; what happens now?</summary>
    void Begin(Order order, OrderItem item, DateTimeOffset now);
}

/// <summary>The way of each kind. What no way serves cannot be bought.</summary>
internal sealed class Fulfilments(IEnumerable<IFulfilment> all)
{
    private readonly FrozenDictionary<string, IFulfilment> ways =
        all.SelectMany(way => way.Kinds, (way, kind) => (way, kind)).ToFrozenDictionary(w => w.kind, w => w.way, StringComparer.Ordinal);

    public bool Know(string kind) => ways.ContainsKey(kind);

    public IFulfilment Of(string kind) => ways[kind];
}

/// <summary>Files: they are in the library at once, under the licence that was bought.</summary>
internal sealed class DigitalDelivery(HoldTime time) : IFulfilment
{
    public IReadOnlyCollection<string> Kinds { get; } = ["beat", "sample", "kit", "digital"];

    public HoldTerms Hold(DateTimeOffset paidAt) => new(HoldTerms.AfterSale, paidAt + time.AfterSale);

    public void Begin(Order order, OrderItem item, DateTimeOffset now) => order.MakeAvailable(item, now);
}

/// <summary>How long the money of a sale is held, so that a refund can be paid from it: <c>Orders:HoldDays</c>, 7 unless said otherwise.</summary>
internal sealed class HoldTime(IConfiguration configuration)
{
    public TimeSpan AfterSale { get; } = configuration.GetValue("Orders:HoldDays", 7) is >= 0 and <= 365 and var days
        ? TimeSpan.FromDays(days)
        : throw new InvalidOperationException("Orders:HoldDays is a number of days, 0 to 365.");
}
