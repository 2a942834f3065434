using System.Text.Json;

namespace Marketplace.Catalog;

/// <summary>Work for one buyer: in up to three packages, each with its price, days, revisions and what is in it.</summary>
internal sealed class ServiceKind : ProductKind
{
    public const string Requirements = "requirements", Mentoring = "mentoring", Days = "days", Revisions = "revisions", Features = "features";

    public override string Key => "service";

    public override (string One, string Many) Name => ("Service", "Services");

    public override string Pitch => "Your work for somebody: a mix, a cover, a lesson. In up to three packages.";

    public override IReadOnlyList<Fact> Facts { get; } =
    [
        new ChoiceFact("type", "Type",
        [
            ("mixing", "Mixing"), ("mastering", "Mastering"), ("production", "Production"), ("songwriting", "Songwriting"), ("vocals", "Vocals"), ("session_musician", "Session musician"), ("artwork", "Artwork"),
            ("video", "Video"), ("lessons", "Lessons"), ("promotion", "Promotion"), ("other", "Other"),
        ])
        {
            Asked = "Say what kind of work it is.", Wrong = "Choose one of the list.", OnCards = true,
        },
        new FlagFact(Mentoring, "Mentoring", "Mentor") { Help = "You teach or accompany somebody over time: those who look for a mentor find it.", Wrong = "Yes or no.", OnCards = true },
        new LinesFact(Requirements, "What you need from the buyer", 10, 200)
        {
            Help = "Questions, one a line, that the buyer answers before your days begin to count. None: you begin at once.", Wrong = "Up to ten questions of at most 200 characters, one a line.",
        },
        new ProseFact("portfolio", "About your work", 3000) { Help = "What you have done and for whom.", Wrong = "At most 3,000 characters." },
        new LinksFact("links", "Links to your work", 10) { Help = "Addresses that begin with https://, one a line.", Wrong = "Up to ten addresses that begin with https://, one a line." },
    ];

    public override IReadOnlyList<(string Key, string Name)> Options { get; } = [("basic", "Basic"), ("standard", "Standard"), ("premium", "Premium")];

    public override IReadOnlyList<Fact> OfferFacts { get; } =
    [
        new NumberFact(Days, "Delivery", "{0} days", 1, 180) { Asked = "Say in how many days you deliver each package.", Wrong = "A whole number of days, 1 to 180." },
        new NumberFact(Revisions, "Revisions", "{0} revisions", 0, 20) { Asked = "Say how many revisions each package has.", Wrong = "A whole number, 0 to 20." },
        new LinesFact(Features, "What is in it", 12, 80) { Help = "One a line, the same words in each package that has it.", Asked = "Say what is in each package.", Wrong = "Up to twelve lines of at most 80 characters." },
    ];

    public override IReadOnlyList<UsualLicence> Licences => UsualLicences.OfServices;

    public override string UsualCategory => "services";

    public override string FilesLater => "You send the files of each order when you deliver it.";

    public override bool NeedsPreview => false;

    public override string OffersTitle => "Packages and prices";

    public override string ChooseTitle => "Choose a package";

    protected override string OfferMissing => "Offer at least one package with a price.";

    public static bool IsMentor(JsonElement details) => FlagFact.IsSet(details, Mentoring);
}
