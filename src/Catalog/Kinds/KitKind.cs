using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <summary>Many sounds or presets in one archive, with a demo of what they can do.</summary>
internal sealed class KitKind : ProductKind
{
    public override string Key => "kit";

    public override (string One, string Many) Name => ("Kit", "Kits");

    public override string Pitch => "Many sounds, loops or presets in one ZIP archive, with a demo of what they can do.";

    public override string FileHelp => "A ZIP archive, up to 500 MB; no archives or programs inside";

    public override IReadOnlyList<Fact> Facts { get; } =
    [
        new ChoiceFact("type", "Type",
        [
            ("drum_kit", "Drum kit"), ("loop_kit", "Loop kit"), ("sample_pack", "Sample pack"), ("preset_bank", "Preset bank"), ("midi_pack", "MIDI pack"), ("vocal_pack", "Vocal pack"),
        ])
        {
            Asked = "Say what kind of kit it is.", Wrong = "Choose one of the list.", OnCards = true,
        },
        new NumberFact("sounds", "Sounds", "{0} sounds", 1, 100_000)
        {
            Help = "How many sounds, loops or presets there are.", Asked = "Say how many sounds there are.", Wrong = "A kit has 1 to 100,000 sounds.", OnCards = true,
        },
        AudioFacts.Genre,
    ];

    public override IReadOnlyList<UsualLicence> Licences => UsualLicences.OfSounds;

    public override string UsualCategory => "sample-packs";

    public override IReadOnlyList<FileFormat> Originals => Archives;

    protected override string PreviewMissing => "Upload a preview: a short demo made with the kit.";
}
