namespace Marketplace.Catalog.Pages;

/// <summary>Tiers side by side. Answers stand for the usual terms; a licence in its seller's own words answers for itself, below.</summary>
internal sealed record LicenceTable(ProductKind Kind, IReadOnlyList<OfferView> Offers)
{
    public UsualLicence? UsualOf(OfferView offer) => Kind.Licences.FirstOrDefault(l => l.Licence == offer.Licence && l.Terms == offer.Terms);
}
