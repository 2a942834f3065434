using System.Globalization;
using Marketplace.Catalog;
using Marketplace.Kernel;
using Marketplace.Users;
using Marketplace.Wallet;

namespace Marketplace.Orders;

internal enum OrderState
{
    Pending,
    Paid,
    Completed,
    Expired,

    /// <summary>By its buyer, before it was paid.</summary>
    Cancelled,
}

/// <summary>One checkout: lines of any number of shops, one payment. Prices and splits are frozen when it is placed.</summary>
internal sealed class Order
{
    /// <summary>Who does not pay within this loses nothing but the order.</summary>
    public static readonly TimeSpan PaymentWindow = TimeSpan.FromMinutes(30);

    /// <summary>What runs out is kept so long for an order that is being paid, and each try to pay keeps it anew.</summary>
    public static readonly TimeSpan StockWindow = TimeSpan.FromMinutes(10);

    private Order()
    {
    }

    public Guid Id { get; private set; }

    public long Number { get; private set; }

    public Guid Buyer { get; private set; }

    public string Currency { get; private set; } = "";

    public long Total { get; private set; }

    public OrderState State { get; private set; }

    /// <summary>How it is paid, or was last tried: <c>wallet</c>, <c>sandbox_card</c> …</summary>
    public string Method { get; private set; } = "";

    /// <summary>What the wallet pays of it before <see cref="Method"/> pays the rest (minor units); 0 where one of them pays it all.</summary>
    public long FromWallet { get; private set; }

    /// <summary>The buyer's when they ordered, e.g. <c>fr</c>: that of their contracts.</summary>
    public string Language { get; private set; } = "";

    public DateTimeOffset PlacedAt { get; private set; }

    public DateTimeOffset ExpiresAt { get; private set; }

    public DateTimeOffset? PaidAt { get; private set; }

    public DateTimeOffset? CompletedAt { get; private set; }

    public DateTimeOffset? CancelledAt { get; private set; }

    /// <summary>Where its parcels go, as it was when it was placed; null when it has none.</summary>
    public PostalAddress? ShippingAddress { get; private set; }

    /// <summary>Where its buyer is, for the tax: two letters; null when nobody knew.</summary>
    public string? Country { get; private set; }

    /// <summary>What stands on its invoice of its buyer; null once they are erased.</summary>
    public Billing? Billing { get; private set; }

    /// <summary>A payment came when its things were gone: it was sent back then, by this refund, and the order is at its end.</summary>
    public DateTimeOffset? MoneyReturnedAt { get; private set; }

    public Guid? MoneyReturnedBy { get; private set; }

    /// <summary>It pays a period of it, or a change of its plan.</summary>
    public Guid? Subscription { get; private set; }

    public List<OrderItem> Items { get; private set; } = [];

    public List<OrderEvent> Events { get; private set; } = [];

    /// <summary>The timeline as people read it. What is asked for sending has no story of its own: it is in nobody's library.</summary>
    internal IEnumerable<OrderEvent> Story => Events.Where(e => e.What != OrderHappening.Available || Items.Find(i => i.Id == e.ItemId)?.Kind != Sending.Kind).OrderBy(e => e.At).ThenBy(e => e.Id);

    public Money Price => Money.Of(Total, Currency);

    public Money PartOfWallet => Money.Of(FromWallet, Currency);

    /// <summary>What of it went back to the buyer; its lines must be there.</summary>
    public Money Refunded => Money.Of(Items.Sum(i => i.Refunded), Currency);

    public RefundExtent RefundState => RefundExtents.Of(Refunded, Price);

    /// <summary>All of its money went back, and nothing stayed with the buyer that its coupon had made cheaper, or free.</summary>
    public bool IsUndone => Refunded == Price && Items.TrueForAll(i => i.Discount == 0 || i.State == ItemState.Refunded);

    /// <summary>Nothing was taken for it yet. An expired order still takes money that comes late: most things do not run out. A cancelled one sends it back.</summary>
    public bool AwaitsMoney => State is OrderState.Pending or OrderState.Expired or OrderState.Cancelled;

    /// <summary>What of it runs out, an offer once: a seat may be bought and come with something else, too.</summary>
    public IReadOnlyList<StockUnits> Counted => Items.Where(i => i.Counted).Select(i => new StockUnits(i.Offer, i.Units)).Concat(Items.SelectMany(i => i.Seats).Select(seat => new StockUnits(seat)))
        .GroupBy(u => u.Offer).Select(u => new StockUnits(u.Key, u.Sum(one => one.Units))).ToList();

    public static Order Place(Guid buyer, Currency currency, WayToPay way, IReadOnlyList<NewLine> lines, PostalAddress? to, TimeProvider clock, TaxOf? tax = null, Billing? billing = null)
    {
        var now = clock.GetUtcNow();
        tax ??= TaxOf.Nobody;
        var order = new Order
        {
            Id = Ids.New(clock),
            Buyer = buyer,
            Currency = currency.Code,
            Total = lines.Aggregate(Money.Zero(currency), (sum, line) => sum + line.Gross).Minor,
            Method = way.Method,
            FromWallet = way.FromWallet.Minor,
            Language = CultureInfo.CurrentUICulture.TwoLetterISOLanguageName is { Length: 2 } language ? language : "en",
            ShippingAddress = to,
            Country = tax.Country,
            Billing = billing,
            PlacedAt = now,
            ExpiresAt = now + PaymentWindow,
        };
        var taxes = lines.Select(l => tax.Line(l.Offer.Kind, l.Gross)).ToList();
        var splits = Split.Of(lines.Select((l, i) => new ToSplit(l.Gross, taxes[i].Amount, l.Rate, l.Coupon)).ToList(), way.Fee);
        order.Items.AddRange(lines.Select((line, i) => new OrderItem(order, i + 1, line, splits[i], clock).Taxed(taxes[i], tax.Collector)));
        order.Happened(OrderHappening.Placed, now, buyer);
        return order;
    }

    /// <summary>Money is about to be asked for in another way; the processor's fee follows the way, all else is frozen.</summary>
    /// <exception cref="Refused">409 <c>order_paid</c>, <c>order_expired</c>, <c>order_cancelled</c>.</exception>
    public void TryPayment(WayToPay way, DateTimeOffset now)
    {
        if (!AwaitsMoney) throw new Refused("order_paid", 409, "This order is paid already.");
        if (State == OrderState.Cancelled) throw new Refused("order_cancelled", 409, "This order was cancelled. Put the products into your cart again.");
        if (State == OrderState.Expired) throw new Refused("order_expired", 409, "This order has expired. Put the products into your cart again.");
        (Method, FromWallet) = (way.Method, way.FromWallet.Minor);
        if (Subscription is null) ExpiresAt = now + PaymentWindow;
        var splits = Split.Of(Items.Select(i => new ToSplit(Money.Of(i.Gross, Currency), i.Tax, i.CommissionRate, i.Coupon)).ToList(), way.Fee);
        for (var i = 0; i < Items.Count; i++) Items[i].Take(splits[i]);
    }

    /// <summary>Somebody gives something for it: its buyer, or the market by a coupon.</summary>
    public bool MovesMoney => Items.Exists(i => i.Gross + i.Coupon > 0);

    /// <summary>The sales that <see cref="IWallet.Settle"/> posts. A free line moves nothing.</summary>
    public Settlement Settlement(bool fromWallet, Fulfilments fulfilments) => new(
        Id, Buyer, fromWallet && Total > 0 ? Price : null, Items.Where(i => i.Gross + i.Coupon > 0).Select(i => i.Sale(Currency, fulfilments.Of(i.Kind).Hold(i.Kind))).ToList());

    /// <summary>The whole is paid: each line goes the way of its kind.</summary>
    public void Pay(Fulfilments fulfilments, DateTimeOffset now)
    {
        if (!AwaitsMoney) throw new InvalidOperationException($"Order {Number} is {State}.");
        State = OrderState.Paid;
        PaidAt = now;
        Happened(OrderHappening.Paid, now, null, detail: Method);
        foreach (var item in Items)
        {
            item.Pay();
            fulfilments.Of(item.Kind).Begin(this, item, now);
        }
    }

    public void PaymentStarted(DateTimeOffset now) => Happened(OrderHappening.PaymentStarted, now, Buyer, detail: Method);

    /// <summary>The money is held at the payer's bank while somebody looks at the payment: the order waits for that.</summary>
    public void AwaitReview(DateTimeOffset until)
    {
        if (State == OrderState.Pending && until + PaymentWindow > ExpiresAt) ExpiresAt = until + PaymentWindow;
    }

    public void PaymentFailed(string code, DateTimeOffset now)
    {
        if (!AwaitsMoney) return;
        Happened(OrderHappening.PaymentFailed, now, null, detail: code.Length > 200 ? code[..200] : code);
        // It waited for a review that is over: from here on there is as much time for another try as for a first one.
        if (Subscription is null && ExpiresAt > now + PaymentWindow) ExpiresAt = now + PaymentWindow;
    }

    /// <summary>A subscription waits for its money as long as the subscription's rules say.</summary>
    public void BelongsTo(Guid subscription, DateTimeOffset until) => (Subscription, ExpiresAt) = (subscription, until);

    /// <summary>Nobody waits for it any more.</summary>
    public bool GiveUp(DateTimeOffset now)
    {
        if (ExpiresAt > now) ExpiresAt = now;
        return Expire(now);
    }

    /// <returns>False when it was paid meanwhile.</returns>
    public bool Expire(DateTimeOffset now)
    {
        if (State != OrderState.Pending || now < ExpiresAt) return false;
        State = OrderState.Expired;
        Happened(OrderHappening.Expired, now, null);
        return true;
    }

    /// <summary>Its buyer wants it no more, and nothing was paid. A payment that is under way and succeeds all the same is sent back.</summary>
    /// <exception cref="Refused">409 <c>order_paid</c>, <c>order_expired</c>, <c>order_of_subscription</c>.</exception>
    public void Cancel(DateTimeOffset now)
    {
        if (State == OrderState.Cancelled) return;
        if (Subscription is not null) throw new Refused("order_of_subscription", 409, "This order pays a subscription. Cancel the subscription instead.");
        if (State == OrderState.Expired) throw new Refused("order_expired", 409, "This order has expired. Put the products into your cart again.");
        if (!AwaitsMoney) throw new Refused("order_paid", 409, "This order is paid already.");
        (State, CancelledAt) = (OrderState.Cancelled, now);
        Happened(OrderHappening.Cancelled, now, Buyer);
    }

    /// <summary>The payment came too late for what it was to buy.</summary>
    public void ReturnMoney(Guid refund, DateTimeOffset now)
    {
        if (!AwaitsMoney || MoneyReturnedAt is not null) throw new InvalidOperationException($"Order {Number} is {State}.");
        if (State == OrderState.Pending) Happened(OrderHappening.Expired, now, null);
        if (State != OrderState.Cancelled) State = OrderState.Expired;
        (MoneyReturnedAt, MoneyReturnedBy) = (now, refund);
        Happened(OrderHappening.MoneyReturned, now, null);
    }

    public void MakeAvailable(OrderItem item, DateTimeOffset now) => MakeAvailable(item, now, now + CompleteReceived.After);

    /// <param name="completes">When it counts as received without another act; null: its own rule decides.</param>
    public void MakeAvailable(OrderItem item, DateTimeOffset now, DateTimeOffset? completes)
    {
        item.MakeAvailable(now, completes);
        Happened(OrderHappening.Available, now, null, item.Id);
    }

    /// <summary>The seller packs a line; again changes nothing.</summary>
    /// <exception cref="Refused">409 <c>not_to_ship</c>.</exception>
    public void Prepare(OrderItem item, Guid by, TimeProvider clock)
    {
        if (item.Pack(clock)) Happened(OrderHappening.Preparing, clock.GetUtcNow(), by, item.Id);
    }

    /// <summary>A line is on its way; while it is, its number may be corrected.</summary>
    /// <exception cref="Refused">409 <c>not_to_ship</c>.</exception>
    public void Ship(OrderItem item, string carrier, string tracking, Guid by, TimeProvider clock)
    {
        if (item.Send(carrier, tracking, clock)) Happened(OrderHappening.Shipped, clock.GetUtcNow(), by, item.Id);
    }

    /// <summary>It has arrived.</summary>
    /// <param name="by">Null: nobody said otherwise in time.</param>
    /// <exception cref="Refused">409 <c>not_shipped</c>.</exception>
    public void Deliver(OrderItem item, Guid? by, DateTimeOffset now)
    {
        item.Arrive(now);
        Happened(OrderHappening.Delivered, now, by, item.Id);
    }

    /// <summary>The buyer has it. The last line completes the order.</summary>
    public void Complete(OrderItem item, DateTimeOffset now, Guid? by)
    {
        item.Complete(now);
        if (by is not null) Happened(OrderHappening.Downloaded, now, by, item.Id);
        EndSending(now);
        CompleteWithTheLast(now);
    }

    /// <summary>How much of a line is meant.</summary>
    /// <param name="amount">Null: all that is left.</param>
    /// <exception cref="Refused">409 <c>order_not_paid</c>, <c>nothing_to_refund</c>, <c>refund_too_high</c>; 422 for another currency.</exception>
    public long Refundable(OrderItem item, Money? amount)
    {
        if (AwaitsMoney) throw new Refused("order_not_paid", 409, "This order is not paid: there is nothing to give back.");
        if (amount is { } asked && asked.Currency.Code != Currency) throw Refused.Invalid(new FieldError("/amount", "currency", "The order is in another currency."));
        item.MustHaveLeft(amount?.Minor);
        return amount?.Minor ?? item.Left;
    }

    /// <summary>A refund that was approved: money of the line goes back to the buyer.</summary>
    /// <exception cref="Refused">409 <c>nothing_to_refund</c>, <c>refund_too_high</c>.</exception>
    public void GiveBack(OrderItem item, Refund refund, DateTimeOffset now)
    {
        refund.Process(item.GiveBack(refund.Amount), now);
        Happened(item.State == ItemState.Refunded ? OrderHappening.Refunded : OrderHappening.RefundedInPart, now, refund.DecidedBy, item.Id);
        EndSending(now);
        CompleteWithTheLast(now);
    }

    /// <summary>Something was asked or decided about a line that is not its delivery.</summary>
    public void Note(OrderItem item, OrderHappening what, Guid? by, DateTimeOffset now) => Happened(what, now, by, item.Id);

    /// <summary>A bank took money back: each line gives of what it still has, by largest remainder; what no line has, nobody here gives.</summary>
    public IReadOnlyList<(OrderItem Item, LineDispute Line)> Dispute(Guid dispute, long amount, DateTimeOffset now)
    {
        var lines = Items.Where(i => i.Left > 0).OrderBy(i => i.Line).ToList();
        var left = lines.Sum(i => i.Left);
        if (left == 0) return [];
        var shares = Money.Allocate(Math.Min(amount, left), lines.Select(i => i.Left).ToList());
        var taken = lines.Zip(shares).Where(s => s.Second > 0).Select(s => (s.First, new LineDispute(dispute, s.First, s.First.Dispute(s.Second), now))).ToList();
        foreach (var (item, _) in taken) Happened(OrderHappening.Disputed, now, null, item.Id);
        return taken;
    }

    /// <summary>The bank has decided. What was won is the lines' again; what was lost is not waited for.</summary>
    public IReadOnlyList<(OrderItem Item, LineDispute Line)> Decided(IEnumerable<LineDispute> lines, DisputeOutcome outcome, DateTimeOffset now)
    {
        var ended = lines.Where(l => l.Outcome is null).Select(l => (Item: Items.Single(i => i.Id == l.ItemId), Line: l)).OrderBy(l => l.Item.Line).ToList();
        foreach (var (item, line) in ended)
        {
            line.End(outcome, now);
            if (outcome == DisputeOutcome.Won) item.Undispute(line);
            Happened(outcome == DisputeOutcome.Won ? OrderHappening.DisputeWon : OrderHappening.DisputeLost, now, null, item.Id);
        }

        return ended;
    }

    public RefundProcessed ToldRefunded(OrderItem item, Refund refund) => new(
        refund.Id, Id, Number, item.Id, item.Product, item.Buyer, item.Seller, Money.Of(refund.Amount, Currency), item.State == ItemState.Refunded);

    /// <summary>What was paid for sending parcels that never will be: all that was in them went back before it left the house. Shipments must be there.</summary>
    internal IReadOnlyList<OrderItem> UnusedSendings => Items.FindAll(i => i.Kind == Sending.Kind && i.Left > 0 && IsUnused(i));

    private bool IsUnused(OrderItem sending) => Items.TrueForAll(i => i.Shop != sending.Shop || !i.ShipsWith || (i.State == ItemState.Refunded && i.Shipment?.ShippedAt is null));

    // What was paid for sending is earned when the last parcel of its shop is at its end, and one of them was sent.
    private void EndSending(DateTimeOffset now)
    {
        foreach (var sending in Items.Where(i => i is { Kind: Sending.Kind, State: ItemState.Available } && !IsUnused(i)))
        {
            if (Items.TrueForAll(i => i.Shop != sending.Shop || !i.ShipsWith || i.State is ItemState.Completed or ItemState.Refunded)) sending.Complete(now);
        }
    }

    // What was given back whole is not waited for. An order of which nothing stayed with its buyer is never completed.
    private void CompleteWithTheLast(DateTimeOffset now)
    {
        if (State != OrderState.Paid || !Items.TrueForAll(i => i.State is ItemState.Completed or ItemState.Refunded) || !Items.Exists(i => i.State == ItemState.Completed)) return;
        State = OrderState.Completed;
        CompletedAt = now;
        Happened(OrderHappening.Completed, now, null);
    }

    public OrderPaid ToldPaid() => new(Id, Number, Buyer, Price,
        Items.Where(i => i.Kind != Sending.Kind).Select(i => new SoldLine(i.Id, i.Product, i.Shop, i.Seller, i.Kind, Money.Of(i.Gross, Currency), Money.Of(i.SellerShare, Currency))).ToList()) { Renewal = Subscription is not null };

    private void Happened(OrderHappening what, DateTimeOffset at, Guid? by, Guid? item = null, string? detail = null) =>
        Events.Add(new OrderEvent(Id, item, at, what, by, detail));
}

internal enum OrderHappening
{
    Placed,
    PaymentStarted,
    PaymentFailed,
    Paid,
    Expired,
    Available,
    Downloaded,
    Completed,
    Refunded,
    RefundedInPart,
    Disputed,
    DisputeWon,
    DisputeLost,
    MoneyReturned,
    Preparing,
    Shipped,
    Delivered,
    Cancelled,
    RefundAsked,
    RefundRejected,
    ClaimOpened,
    ClaimResolved,
    ClaimRejected,
}

/// <summary>A row of the timeline.</summary>
internal sealed class OrderEvent
{
    private OrderEvent()
    {
    }

    internal OrderEvent(Guid order, Guid? item, DateTimeOffset at, OrderHappening what, Guid? by, string? detail) =>
        (OrderId, ItemId, At, What, By, Detail) = (order, item, at, what, by, detail);

    public long Id { get; private set; }

    public Guid OrderId { get; private set; }

    public Guid? ItemId { get; private set; }

    public DateTimeOffset At { get; private set; }

    public OrderHappening What { get; private set; }

    /// <summary>Null: the market itself.</summary>
    public Guid? By { get; private set; }

    /// <summary>A way to pay, a failure's code.</summary>
    public string? Detail { get; private set; }
}
