using Marketplace.Kernel;

using System.Text.Json;

namespace Marketplace.Catalog;

/// <summary>One sound, or one loop that goes round.</summary>
internal sealed class SampleKind : ProductKind
{
    private const string Loop = "loop";

    public override string Key => "sample";

    public override (string One, string Many) Name => ("Sample", "Samples");

    public override string Pitch => "One sound or one loop, for others to build with.";

    public override string FileHelp => "WAV, MP3 or FLAC, up to 500 MB";

    public override IReadOnlyList<Fact> Facts { get; } =
    [
        new ChoiceFact("type", "Type", [("one_shot", "One-shot"), (Loop, "Loop")])
        {
            Asked = "Say whether it is a one-shot or a loop.", Wrong = "Choose one of the list.", OnCards = true,
        },
        AudioFacts.Tempo("Say the tempo: a loop has one.", IsLoop), AudioFacts.Key, AudioFacts.Genre,
        new ChoiceFact("instrument", "Instrument",
        [
            ("drums", "Drums"), ("percussion", "Percussion"), ("bass", "Bass"), ("keys", "Keys"), ("piano", "Piano"), ("guitar", "Guitar"), ("strings", "Strings"), ("brass", "Brass"),
            ("woodwind", "Woodwind"), ("synth", "Synth"), ("pad", "Pad"), ("vocals", "Vocals"), ("effects", "Effects"), ("field_recording", "Field recording"), ("other", "Other"),
        ])
        {
            Asked = "Choose an instrument.", Wrong = "Choose one of the list.",
        },
    ];

    public override IReadOnlyList<UsualLicence> Licences => UsualLicences.OfSounds;

    public override string UsualCategory => "loops";

    public override IReadOnlyList<FileFormat> Originals => Audio;

    private static bool IsLoop(JsonElement details) => details.TryGetProperty("type", out var type) && type.GetString() == Loop;
}
