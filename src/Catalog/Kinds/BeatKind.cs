using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <summary>An instrumental: files to download, a preview to hear, tempo, key and genre to find it by.</summary>
internal sealed class BeatKind : ProductKind
{
    public override string Key => "beat";

    public override (string One, string Many) Name => ("Beat", "Beats");

    public override string Pitch => "An instrumental for somebody's song, under one or more licences.";

    public override string FileHelp => "WAV, MP3 or FLAC, up to 500 MB";

    public override IReadOnlyList<Fact> Facts { get; } = [AudioFacts.Tempo(), AudioFacts.Key, AudioFacts.Genre];

    public override IReadOnlyList<UsualLicence> Licences => UsualLicences.OfBeats;

    public override string UsualCategory => "beats";

    public override IReadOnlyList<FileFormat> Originals => Audio;
}
