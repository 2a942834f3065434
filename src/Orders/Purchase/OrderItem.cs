using System.Text.Json;
using Marketplace.Catalog;
using Marketplace.Kernel;
using Marketplace.Users;
using Marketplace.Wallet;

namespace Marketplace.Orders;

internal enum ItemState
{
    Pending,
    Paid,
    Available,

    /// <summary>Of a parcel: it is being packed.</summary>
    Preparing,

    /// <summary>On its way.</summary>
    Shipped,

    /// <summary>It has arrived, and the buyer may look at it.</summary>
    Delivered,
    Completed,

    /// <summary>To its last cent; what is refunded in part stays what it was.</summary>
    Refunded,
}

/// <summary>What is about to become a line.</summary>
/// <param name="Gross">What the buyer pays for all of it: the offer's price or the buyer's own, times units, less the discount.</param>
/// <param name="Rate">Commission in basis points, by the seller's tier of this moment.</param>
internal sealed record NewLine(Offer Offer, Money Gross, IEnumerable<ProductFile> Files, SellerTier Tier, int Rate)
{
    public int Units { get; init; } = 1;

    /// <summary>What a coupon took off (minor units).</summary>
    public long Discount { get; init; }

    /// <summary>What of the discount the market pays.</summary>
    public long Coupon { get; init; }
}

/// <summary>One thing bought: a snapshot of the offer, its files and its split. Shops may change theirs; this stays.</summary>
internal sealed class OrderItem
{
    private OrderItem()
    {
    }

    internal OrderItem(Order order, int line, NewLine of, Split split, TimeProvider clock)
    {
        var offer = of.Offer;
        Id = Ids.New(clock);
        OrderId = order.Id;
        Line = line;
        Buyer = order.Buyer;
        (Seller, Shop, ShopName) = (offer.Seller, offer.Shop, offer.ShopName);
        (Product, Offer, Kind, Title, Slug, CoverUrl) = (offer.Product, offer.Id, offer.Kind, offer.ProductTitle, offer.ProductSlug, offer.CoverUrl);
        (Licence, Terms) = (offer.Name, offer.Terms);
        Counted = offer.Available is not null;
        (Option, Details, ProductDetails) = (offer.Option, JsonSerializer.Deserialize<JsonElement>(offer.Details), JsonSerializer.Deserialize<JsonElement>(offer.ProductDetails));
        (SellerTier, CommissionRate) = (of.Tier, of.Rate);
        (Units, Discount) = (of.Units, of.Discount);
        Take(split);
        Files.AddRange(of.Files.Select(f => new OrderFile(Id, f, clock)));
    }

    public Guid Id { get; private set; }

    public Guid OrderId { get; private set; }

    public int Line { get; private set; }

    public Guid Buyer { get; private set; }

    public Guid Seller { get; private set; }

    public Guid Shop { get; private set; }

    public string ShopName { get; private set; } = "";

    public Guid Product { get; private set; }

    public Guid Offer { get; private set; }

    public string Kind { get; private set; } = "";

    public string Title { get; private set; } = "";

    public string Slug { get; private set; } = "";

    public string? CoverUrl { get; private set; }

    /// <summary>Name of the licence, and its text as it was.</summary>
    public string Licence { get; private set; } = "";

    public string Terms { get; private set; } = "";

    /// <summary>Package or plan; empty where there was one only.</summary>
    public string Option { get; private set; } = "";

    /// <summary>The facts of that way of buying it, and of the product, as they were.</summary>
    public JsonElement Details { get; private set; }

    public JsonElement ProductDetails { get; private set; }

    public ItemState State { get; private set; }

    /// <summary>Its units run out: they were kept while it was paid.</summary>
    public bool Counted { get; private set; }

    public int Units { get; private set; }

    /// <summary>What its buyer pays.</summary>
    public long Gross { get; private set; }

    /// <summary>What a coupon took off the price.</summary>
    public long Discount { get; private set; }

    /// <summary>What of the discount the market pays: its seller has it as if the buyer had paid it.</summary>
    public long Coupon { get; private set; }

    public long Tax { get; private set; }

    public string? TaxPlace { get; private set; }

    /// <summary>Of the base, in basis points.</summary>
    public int TaxRate { get; private set; }

    /// <summary>The gross without the tax.</summary>
    public long TaxBase => Gross - Tax;

    public TaxReason TaxReason { get; private set; }

    /// <summary>Who owes it. The shop's own it gets with its share; the market's it never sees.</summary>
    public TaxCollector TaxBy { get; private set; }

    public SellerTier SellerTier { get; private set; }

    public int CommissionRate { get; private set; }

    public long Commission { get; private set; }

    public long Fee { get; private set; }

    public long Affiliate { get; private set; }

    public long SellerShare { get; private set; }

    /// <summary>What of the gross went back to the buyer.</summary>
    public long Refunded { get; private set; }

    /// <summary>What of it the buyer's bank has: while a dispute is open, and for good when it was lost.</summary>
    public long Disputed { get; private set; }

    /// <summary>Before the discount.</summary>
    public long Price => Gross + Discount;

    /// <summary>Neither refunded nor disputed.</summary>
    public long Left => Gross - Refunded - Disputed;

    /// <summary>Its files can be fetched: delivered, not given back, and no bank has its money.</summary>
    public bool Opens => State is ItemState.Available or ItemState.Completed && Disputed == 0;

    /// <summary>What the seller gave of both: all but tax and commission, and what a coupon had added.</summary>
    public long SellerGave => Gone.SellerGives;

    /// <summary>All of it, by whose it is.</summary>
    internal RefundSplit Whole => new(Gross, Tax, Commission, Coupon);

    /// <summary>Refunded and disputed, by who gave it.</summary>
    internal RefundSplit Gone => new(Refunded + Disputed, GoneTax, GoneCommission, GoneCoupon);

    public long GoneTax { get; private set; }

    public long GoneCommission { get; private set; }

    public long GoneCoupon { get; private set; }

    public DateTimeOffset? AvailableAt { get; private set; }

    /// <summary>When it counts as received without another act; null: its own rule decides.</summary>
    public DateTimeOffset? CompletesAt { get; private set; }

    public DateTimeOffset? CompletedAt { get; private set; }

    /// <summary>Set when it begins; not loaded with the line.</summary>
    public ServiceOrder? Work { get; internal set; }

    /// <summary>What it opens; not loaded with the line.</summary>
    public List<AccessGrant> Grants { get; private set; } = [];

    /// <summary>Offers of webinars of which it takes a seat by a rule, beside what it is itself.</summary>
    public Guid[] Seats { get; private set; } = [];

    /// <summary>As <see cref="Work"/>, of the plan that began with this line.</summary>
    public Subscription? Subscription { get; internal set; }

    public List<OrderFile> Files { get; private set; } = [];

    public Sale Sale(string currency, HoldTerms hold) => new(Id, Seller, Money.Of(Gross, currency), Owed(Tax), TaxPlace, Commission, Fee, SellerShare + Tax - Owed(Tax), hold) { Coupon = Coupon };

    internal OrderItem Taxed(LineTax tax, TaxCollector by)
    {
        (TaxPlace, TaxRate, TaxReason, TaxBy) = (tax.Country, tax.Rate, tax.Reason, by);
        return this;
    }

    // What the market owes of a tax of this line.
    private long Owed(long tax) => TaxBy == TaxCollector.Market ? tax : 0;

    internal void Take(Split split) =>
        (Gross, Coupon, Tax, Commission, Fee, Affiliate, SellerShare) = (split.Gross, split.Coupon, split.Tax, split.Commission, split.Fee, split.Affiliate, split.SellerShare);

    /// <summary>With its payment it opens this.</summary>
    /// <param name="seat">The offer of which it keeps a seat until then.</param>
    internal void WillOpen(AccessKind kind, string target, Guid? seat = null)
    {
        if (Grants.Exists(g => g.TargetKind == kind && g.Target == target)) return;
        Grants.Add(new AccessGrant(this, kind, target));
        if (seat is { } offer) Seats = [.. Seats, offer];
    }

    /// <summary>Files of another product that come with it.</summary>
    internal void Add(IEnumerable<ProductFile> files, TimeProvider clock) =>
        Files.AddRange(files.Where(f => !Files.Exists(known => known.File == f.File)).Select(f => new OrderFile(Id, f, clock)));

    internal void Pay() => State = Next(ItemState.Pending, ItemState.Paid);

    internal void MakeAvailable(DateTimeOffset now, DateTimeOffset? completes)
    {
        State = Next(ItemState.Paid, ItemState.Available);
        (AvailableAt, CompletesAt) = (now, completes);
    }

    /// <summary>It is in a parcel of its shop.</summary>
    internal bool ShipsWith => Kind == ParcelDelivery.Kind;

    /// <summary>Until when its parcel should have left; null for what is not sent.</summary>
    public DateTimeOffset? ShipBy { get; private set; }

    /// <summary>When buyer and seller were told that it has not.</summary>
    public DateTimeOffset? LateAt { get; private set; }

    /// <summary>Neither packed nor sent, or packed and not sent: nothing of it has left the house.</summary>
    public bool IsUnsent => State is ItemState.Paid or ItemState.Preparing;

    /// <summary>Its parcel should have left by now.</summary>
    public bool IsLate(DateTimeOffset now) => IsUnsent && ShipBy < now;

    internal void SendBy(DateTimeOffset at) => ShipBy = at;

    internal void TellLate(DateTimeOffset now) => LateAt = now;

    /// <summary>Its parcel, once the seller has begun to pack it.</summary>
    public Shipment? Shipment { get; private set; }

    /// <returns>False when it is being packed already.</returns>
    internal bool Pack(TimeProvider clock)
    {
        if (State == ItemState.Preparing) return false;
        if (State != ItemState.Paid) throw NotToShip();
        (State, Shipment) = (ItemState.Preparing, new Shipment(this, clock));
        return true;
    }

    /// <returns>False when it is on its way already, and only its number changed.</returns>
    internal bool Send(string carrier, string tracking, TimeProvider clock)
    {
        if (State == ItemState.Shipped)
        {
            Shipment!.Correct(carrier, tracking);
            return false;
        }

        if (State is not (ItemState.Paid or ItemState.Preparing)) throw NotToShip();
        Shipment ??= new Shipment(this, clock);
        Shipment.Send(carrier, tracking, clock.GetUtcNow());
        State = ItemState.Shipped;
        return true;
    }

    internal void Arrive(DateTimeOffset now)
    {
        if (State != ItemState.Shipped) throw new Refused("not_shipped", 409, "This is not on its way.");
        State = ItemState.Delivered;
        Shipment!.Arrive(now);
    }

    private static Refused NotToShip() => new("not_to_ship", 409, "There is nothing to send here: it is sent already, was given back, or is no parcel.");

    internal void Complete(DateTimeOffset now)
    {
        State = Next(State == ItemState.Delivered ? ItemState.Delivered : ItemState.Available, ItemState.Completed);
        CompletedAt = now;
    }

    /// <param name="amount">Null: anything at all.</param>
    /// <exception cref="Refused">409 <c>nothing_to_refund</c>, <c>refund_too_high</c>.</exception>
    internal void MustHaveLeft(long? amount)
    {
        if (Left == 0) throw new Refused("nothing_to_refund", 409, "There is nothing left of this line to give back.");
        if (amount > Left) throw new Refused("refund_too_high", 409, "That is more than is left of this line.");
    }

    /// <exception cref="Refused">As <see cref="MustHaveLeft"/>.</exception>
    internal RefundSplit GiveBack(long amount)
    {
        MustHaveLeft(amount);
        var split = Give(amount);
        Refunded += split.Amount;
        if (Refunded == Gross) State = ItemState.Refunded;
        return split;
    }

    /// <summary>A bank takes a part of what is left.</summary>
    internal RefundSplit Dispute(long amount)
    {
        if (amount <= 0 || amount > Left) throw new InvalidOperationException($"Line {Id} has {Left} left, not {amount}.");
        var split = Give(amount);
        Disputed += amount;
        return split;
    }

    internal void Undispute(LineDispute won)
    {
        if (won.Amount > Disputed) throw new InvalidOperationException($"Of line {Id} {Disputed} is disputed, not {won.Amount}.");
        Disputed -= won.Amount;
        GoneTax -= won.Tax;
        GoneCommission -= won.Commission;
        GoneCoupon -= won.Coupon;
    }

    private RefundSplit Give(long amount)
    {
        var split = RefundSplit.Of(Whole, Gone, amount);
        GoneTax += split.Tax;
        GoneCommission += split.Commission;
        GoneCoupon += split.Coupon;
        return split;
    }

    internal SalePart Part(LineDispute line, string currency) => new(Id, Seller, Money.Of(line.Amount, currency), Owed(line.Tax), TaxPlace, line.Commission) { Coupon = line.Coupon };

    /// <summary>What the books take back for a refund of this line.</summary>
    internal SaleRefund Refund(Refund refund, string currency) =>
        new(refund.Id, Id, Seller, Money.Of(refund.Amount, currency), Owed(refund.Tax!.Value), TaxPlace, refund.Commission!.Value) { Coupon = refund.Coupon!.Value };

    private ItemState Next(ItemState from, ItemState to) =>
        State == from ? to : throw new InvalidOperationException($"Line {Id} is {State}, not {from}.");
}

/// <summary>A file that the buyer of a line receives, as it was when they bought.</summary>
internal sealed class OrderFile
{
    private OrderFile()
    {
    }

    internal OrderFile(Guid item, ProductFile file, TimeProvider clock)
    {
        Id = Ids.New(clock);
        ItemId = item;
        (File, BlobKey, Name, ContentType, Size, Sha256) = (file.File, file.BlobKey, file.FileName, file.ContentType, file.Size, file.Sha256);
    }

    /// <summary>Made for this line: the catalog does not know it.</summary>
    internal OrderFile(Guid item, Blob blob, string name, TimeProvider clock)
    {
        Id = Ids.New(clock);
        (ItemId, File, BlobKey, Name, ContentType, Size, Sha256) = (item, Id, blob.Key, name, blob.ContentType, blob.Size, blob.Sha256);
    }

    public Guid Id { get; private set; }

    public Guid ItemId { get; private set; }

    /// <summary>The catalog's id of it.</summary>
    public Guid File { get; private set; }

    public string BlobKey { get; private set; } = "";

    public string Name { get; private set; } = "";

    public string ContentType { get; private set; } = "";

    public long Size { get; private set; }

    public byte[] Sha256 { get; private set; } = [];
}
