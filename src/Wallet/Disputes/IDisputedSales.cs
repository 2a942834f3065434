using Marketplace.Kernel;

namespace Marketplace.Wallet;

/// <summary>What the market itself can say of a disputed order. Orders implements it; asked outside transactions.</summary>
public interface IDisputedSales
{
    /// <summary>Null: there is no such order.</summary>
    Task<DisputedOrder?> Find(Guid order, CancellationToken stop = default);
}

/// <param name="Number">For people: "Order 1042".</param>
public sealed record DisputedOrder(long Number, DateTimeOffset PlacedAt, DateTimeOffset? PaidAt, IReadOnlyList<DisputedLine> Lines);

/// <param name="ContractSha256">Of the licence's contract as it was made at the purchase, hexadecimal; null when there is none.</param>
public sealed record DisputedLine(
    Guid Item, Guid Seller, string Title, string Licence, Money Price, Money Refunded, string? ContractSha256, DateTimeOffset? ContractAt, IReadOnlyList<DisputedDownload> Downloads);

/// <param name="Client">Hash of the address from which it was fetched: tells one from another and names nobody; null when it is no longer kept.</param>
public sealed record DisputedDownload(DateTimeOffset At, string File, string? Client);
