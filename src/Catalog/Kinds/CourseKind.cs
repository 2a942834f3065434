namespace Marketplace.Catalog;

/// <summary>Something to learn in steps.</summary>
internal sealed class CourseKind : ProductKind
{
    public override string Key => "course";

    public override (string One, string Many) Name => ("Course", "Courses");

    public override string Pitch => "What you know, taught in modules that one follows at one's own pace. It may be free.";

    public override IReadOnlyList<Fact> Facts { get; } =
    [
        new ChoiceFact("level", "Level", [("all", "All levels"), ("beginner", "Beginner"), ("intermediate", "Intermediate"), ("advanced", "Advanced")])
        {
            Asked = "Say for whom it is.", Wrong = "Choose one of the list.", OnCards = true,
        },
        new NumberFact("minutes", "Length", "{0} min", 1, 100_000) { Help = "All modules together, in minutes.", Asked = "Say how long it takes.", Wrong = "A whole number of minutes, 1 to 100,000.", OnCards = true },
        Languages.Fact(),
        new LinesFact("learns", "What one learns", 12, 160) { Help = "One a line.", Asked = "Say what one learns.", Wrong = "Up to twelve lines of at most 160 characters." },
        new LinesFact("prerequisites", "What one needs", 12, 160) { Help = "Knowledge, programs, instruments; one a line.", Wrong = "Up to twelve lines of at most 160 characters." },
        new OutlineFact("outline", "Modules", 100) { Help = "One a line, in their order, with minutes behind a bar: First steps | 25", Asked = "Say which modules it has.", Wrong = "Up to a hundred lines: a title of at most 120 characters, then | and minutes." },
    ];

    public override IReadOnlyList<UsualLicence> Licences => UsualLicences.OfCourses;

    public override string UsualCategory => "courses";

    public override string FilesLater => "Who takes it finds it in their library. Videos and material come with the community.";

    public override bool NeedsPreview => false;

    public override bool TakesPreview => false;

    public override bool MayBeFree => true;

    public override string OffersTitle => "Price";

    public override string ChooseTitle => "Take the course";

    protected override string OfferMissing => "Say what it costs.";
}
