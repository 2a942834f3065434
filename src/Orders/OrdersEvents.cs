using Marketplace.Kernel;

namespace Marketplace.Orders;

/// <summary>An order was placed; its money may still have to come.</summary>
/// <param name="Number">For people: "Order 1042".</param>
public sealed record OrderPlaced(Guid Order, long Number, Guid Buyer, Money Total) : IEvent
{
    public string Key => Order.ToString();
}

/// <summary>The whole of an order is paid: its lines are sold.</summary>
public sealed record OrderPaid(Guid Order, long Number, Guid Buyer, Money Total, IReadOnlyList<SoldLine> Lines) : IEvent
{
    /// <summary>A subscription's period or change of plan: its member hears of it by <see cref="SubscriptionPaid"/>.</summary>
    public bool Renewal { get; init; }

    public string Key => Order.ToString();
}

/// <param name="Kind">The product's kind, e.g. <c>beat</c>.</param>
/// <param name="SellerShare">What the seller earns of the gross, held at first.</param>
public sealed record SoldLine(Guid Item, Guid Product, Guid Shop, Guid Seller, string Kind, Money Gross, Money SellerShare);

/// <summary>Nobody paid in time. Money that arrives after this still pays the order.</summary>
public sealed record OrderExpired(Guid Order, long Number, Guid Buyer) : IEvent
{
    public string Key => Order.ToString();
}

/// <summary>A payment came when something of its order was sold to others: the whole of it goes back, and nothing was sold.</summary>
public sealed record OrderMoneyReturned(Guid Order, long Number, Guid Buyer, Money Amount) : IEvent
{
    public string Key => Order.ToString();
}

/// <summary>A line is on its way to its buyer.</summary>
public sealed record ParcelShipped(Guid Order, long Number, Guid Item, Guid Product, Guid Buyer, Guid Seller) : IEvent
{
    public string Key => Order.ToString();
}

/// <summary>The buyer has received the line: from now on they may review it.</summary>
public sealed record LineCompleted(Guid Order, Guid Item, Guid Product, Guid Buyer, Guid Seller) : IEvent
{
    public string Key => Order.ToString();
}

/// <summary>A part or the whole of a line goes back to its buyer; the books say so already, a card is credited soon after.</summary>
/// <param name="Refund">One refund of one line.</param>
/// <param name="Amount">Of this refund.</param>
/// <param name="Whole">The line is refunded to its last cent now: its files are closed.</param>
public sealed record RefundProcessed(Guid Refund, Guid Order, long Number, Guid Item, Guid Product, Guid Buyer, Guid Seller, Money Amount, bool Whole) : IEvent
{
    public string Key => Order.ToString();
}

/// <summary>The buyer's bank took a part or the whole of a sold line back (needs_response), or has decided (won, lost).</summary>
/// <param name="Dispute">The wallet's; one dispute may be about several lines.</param>
/// <param name="Amount">Of this line.</param>
public sealed record SaleDisputed(Guid Dispute, Guid Order, long Number, Guid Item, Guid Product, Guid Buyer, Guid Seller, Money Amount, Wallet.DisputeState State) : IEvent
{
    public string Key => Order.ToString();
}

/// <summary>An invoice, credit note or commission invoice has its number; its paper can be read an instant later.</summary>
/// <param name="Series"><c>invoice</c>, <c>credit_note</c>, <c>commission</c>, <c>commission_credit</c>.</param>
/// <param name="Number">As people quote it: <c>INV-2026-000042</c>.</param>
/// <param name="Recipient">The buyer; of commission the seller.</param>
/// <param name="Order">And its number; null for commission.</param>
public sealed record InvoiceIssued(Guid Invoice, string Series, string Number, Guid Recipient, Money Total, Guid? Order, long? OrderNumber) : IEvent
{
    public string Key => Invoice.ToString();

    internal static InvoiceIssued Of(Invoice invoice, long? order) =>
        new(invoice.Id, invoice.Series.ToText(), invoice.Text, invoice.Recipient, Money.Of(invoice.Total, invoice.Currency), invoice.OrderId, order);
}

/// <summary>
/// Somebody has access to something by a first purchase, or with the last has lost it; what one purchase of several opens or closes in between is not
/// told. One event for both, so that whoever listens hears them in their order.
/// </summary>
/// <param name="Target">An id in its usual form, or a tier's name.</param>
/// <param name="Open">False: it was lost.</param>
public sealed record AccessChanged(Guid Account, AccessKind Kind, string Target, bool Open) : IEvent
{
    public string Key => $"{Account} {Kind.ToText()} {Target}";
}

/// <summary>Somebody left a cart alone for a day. Told once a cart; its token is sealed.</summary>
public sealed record CartLeft(Guid Reminder, Guid Account, IReadOnlyList<Guid> Products, byte[] SealedToken) : IEvent
{
    public string Key => Account.ToString();
}

/// <summary>A buyer asks for money of a line; the shop answers by <paramref name="AnswerDue"/>.</summary>
public sealed record RefundAsked(Guid Refund, Guid Order, long Number, Guid Item, Guid Product, Guid Shop, Guid Buyer, Guid Seller, Money Amount, DateTimeOffset AnswerDue) : IEvent
{
    public string Key => Order.ToString();
}

/// <summary>The shop left what a buyer asked back unanswered: staff decides.</summary>
public sealed record RefundEscalated(Guid Refund, Guid Order, long Number, Guid Item, Guid Product, Guid Buyer, Guid Seller, Money Amount) : IEvent
{
    public string Key => Order.ToString();
}

/// <summary>What a buyer asked back is not given; of a yes <see cref="RefundProcessed"/> tells.</summary>
public sealed record RefundRejected(Guid Refund, Guid Order, long Number, Guid Item, Guid Product, Guid Buyer, Guid Seller, Money Amount) : IEvent
{
    public string Key => Order.ToString();
}

/// <summary>Something should have been sent or delivered by now: its buyer may cancel it.</summary>
/// <param name="Work">It is work; else a parcel.</param>
public sealed record LineLate(Guid Order, long Number, Guid Item, Guid Product, Guid Buyer, Guid Seller, bool Work, DateTimeOffset Due) : IEvent
{
    public string Key => Order.ToString();
}

/// <summary>The buyer of work is waited for: their answers, or a look at what was delivered.</summary>
/// <param name="Delivered">A look; else answers.</param>
/// <param name="Until">What happens by itself then: it is accepted, or the money goes back.</param>
/// <param name="Count">The first reminder, the second …</param>
public sealed record WorkAwaitsBuyer(Guid Order, Guid Item, Guid Product, Guid Buyer, Guid Seller, bool Delivered, DateTimeOffset Until, int Count) : IEvent
{
    public string Key => Order.ToString();
}

/// <summary>A parcel has arrived.</summary>
/// <param name="Said">By its buyer; else nobody said otherwise in time.</param>
public sealed record ParcelDelivered(Guid Order, long Number, Guid Item, Guid Product, Guid Buyer, Guid Seller, bool Said) : IEvent
{
    public string Key => Order.ToString();
}

/// <summary>Buyer and seller do not agree on a line; its money waits. The seller answers by <paramref name="AnswerDue"/>, or it is decided for the buyer.</summary>
public sealed record ClaimOpened(Guid Claim, Guid Order, long Number, Guid Item, Guid Product, Guid Shop, Guid Buyer, Guid Seller, DateTimeOffset AnswerDue) : IEvent
{
    public string Key => Order.ToString();
}

/// <summary>Somebody said or showed something in a claim.</summary>
/// <param name="Side">buyer, seller or staff.</param>
/// <param name="First">The seller's first word: from now on staff decides.</param>
public sealed record ClaimAnswered(Guid Claim, Guid Message, Guid Order, long Number, Guid Item, Guid Product, Guid Buyer, Guid Seller, string Side, bool First) : IEvent
{
    public string Key => Order.ToString();
}

/// <summary>A claim is decided: by staff, by time, by the seller who gave all back, or by a bank that took the matter.</summary>
/// <param name="Upheld">For the buyer, in part or whole.</param>
/// <param name="Refunded">What the buyer got by it.</param>
public sealed record ClaimDecided(Guid Claim, Guid Order, long Number, Guid Item, Guid Product, Guid Buyer, Guid Seller, bool Upheld, Money Refunded) : IEvent
{
    public string Key => Order.ToString();
}

/// <summary>A further period of a subscription, or a dearer plan of it, is paid.</summary>
/// <param name="Until">The end of what is paid for.</param>
public sealed record SubscriptionPaid(Guid Subscription, Guid Order, Guid Account, Guid Seller, Guid Product, Money Amount, DateTimeOffset Until) : IEvent
{
    public string Key => Subscription.ToString();
}

/// <summary>A trial ends within three days, and the first payment comes.</summary>
/// <param name="Amount">What will be taken then.</param>
public sealed record TrialEnding(Guid Subscription, Guid Account, Guid Product, Money Amount, DateTimeOffset At) : IEvent
{
    public string Key => Subscription.ToString();
}

/// <summary>A period could not be paid.</summary>
/// <param name="Charge">The period's charge; <paramref name="Try"/> counts its failures from 1.</param>
/// <param name="FailureCode">Stable, e.g. <c>card_declined</c>.</param>
/// <param name="NextTry">Null: it is not tried again; the member has to pay in another way.</param>
public sealed record SubscriptionUnpaid(
    Guid Subscription, Guid Charge, int Try, Guid Account, Guid Product, Money Amount, string FailureCode, DateTimeOffset? NextTry, DateTimeOffset AccessUntil) : IEvent
{
    public string Key => Subscription.ToString();
}

/// <summary>It is over, and its access with it.</summary>
/// <param name="Reason">cancelled, completed, unpaid, refunded, withdrawn, staff or erased.</param>
public sealed record SubscriptionEnded(Guid Subscription, Guid Account, Guid Seller, Guid Product, string Reason) : IEvent
{
    public string Key => Subscription.ToString();
}
