using System.Text.Json;

namespace Marketplace.Catalog;

/// <summary>Something that happens once, at an hour, before those who have a seat.</summary>
internal sealed class WebinarKind(TimeProvider clock) : ProductKind
{
    public const string StartsAt = "starts_at";

    public override string Key => "webinar";

    public override (string One, string Many) Name => ("Webinar", "Webinars");

    public override string Pitch => "An hour with you, live: a date, a length, so many seats. It may be free.";

    public override IReadOnlyList<Fact> Facts { get; } =
    [
        new MomentFact(StartsAt, "Begins") { Asked = "Say when it begins.", Wrong = "A date and a time, with the time zone.", OnCards = true },
        new NumberFact("minutes", "Length", "{0} min", 5, 1440) { Asked = "Say how long it takes.", Wrong = "A whole number of minutes, 5 to 1,440." },
        new NumberFact("seats", "Seats", "{0} seats", 1, 100_000) { Asked = "Say how many seats there are.", Wrong = "A whole number, 1 to 100,000.", OnCards = true },
        new TextFact("host", "Host", 60) { Asked = "Say who holds it.", Wrong = "At most 60 characters." },
        Languages.Fact(),
        new LinesFact("learns", "What it is about", 12, 160) { Help = "One a line.", Wrong = "Up to twelve lines of at most 160 characters." },
    ];

    public override IReadOnlyList<UsualLicence> Licences => UsualLicences.OfWebinars;

    public override string UsualCategory => "webinars";

    public override string FilesLater => "Who takes a seat finds it in their library, with the hour in their own time zone.";

    public override bool NeedsPreview => false;

    public override bool TakesPreview => false;

    public override bool MayBeFree => true;

    public override string OffersTitle => "Price";

    public override string ChooseTitle => "Take a seat";

    public override DateTimeOffset? EndsAt(JsonElement details) => MomentFact.Of(details, StartsAt);

    /// <summary>Its seats are its stock: whoever pays keeps one, and the last goes to one.</summary>
    public override Task Keep(Product product, Kernel.UnitOfWork work) => WebinarSeats.Keep(product, work, clock);

    protected override string OfferMissing => "Say what it costs.";
}
