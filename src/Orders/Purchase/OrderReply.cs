using Marketplace.Kernel;
using Marketplace.Users;
using Marketplace.Wallet;

namespace Marketplace.Orders;

/// <summary>An order as its buyer sees it.</summary>
/// <param name="Number">For people: "Order 1042".</param>
/// <param name="ExpiresAt">Until when it can be paid; null once it is paid.</param>
/// <param name="Refunded">What of the total went back.</param>
/// <param name="Country">Where the buyer is, for the tax: two letters.</param>
/// <param name="Tax">In the total.</param>
/// <param name="MoneyReturnedAt">The payment came when something of it was sold to others, and was sent back whole.</param>
internal sealed record OrderReply(
    Guid Id, long Number, OrderState State, Money Total, DateTimeOffset PlacedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? PaidAt,
    IReadOnlyList<LineReply> Items, PaymentReply Payment, IReadOnlyList<HappeningReply> Timeline, Money Refunded, IReadOnlyList<RefundReply> Refunds, DateTimeOffset? MoneyReturnedAt, PostalAddress? ShippingAddress, string? Country, Money Tax)
{
    /// <summary>How much of the total went back: the state does not tell.</summary>
    public RefundExtent RefundState => RefundExtents.Of(Refunded, Total);

    internal bool CanPay => State == OrderState.Pending && Payment.State is null or PaymentState.Failed;

    /// <summary>Who wants a subscription's next period no more cancels the subscription.</summary>
    internal bool PaysSubscription { get; init; }

    public static OrderReply Of(Order order, Payment? latest, IReadOnlyList<RefundReply>? refunds = null) => new(
        order.Id, order.Number, order.State, order.Price, order.PlacedAt, order.AwaitsMoney ? order.ExpiresAt : null, order.PaidAt,
        order.Items.OrderBy(i => i.Line).Select(i => LineReply.Of(i, order.Currency)).ToList(),
        PaymentReply.Of(order, latest),
        order.Story.Select(e => new HappeningReply(e.At, e.What, e.ItemId, e.Detail)).ToList(),
        order.Refunded, refunds ?? [], order.MoneyReturnedAt, order.ShippingAddress,
        order.Country, Money.Of(order.Items.Sum(i => i.Tax), order.Currency)) { PaysSubscription = order.Subscription is not null };
}

/// <param name="Kind">Of the product; <c>shipping</c> for what a shop asked for sending its parcel: then there is no product.</param>
/// <param name="Terms">The licence's text, as it was when it was bought.</param>
/// <param name="Price">What the buyer pays for all units, the discount taken off.</param>
/// <param name="Disputed">What the buyer's bank took back; its files are closed.</param>
/// <param name="Shipment">Its parcel, once the seller packs it.</param>
/// <param name="Option">Package or plan; empty where there was one only.</param>
/// <param name="WorkUrl">Path where buyer and seller meet over it; null for what is no work.</param>
/// <param name="GivesAccess">A membership, a course or a seat.</param>
/// <param name="StartsAt">Of what happens at an hour.</param>
/// <param name="Tax">In its price.</param>
internal sealed record LineReply(
    Guid Id, Guid ProductId, Guid OfferId, string Kind, string Title, string Slug, string? CoverUrl, Guid ShopId, string ShopName,
    string Licence, string Terms, Money Price, int Units, Money Discount, ItemState State, IReadOnlyList<FileReply> Files, Money Refunded, Money Disputed,
    ShipmentReply? Shipment, string Option, string? WorkUrl, bool GivesAccess, DateTimeOffset? StartsAt, TaxReply Tax)
{
    public static LineReply Of(OrderItem item, string currency) => new(
        item.Id, item.Product, item.Offer, item.Kind, item.Title, item.Slug, item.CoverUrl, item.Shop, item.ShopName,
        item.Licence, item.Terms, Money.Of(item.Gross, currency), item.Units, Money.Of(item.Discount, currency), item.State,
        item.Files.OrderBy(f => f.Name, StringComparer.Ordinal).Select(f => new FileReply(f.Id, f.Name, f.Size, f.ContentType)).ToList(),
        Money.Of(item.Refunded, currency), Money.Of(item.Disputed, currency), ShipmentReply.Of(item.Shipment),
        item.Option, ServiceWork.PlaceOf(item), AccessGranted.Opens(item.Kind), AccessGranted.StartOf(item), TaxReply.Of(item, currency));
}

/// <summary>The tax in a line's price.</summary>
/// <param name="Rate">Of the base, in basis points.</param>
/// <param name="Base">The price without it.</param>
/// <param name="Included">Prices include their tax.</param>
/// <param name="Country">Two letters; null when nobody knew where the buyer is.</param>
internal sealed record TaxReply(int Rate, Money Base, Money Amount, bool Included, string? Country, TaxReason Reason)
{
    public static TaxReply Of(OrderItem item, string currency) => new(item.TaxRate, Money.Of(item.TaxBase, currency), Money.Of(item.Tax, currency), true, item.TaxPlace, item.TaxReason);
}

internal sealed record FileReply(Guid Id, string Name, long Size, string ContentType);

/// <param name="Id">Null when the wallet paid.</param>
/// <param name="State">Null while nothing was tried.</param>
/// <param name="ActionUrl">Where the buyer confirms (3-D Secure), while the payment asks for it.</param>
/// <param name="FromWallet">What the wallet pays first where another way pays the rest; null where one pays it all.</param>
internal sealed record PaymentReply(Guid? Id, string Method, PaymentState? State, string? ActionUrl, string? FailureCode, Money? FromWallet)
{
    internal string? NextPage => Payment.NextPageOf(State, ActionUrl);

    public static PaymentReply Of(Order order, Payment? latest)
    {
        var part = order.FromWallet > 0 ? order.PartOfWallet : (Money?)null;
        var mine = latest?.Method == order.Method ? latest : null;
        return order.AwaitsMoney
            ? new PaymentReply(mine?.Id, order.Method, mine?.State, mine?.ActionUrl, mine?.FailureCode, part)
            : new PaymentReply(mine?.Id, order.Method, PaymentState.Captured, null, null, part);
    }
}

/// <param name="ItemId">When it is about one line.</param>
/// <param name="Detail">A way to pay, a failure's code.</param>
internal sealed record HappeningReply(DateTimeOffset At, OrderHappening What, Guid? ItemId, string? Detail);
