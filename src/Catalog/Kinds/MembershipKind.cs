namespace Marketplace.Catalog;

/// <summary>Belonging to something, for as long as a plan says: by the month, quarter or year, once, or for life.</summary>
internal sealed class MembershipKind : ProductKind
{
    public const string RequiresTrial = "requires_trial", TrialDays = "trial_days";

    public override string Key => "membership";

    public override (string One, string Many) Name => ("Membership", "Memberships");

    public override string Pitch => "Belonging to your circle: by the month, quarter or year, once, or for life.";

    public override IReadOnlyList<Fact> Facts { get; } =
    [
        new LinesFact("perks", "What members get", 12, 120) { Help = "One a line.", Asked = "Say what members get.", Wrong = "Up to twelve lines of at most 120 characters." },
        new FlagFact(RequiresTrial, "Trial first", "Begins with a trial") { Help = "Nobody joins without trying it first.", Wrong = "Yes or no." },
    ];

    public override IReadOnlyList<(string Key, string Name)> Options { get; } = [("month", "Monthly"), ("quarter", "Quarterly"), ("year", "Yearly"), ("lifetime", "Lifetime"), ("once", "One time")];

    public override IReadOnlyList<Fact> OfferFacts { get; } =
    [
        new NumberFact(TrialDays, "Trial", "{0} days", 1, 90) { NeedsLabel = true, Wrong = "A whole number of days, 1 to 90." },
        new MoneyFact("trial_price", "Price of the trial") { Help = "Nothing, if you leave it empty.", Wrong = "Write a price, like 29.90." },
        new MoneyFact("setup_fee", "Setup fee") { Help = "Once, at the beginning.", Wrong = "Write a price, like 29.90." },
        new NumberFact("max_cycles", "Ends after", "{0} payments", 1, 120) { NeedsLabel = true, Help = "For ever, if you leave it empty.", Wrong = "A whole number of payments, 1 to 120." },
        new FlagFact("featured", "Featured", "Featured") { IsMark = true, Help = "Shown first, with a mark.", Wrong = "Yes or no." },
    ];

    public override IReadOnlyList<UsualLicence> Licences => UsualLicences.OfMemberships;

    public override string UsualCategory => "memberships";

    public override string FilesLater => "Who joins finds it in their library. What members see opens with the community.";

    public override bool NeedsPreview => false;

    public override bool TakesPreview => false;

    public override bool MayBeFree => true;

    public override string OffersTitle => "Plans and prices";

    public override string ChooseTitle => "Choose a plan";

    protected override string OfferMissing => "Offer at least one plan with a price.";
}
