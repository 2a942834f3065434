using System.Collections.Frozen;
using Marketplace.Wallet;

namespace Marketplace.Orders;

/// <summary>
/// How a product of a kind reaches its buyer: one registered strategy a way, in the order's own transaction. The catalog's half of
/// a kind says what it needs to be published; this half begins when it is paid.
/// </summary>
internal interface IFulfilment
{
    /// <summary>The kinds that go this way.</summary>
    IReadOnlyCollection<string> Kinds { get; }

    /// <summary>Who has it needs no second one: it is in the library, under its licence.</summary>
    bool IsKept { get; }

    /// <summary>It is sent to an address, which the checkout asks for.</summary>
    bool NeedsAddress { get; }

    /// <summary>By which rule the seller's money of a line of this kind is held.</summary>
    HoldTerms Hold(string kind);

    /// <summary>The line is paid; what happens now?</summary>
    void Begin(Order order, OrderItem item, DateTimeOffset now);
}

/// <summary>The way of each kind. What no way serves cannot be bought.</summary>
internal sealed class Fulfilments(IEnumerable<IFulfilment> all)
{
    private readonly FrozenDictionary<string, IFulfilment> ways =
        all.SelectMany(way => way.Kinds, (way, kind) => (way, kind)).ToFrozenDictionary(w => w.kind, w => w.way, StringComparer.Ordinal);

    public bool Know(string kind) => ways.ContainsKey(kind);

    /// <summary>Kinds that stay in their buyer's library.</summary>
    public IReadOnlyList<string> Kept => [.. ways.Where(w => w.Value.IsKept).Select(w => w.Key)];

    /// <summary>Kinds that go to an address.</summary>
    public IReadOnlyList<string> Sent => [.. ways.Where(w => w.Value.NeedsAddress).Select(w => w.Key)];

    public IFulfilment Of(string kind) => ways[kind];
}

/// <summary>
/// Files: they are in the library at once, under the licence that was bought. A licence to music is used as soon as it is bought; what is a
/// bundle of files is looked at first, so that its money waits for the download.
/// </summary>
internal sealed class DigitalDelivery : IFulfilment
{
    public IReadOnlyCollection<string> Kinds { get; } = ["beat", "sample", "kit", "digital"];

    public bool IsKept => true;

    public bool NeedsAddress => false;

    public HoldTerms Hold(string kind) => new(kind is "beat" or "sample" ? HoldTerms.AfterSale : HoldTerms.AfterDownload);

    public void Begin(Order order, OrderItem item, DateTimeOffset now) => order.MakeAvailable(item, now);
}
