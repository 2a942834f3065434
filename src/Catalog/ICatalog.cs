using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <summary>What other modules may ask of Catalog. Reads use a connection of their own unless they say that they join the transaction.</summary>
public interface ICatalog
{
    /// <summary>
    /// The offers as they are now, on sale or not: for carts, problems before paying and the price frozen at checkout. One query;
    /// joins the transaction when one is open.
    /// </summary>
    Task<IReadOnlyDictionary<Guid, Offer>> Offers(IReadOnlyCollection<Guid> offers, CancellationToken stop = default);

    /// <summary>All offers of these products that are not withdrawn, as they are now. One query; joins the transaction when one is open.</summary>
    Task<IReadOnlyDictionary<Guid, Offer>> OffersOf(IReadOnlyCollection<Guid> products, CancellationToken stop = default);

    /// <summary>The files that the buyer of a product receives, for the order's own record. One query; joins the transaction when one is open.</summary>
    Task<ILookup<Guid, ProductFile>> Files(IReadOnlyCollection<Guid> products, CancellationToken stop = default);

    /// <summary>Both of an order's offers, in one round trip of its transaction: files by product.</summary>
    Task<(IReadOnlyDictionary<Guid, Offer> Offers, ILookup<Guid, ProductFile> Files)> OffersAndFiles(IReadOnlyCollection<Guid> offers, CancellationToken stop = default);

    /// <summary>What a thing comes in, with price and stock of each; empty for what has no variants. Joins the transaction when one is open.</summary>
    Task<VariantChoice> Variants(Guid product, CancellationToken stop = default);

    /// <summary>One sold unit of each, counted within a minute (bestsellers); joins the transaction.</summary>
    Task RecordSale(IReadOnlyCollection<Guid> products);

    /// <summary>A buyer has received one unit of the product: a completed sale of its shop, which earns trust by them. Joins the transaction.</summary>
    Task RecordCompletion(Guid product);

    /// <summary>
    /// Keeps units for an order that is about to be paid: all or none; once or again, then for longer. Joins the transaction, and locks in the order of
    /// the offers' ids. Offers that are not counted never run out.
    /// </summary>
    /// <param name="lines">An offer once.</param>
    /// <returns>The offers of which there are not enough; empty when all is kept.</returns>
    Task<IReadOnlyList<Guid>> Reserve(Guid order, IReadOnlyList<StockUnits> lines, DateTimeOffset until);

    /// <summary>
    /// The order is paid: what was kept for it is sold. What was given up before the money came is taken again where there is any. The sale of an
    /// exclusive licence takes its product off sale. Once an order; joins the transaction.
    /// </summary>
    /// <returns>The offers of which nothing is left for this order: then nothing was changed, and its money must go back.</returns>
    Task<IReadOnlyList<Guid>> SettleStock(Guid order, IReadOnlyList<StockUnits> lines);

    /// <summary>Nobody pays for the order any more: what was kept is there for others. Once or again; joins the transaction.</summary>
    Task ReleaseReservations(Guid order);

    /// <summary>Units of a line that were refunded whole before they left the house; an exclusive licence does not come back. Joins the transaction.</summary>
    Task ReturnStock(Guid order, StockUnits line);

    /// <summary>A file that a seller sends for one buyer: looked at as what is uploaded to a product is, and staged. No transaction is open meanwhile.</summary>
    /// <exception cref="Refused">413, 422 with the reason.</exception>
    Task<(Blob Blob, string Name)> Stage(string? fileName, Stream content, long limit, CancellationToken stop);

    /// <summary>
    /// The buyer has received this line of an order and may review its product, and each side the other; once or again. Joins the transaction.
    /// Source of the rule: only who bought and received speaks, and is verified by it.
    /// </summary>
    Task AllowReview(Guid line, Guid product, Guid buyer, DateTimeOffset at);

    /// <summary>The line went back to its last cent: what was said of it leaves the averages. Once or again, before or after the completion was heard of. Joins the transaction.</summary>
    Task ReviewRefunded(Guid line, Guid product, Guid buyer, DateTimeOffset at);

    /// <summary>
    /// Sold lines, so that a boost knows what it brought: a sale belongs to the last sponsored place that its buyer opened within a day before.
    /// A line counts once; joins the transaction.
    /// </summary>
    Task RecordBoostedSales(Guid buyer, IReadOnlyCollection<SoldUnit> lines);

    /// <summary>The shop that a seller owns, or null. What they may do in the shops of others, <see cref="ShopsOf"/> says.</summary>
    Task<ShopLine?> ShopOf(Guid owner, CancellationToken stop = default);

    /// <summary>
    /// The shops in which somebody may do this, their own first: as owner, or as member of the team whose role allows it. Ask it before
    /// a person reads or changes what belongs to a shop (its orders, its messages), and show them the shop's, not their own.
    /// </summary>
    Task<IReadOnlyList<ShopLine>> ShopsOf(Guid person, ShopPermission permission, CancellationToken stop = default);

    /// <summary>For the mail that <see cref="ShopInvited"/> asks for; null when the invitation was accepted, revoked or sent anew meanwhile, or has expired.</summary>
    Task<InvitationLetter?> OpenInvitation(Guid invitation, byte[] sealedToken, CancellationToken stop = default);

    Task<IReadOnlyDictionary<Guid, ShopLine>> Shops(IReadOnlyCollection<Guid> shops, CancellationToken stop = default);

    /// <summary>Products as their shop knows them, on sale or not. One query; joins the transaction when one is open.</summary>
    Task<IReadOnlyDictionary<Guid, ShopProduct>> Products(IReadOnlyCollection<Guid> products, CancellationToken stop = default);

    /// <summary>What a shop has of these kinds, by title: all but what is archived.</summary>
    Task<IReadOnlyList<ShopProduct>> ProductsOf(Guid shop, IReadOnlyCollection<string> kinds, CancellationToken stop = default);
}

/// <summary>Something that can be bought: a product under one licence (or package, or variant) at one price.</summary>
/// <param name="OnSale">Product active, shop open and not on vacation, seller not suspended.</param>
/// <param name="Terms">The licence's text, as shown.</param>
public sealed record Offer(
    Guid Id, Guid Product, string Kind, string ProductTitle, string ProductSlug, string Name, string Terms, Money Price, bool OnSale,
    Guid Shop, string ShopName, Guid Seller, string? CoverUrl)
{
    /// <summary>The buyer names what they give, <see cref="Price"/> (which may be 0) or more.</summary>
    public bool NamesPrice { get; init; }

    /// <summary>Not on sale only because its shop is on vacation: it will be again.</summary>
    public bool Away { get; init; }

    /// <summary>Package, plan or variant within the product; empty where there is one only.</summary>
    public string Option { get; init; } = "";

    /// <summary>How many are left to buy; null when it never runs out.</summary>
    public int? Available { get; init; }

    /// <summary>What one of it weighs with its packaging; 0 for what is no thing.</summary>
    public int Grams { get; init; }

    /// <summary>The facts of this way of buying it, JSON: days and revisions of a package, interval and trial of a plan.</summary>
    public string Details { get; init; } = "{}";

    /// <summary>The facts of the product itself, JSON: what a service asks of its buyer, when a webinar begins.</summary>
    public string ProductDetails { get; init; } = "{}";
}

/// <summary>So many of an offer.</summary>
public sealed record StockUnits(Guid Offer, int Units = 1);

/// <summary>What somebody may do in a shop.</summary>
public enum ShopPermission
{
    /// <summary>See, make and change products, their files and what is featured.</summary>
    Products,

    /// <summary>Fulfil, refund and answer orders.</summary>
    Orders,
    ReadOrders,

    /// <summary>Read and answer what buyers write.</summary>
    Messages,

    /// <summary>Its address, words, pictures and vacation: the owner's alone.</summary>
    Shop,

    /// <summary>Who works there: the owner's alone.</summary>
    Team,
}

/// <param name="Path">Local path with the token.</param>
/// <param name="Email">To whom.</param>
public sealed record InvitationLetter(string Path, string Email, string Shop, string InvitedBy);

/// <param name="BlobKey">Key of the original in the blob store.</param>
public sealed record ProductFile(Guid Product, Guid File, string BlobKey, string FileName, string ContentType, long Size, byte[] Sha256);

/// <param name="Line">Of the order.</param>
public sealed record SoldUnit(Guid Line, Guid Product, Money Price);

/// <param name="OnSale">Anybody can find it.</param>
/// <param name="Offers">In which ways it is offered, in their order; none while it has no price.</param>
public sealed record ShopProduct(Guid Id, Guid Shop, string Kind, string Title, string Slug, bool OnSale, IReadOnlyList<Guid> Offers);

public sealed record ShopLine(Guid Id, Guid Owner, string Slug, string Name, Currency Currency);

/// <summary>What Catalog gives to the slots of its product page (<c>product-actions</c>) and product cards.</summary>
public sealed record ProductSlot(Guid Product, string Kind, Guid Seller, IReadOnlyList<ProductSlotOffer> Offers)
{
    /// <summary>Over the choice, English: "Choose a package".</summary>
    public string Choose { get; init; } = "Choose your licence";

    /// <summary>Its shop is on vacation: nothing of it can be bought for now.</summary>
    public bool Away { get; init; }

    /// <summary>When it sells again, if that is known.</summary>
    public DateTimeOffset? AwayUntil { get; init; }

    /// <summary>The facts of the product, JSON.</summary>
    public string Details { get; init; } = "{}";

    /// <summary>For the reviews below it: asked once a page.</summary>
    internal Rating? Rating { get; init; }
}

/// <param name="NamesPrice">As of <see cref="Offer.NamesPrice"/>.</param>
public sealed record ProductSlotOffer(Guid Offer, string Name, string Terms, Money Price, bool NamesPrice = false)
{
    /// <summary>As of <see cref="Offer.Option"/>.</summary>
    public string Option { get; init; } = "";

    /// <summary>What matters of it in a line, in the viewer's language: "7 days · 2 revisions". Empty where its name says all.</summary>
    public string Line { get; init; } = "";

    /// <summary>As of <see cref="Offer.Details"/>.</summary>
    public string Details { get; init; } = "{}";

    /// <summary>Its seller would have it seen first.</summary>
    public bool Featured { get; init; }
}

/// <param name="Axes">In the order in which a buyer chooses; none when it comes in one way.</param>
/// <param name="Variants">Those on sale, in the seller's order.</param>
public sealed record VariantChoice(IReadOnlyList<VariantAxis> Axes, IReadOnlyList<Variant> Variants);

/// <param name="Name">English; shown translated, as are the names of values.</param>
public sealed record VariantAxis(string Key, string Name, IReadOnlyList<VariantValue> Values);

public sealed record VariantValue(string Key, string Name);

/// <param name="Values">One of each axis: its key → the value's.</param>
/// <param name="Available">How many can be bought now.</param>
/// <param name="Weight">Grams; null: the product's.</param>
/// <param name="Name">Its values in words, English.</param>
public sealed record Variant(Guid Offer, IReadOnlyDictionary<string, string> Values, Money Price, int Available, int? Weight, string? ImageUrl, string Name)
{
    internal string? Sku { get; init; }

    internal int OnHand { get; init; }

    internal Guid? Image { get; init; }
}
