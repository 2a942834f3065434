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

    /// <summary>The files that the buyer of a product receives, for the order's own record. One query; joins the transaction when one is open.</summary>
    Task<ILookup<Guid, ProductFile>> Files(IReadOnlyCollection<Guid> products, CancellationToken stop = default);

    /// <summary>One sold unit of each, counted within a minute (bestsellers); joins the transaction.</summary>
    Task RecordSale(IReadOnlyCollection<Guid> products);

    /// <summary>A buyer has received one unit of the product: a completed sale of its shop, which earns trust by them. Joins the transaction.</summary>
    Task RecordCompletion(Guid product);

    /// <summary>The shop of a seller, or null.</summary>
    Task<ShopLine?> ShopOf(Guid owner, CancellationToken stop = default);

    Task<IReadOnlyDictionary<Guid, ShopLine>> Shops(IReadOnlyCollection<Guid> shops, CancellationToken stop = default);
}

/// <summary>Something that can be bought: a product under one licence (or package, or variant) at one price.</summary>
/// <param name="OnSale">Product active, shop open, seller not suspended.</param>
/// <param name="Terms">The licence's text, as shown.</param>
public sealed record Offer(
    Guid Id, Guid Product, string Kind, string ProductTitle, string ProductSlug, string Name, string Terms, Money Price, bool OnSale,
    Guid Shop, string ShopName, Guid Seller, string? CoverUrl)
{
    /// <summary>The buyer names what they give, <see cref="Price"/> (which may be 0) or more.</summary>
    public bool NamesPrice { get; init; }

    /// <summary>Package, plan or variant within the product; empty where there is one only.</summary>
    public string Option { get; init; } = "";

    /// <summary>The facts of this way of buying it, JSON: days and revisions of a package, interval and trial of a plan.</summary>
    public string Details { get; init; } = "{}";
}

/// <param name="BlobKey">Key of the original in the blob store.</param>
public sealed record ProductFile(Guid Product, Guid File, string BlobKey, string FileName, string ContentType, long Size, byte[] Sha256);

public sealed record ShopLine(Guid Id, Guid Owner, string Slug, string Name, Currency Currency);

/// <summary>What Catalog gives to the slots of its product page (<c>product-actions</c>) and product cards.</summary>
public sealed record ProductSlot(Guid Product, string Kind, Guid Seller, IReadOnlyList<ProductSlotOffer> Offers);

/// <param name="NamesPrice">As of <see cref="Offer.NamesPrice"/>.</param>
public sealed record ProductSlotOffer(Guid Offer, string Name, string Terms, Money Price, bool NamesPrice = false);
