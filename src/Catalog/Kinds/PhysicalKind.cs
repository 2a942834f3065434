namespace Marketplace.Catalog;

/// <summary>A thing that is sent in a parcel: a record, a shirt, an instrument. What it comes in and how many there are, its variants say.</summary>
internal sealed class PhysicalKind : ProductKind
{
    public override string Key => "physical";

    public override (string One, string Many) Name => ("Physical product", "Physical products");

    public override string Pitch => "Something that you send: a record, a shirt, an instrument. In sizes and colours, with stock.";

    public override IReadOnlyList<Fact> Facts { get; } =
    [
        new ChoiceFact("condition", "Condition", [("new", "Brand new"), ("like_new", "Like new"), ("good", "Good"), ("used", "Used"), ("for_parts", "For parts")])
        {
            Asked = "Say in which condition it is.", Wrong = "Choose one of the list.", OnCards = true,
        },
        new TextFact("brand", "Brand", 60) { Wrong = "At most 60 characters.", OnCards = true },
        new TextFact("material", "Material", 60) { Help = "Like: 180 g vinyl. Or: organic cotton.", Wrong = "At most 60 characters." },
        new NumberFact("weight", "Weight with packaging", "{0} g", 1, 1_000_000) { Help = "In grams. A variant may have its own.", Asked = "Say how much the parcel weighs.", Wrong = "A whole number of grams, 1 to 1,000,000." },
        new TextFact("package_size", "Size of the parcel", 40) { Help = "Like: 32 × 32 × 2 cm.", Wrong = "At most 40 characters." },
    ];

    public override IReadOnlyList<UsualLicence> Licences => UsualLicences.OfThings;

    public override string UsualCategory => "merchandise";

    public override bool NeedsPreview => false;

    public override bool TakesPreview => false;

    public override bool HasVariants => true;

    public override int MaxOffers => OfferRules.MostOffers;

    public override bool KnowsOption(string option) => true;

    public override string OffersTitle => "Variants and stock";

    public override string ChooseTitle => "Choose";

    protected override string OfferMissing => "Say what it costs and how many there are.";
}
