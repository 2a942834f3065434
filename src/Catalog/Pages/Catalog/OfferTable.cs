namespace Marketplace.Catalog.Pages;

/// <summary>Packages or plans side by side: a row a fact that one of them has, and a row a line of their lists.</summary>
internal sealed record OfferTable(ProductKind Kind, IReadOnlyList<OfferView> Offers)
{
    public IEnumerable<Fact> Rows => Kind.OfferFacts.Where(f => f is { IsBlock: false, IsMark: false } && Offers.Any(o => f.Say(o.Details, phrase => phrase) is not null));

    /// <summary>What is in at least one of them, in the order in which they name it.</summary>
    public IEnumerable<string> Lines => Kind.OfferFacts.OfType<LinesFact>().SelectMany(f => Offers.SelectMany(o => f.Of(o.Details))).Distinct(StringComparer.OrdinalIgnoreCase);

    public bool Has(OfferView offer, string line) => Kind.OfferFacts.OfType<LinesFact>().Any(f => f.Of(offer.Details).Contains(line, StringComparer.OrdinalIgnoreCase));
}
