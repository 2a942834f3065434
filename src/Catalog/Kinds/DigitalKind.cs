using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <summary>Anything else that is downloaded: a template, a book, artwork. Its buyer may name the price.</summary>
internal sealed class DigitalKind : ProductKind
{
    public override string Key => "digital";

    public override (string One, string Many) Name => ("Digital product", "Digital products");

    public override string Pitch => "Anything else to download: a template, a book, artwork. Free, at your price, or at the buyer's.";

    public override string FileHelp => "Audio, ZIP, PDF or pictures, up to 500 MB each";

    public override IReadOnlyList<Fact> Facts { get; } =
    [
        new TextFact("format", "Format", 60) { Help = "Like: PDF, 48 pages. Or: Ableton Live project.", Asked = "Say the format.", Wrong = "At most 60 characters.", OnCards = true },
        new TextFact("software", "Software", 60) { Help = "What one needs to open it.", Wrong = "At most 60 characters." },
        new TextFact("version", "Version", 30) { Wrong = "At most 30 characters." },
    ];

    public override IReadOnlyList<UsualLicence> Licences => UsualLicences.OfDownloads;

    public override string UsualCategory => "templates";

    public override IReadOnlyList<FileFormat> Originals { get; } = [.. Audio, .. Archives, Pdf.Format, Png.Format, Jpeg.Format, WebP.Format];

    public override bool NeedsPreview => false;

    public override bool MayBeFree => true;

    public override bool MayNamePrice => true;
}
