using System.Text.Json;
using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <summary>So many of something on a platform elsewhere, at a price per thousand that is finer than a cent.</summary>
internal sealed class ResellerKind : ProductKind
{
    private const decimal HighestCharge = 10_000m;   // major units, for the least quantity

    public const string Rate = "rate_per_1000", Least = "min", Most = "max";

    public override string Key => "reseller";

    public override (string One, string Many) Name => ("Reseller service", "Reseller services");

    public override string Pitch => "Reach on other platforms by quantity, at a price per 1,000, for those who order by program.";

    public override IReadOnlyList<Fact> Facts { get; } =
    [
        new ChoiceFact("platform", "Platform",
        [
            ("instagram", "Instagram"), ("tiktok", "TikTok"), ("youtube", "YouTube"), ("spotify", "Spotify"), ("soundcloud", "SoundCloud"), ("facebook", "Facebook"), ("x", "X"), ("twitch", "Twitch"),
            ("telegram", "Telegram"), ("discord", "Discord"), ("other", "Other"),
        ])
        {
            Asked = "Choose the platform.", Wrong = "Choose one of the list.", OnCards = true,
        },
        new ChoiceFact("service_type", "Service type",
        [
            ("default", "By link and quantity"), ("package", "Package"), ("custom_comments", "Custom comments"), ("custom_comments_package", "Custom comments package"), ("poll", "Poll"), ("comment_likes", "Likes of a comment"),
            ("mentions_custom_list", "Mentions from a list"), ("subscriptions", "Subscriptions"),
        ])
        {
            Asked = "Choose the type.", Wrong = "Choose one of the list.",
        },
        new DecimalFact(Rate, "Price per 1,000", 0.000001m, 100_000m, 6) { Help = "In your shop's currency, up to six decimals.", Asked = "Say the price per 1,000.", Wrong = "A price of at most six decimals, more than 0.", OnCards = true },
        new NumberFact(Least, "Least quantity", "{0}", 1, 1_000_000_000) { Asked = "Say the least quantity.", Wrong = "A whole number, at least 1." },
        new NumberFact(Most, "Greatest quantity", "{0}", 1, 1_000_000_000) { Asked = "Say the greatest quantity.", Wrong = "A whole number, at least 1." },
        new NumberFact("average_minutes", "Usual time", "{0} min", 1, 1_000_000) { Help = "From order to completion, in minutes.", Wrong = "A whole number of minutes." },
        new FlagFact("refill", "Refill", "What drops is refilled") { Wrong = "Yes or no." },
        new FlagFact("cancel", "Cancellation", "Can be cancelled") { Wrong = "Yes or no." },
        new FlagFact("drip_feed", "Drip feed", "Can be spread over time") { Wrong = "Yes or no." },
    ];

    public override IReadOnlyList<UsualLicence> Licences => UsualLicences.OfReselling;

    public override string UsualCategory => "promotion";

    public override string FilesLater => "It is ordered by quantity; there is nothing to upload.";

    public override bool NeedsPreview => false;

    public override bool TakesPreview => false;

    public override bool NeedsCover => false;

    public override bool PricesAreTyped => false;

    public override string OffersTitle => "Price";

    /// <summary>What the least quantity costs: what is not a whole cent is rounded up.</summary>
    public override Money? PriceOf(JsonElement details, Currency currency)
    {
        if (DecimalFact.Of(details, Rate) is not { } rate || !details.TryGetProperty(Least, out var least)) return null;
        return new Money((long)decimal.Ceiling(rate * least.GetInt32() / 1000m * (decimal)Math.Pow(10, currency.Exponent)), currency);
    }

    public override Task Keep(Product product, UnitOfWork work) => ResellerService.Keep(product, work);

    public override void MustFit(JsonElement details)
    {
        if (details.TryGetProperty(Least, out var least) && details.TryGetProperty(Most, out var most) && most.GetInt32() < least.GetInt32())
            throw Refused.Invalid(new FieldError("/details/" + Most, "max_below_min", "The greatest quantity is not less than the least."));
        if (DecimalFact.Of(details, Rate) is { } rate && details.TryGetProperty(Least, out var from) && rate * from.GetInt32() / 1000m > HighestCharge)
            throw Refused.Invalid(new FieldError("/details/" + Rate, "price_out_of_range", "The price is too low or too high."));
    }
}
