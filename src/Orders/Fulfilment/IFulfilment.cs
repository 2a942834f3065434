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

    /// <summary>What its buyer is promised beside the button; English.</summary>
    string Promise { get; }

    /// <summary>It is in its buyer's library.</summary>
    bool IsKept => true;

    /// <summary>One may buy it again while one has it.</summary>
    bool Repeats => false;

    /// <summary>It is sent to an address, which the checkout asks for.</summary>
    bool NeedsAddress => false;

    /// <summary>By which rule the seller's money of a line of this kind is held.</summary>
    HoldTerms Hold(string kind);

    /// <summary>The line is paid; what happens now?</summary>
    void Begin(Order order, OrderItem item, DateTimeOffset now);

    /// <summary>Why this cannot be bought though it is on sale; null when it can.</summary>
    CartProblem? Refuses(Wanted wanted) => null;

    /// <summary>Who fetches a file of it has received it.</summary>
    bool IsReceivedByFetching => true;

    /// <summary>What the hold is told when its time of completion has come.</summary>
    SaleEvent Received(string kind) => SaleEvent.Completed;
}

/// <param name="Option">Package or plan; empty where there is one only.</param>
/// <param name="ProductDetails">JSON, as is <paramref name="Details"/> of the offer.</param>
internal sealed record Wanted(string Kind, string Option, string ProductDetails, string Details = "{}");

/// <summary>The way of each kind. What no way serves cannot be bought.</summary>
internal sealed class Fulfilments(IEnumerable<IFulfilment> all)
{
    private readonly FrozenDictionary<string, IFulfilment> ways =
        all.SelectMany(way => way.Kinds, (way, kind) => (way, kind)).ToFrozenDictionary(w => w.kind, w => w.way, StringComparer.Ordinal);

    public bool Know(string kind) => ways.ContainsKey(kind);

    public IReadOnlyList<string> Known => ways.Keys;

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
    private static readonly string[] All = ["beat", "sample", "kit", "digital"];

    public IReadOnlyCollection<string> Kinds => All;

    public string Promise => "The files and the licence are in your library as soon as you have paid.";

    /// <summary>It is sold under a licence, of which a contract is made.</summary>
    public static bool Licenses(string kind) => All.Contains(kind, StringComparer.Ordinal);

    public HoldTerms Hold(string kind) => new(kind is "beat" or "sample" ? HoldTerms.AfterSale : HoldTerms.AfterDownload);

    public void Begin(Order order, OrderItem item, DateTimeOffset now) => order.MakeAvailable(item, now);
}
