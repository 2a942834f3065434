using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <param name="Name">Missing: the licence's usual name.</param>
/// <param name="Terms">Missing: the licence's usual text.</param>
/// <param name="NamesPrice">The buyer gives this price or more; only where the kind allows it.</param>
internal sealed record OfferLine(Licence Licence, Money Price, string? Name = null, string? Terms = null, bool NamesPrice = false);

/// <summary>A product under one licence at one price.</summary>
internal sealed class ProductOffer
{
    private ProductOffer()
    {
    }

    public ProductOffer(Guid id, Guid product, Licence licence, Currency currency)
    {
        Id = id;
        ProductId = product;
        Licence = licence;
        Currency = currency;
    }

    public Guid Id { get; private set; }

    public Guid ProductId { get; private set; }

    public Licence Licence { get; private set; }

    public string Name { get; private set; } = "";

    public string Terms { get; private set; } = "";

    public long PriceAmount { get; private set; }

    public Currency Currency { get; private set; }

    /// <summary>The buyer names what they give, the price or more.</summary>
    public bool NamesPrice { get; private set; }

    public int Position { get; private set; }

    public DateTimeOffset? WithdrawnAt { get; private set; }

    public void Set(OfferLine line, UsualLicence usual, int position)
    {
        Name = Words.Line(line.Name ?? "") is { Length: > 0 } said ? said : usual.Name;
        Terms = Words.Text(line.Terms ?? "") is { Length: > 0 } written ? written : usual.Terms;
        PriceAmount = line.Price.Minor;
        NamesPrice = line.NamesPrice;
        Position = position;
        WithdrawnAt = null;
    }

    public void Withdraw(DateTimeOffset now) => WithdrawnAt ??= now;
}
