using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <param name="Name">Missing: the licence's usual name.</param>
/// <param name="Terms">Missing: the licence's usual text.</param>
/// <param name="NamesPrice">The buyer gives this price or more; only where the kind allows it.</param>
/// <param name="Option">Package, plan or variant, where a product has more to choose from than licences; else empty.</param>
/// <param name="Details">The facts of this way, as its kind knows them.</param>
internal sealed record OfferLine(
    Licence Licence, Money Price, string? Name = null, string? Terms = null, bool NamesPrice = false, string Option = "", JsonElement? Details = null)
{
    public static readonly JsonElement NoDetails = JsonSerializer.SerializeToElement(new { });

    /// <summary>What makes it the same way of buying, however its price and words change.</summary>
    [JsonIgnore]
    public (Licence Licence, string Option) Way => (Licence, Option);
}

/// <summary>A product in one way (licence and option) at one price.</summary>
internal sealed class ProductOffer
{
    private ProductOffer()
    {
    }

    public ProductOffer(Guid id, Guid product, (Licence Licence, string Option) way, Currency currency)
    {
        Id = id;
        ProductId = product;
        (Licence, Option) = way;
        Currency = currency;
    }

    public Guid Id { get; private set; }

    public Guid ProductId { get; private set; }

    public Licence Licence { get; private set; }

    /// <summary>Package, plan or variant; empty where there is one only.</summary>
    public string Option { get; private set; } = "";

    public (Licence Licence, string Option) Way => (Licence, Option);

    public string Name { get; private set; } = "";

    public string Terms { get; private set; } = "";

    public long PriceAmount { get; private set; }

    public Currency Currency { get; private set; }

    /// <summary>The buyer names what they give, the price or more.</summary>
    public bool NamesPrice { get; private set; }

    /// <summary>The facts of this way, as the kind cleaned them.</summary>
    public JsonElement Details { get; private set; }

    public int Position { get; private set; }

    public DateTimeOffset? WithdrawnAt { get; private set; }

    public void Set(OfferLine line, ProductKind kind, int position)
    {
        var usual = kind.Licences.First(l => l.Licence == line.Licence);
        Name = Words.Line(line.Name ?? "") is { Length: > 0 } said ? said : kind.NameOf(line.Option) ?? usual.Name;
        Terms = Words.Text(line.Terms ?? "") is { Length: > 0 } written ? written : usual.Terms;
        PriceAmount = line.Price.Minor;
        NamesPrice = line.NamesPrice;
        Details = line.Details ?? JsonSerializer.SerializeToElement(new { });
        Position = position;
        WithdrawnAt = null;
    }

    public void Withdraw(DateTimeOffset now) => WithdrawnAt ??= now;
}
