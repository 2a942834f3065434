using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Marketplace.Host;

/// <summary>Parts of a beat, alone: loops that go round, single hits in a ZIP, patches, and the few pages that come with them.</summary>
internal static class SoundRenderer
{
    private const int LoopSeconds = 26, LoopBars = 4;
    private static readonly DateTimeOffset Packed = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);     // the same bytes on every run

    private static readonly string[] Adjectives = ["Warm", "Slow", "Glass", "Rusty", "Tidy", "Distant", "Velvet", "Nervous", "Paper", "Copper", "Quiet", "Tall"];
    private static readonly string[] Nouns = ["Brass", "Choir", "Pad", "Bass", "Pluck", "Organ", "Lead", "Strings", "Bell", "Drone", "Keys", "Sweep"];

    /// <param name="part">drums, bass, or anything else for what is in tune.</param>
    public static byte[] Loop(BeatRecipe recipe, string part)
    {
        var band = new BeatBand(recipe, LoopSeconds * Synth.Rate);
        band.Play();
        var track = part switch { "drums" => band.Drum, "bass" => band.Low, _ => band.Music };
        return Finished(track.AsSpan(band.Bars(LoopBars)));
    }

    public static byte[] Hits(BeatRecipe recipe, int sounds) => Zip(archive =>
    {
        var (dice, style) = (new ArtDice(recipe.Seed), BeatStyle.Of(recipe.Genre));
        for (var i = 0; i < sounds; i++)
        {
            var drums = new Drums(dice, style with { KickTone = dice.Between(42f, 68f), Dust = dice.Pick(style.Dust, 0f, 0.7f) });
            var (name, sound) = (i % 4) switch { 0 => ("Kick", drums.Kick), 1 => ("Snare", drums.Snare), 2 => ("Hat", drums.Hat), _ => ("Percussion", drums.Extra) };
            Add(archive, string.Create(CultureInfo.InvariantCulture, $"{name}s/{name} {(i / 4) + 1:00}.wav"), Finished(sound));
        }
    });

    public static byte[] Presets(BeatRecipe recipe, int patches) => Zip(archive =>
    {
        var dice = new ArtDice(recipe.Seed);
        for (var i = 0; i < patches; i++)
        {
            var name = $"{Adjectives[i % Adjectives.Length]} {Nouns[((i * 5) + (i / Nouns.Length)) % Nouns.Length]}";
            var patch = new
            {
                name,
                oscillators = new[] { new { wave = dice.Pick("saw", "square", "triangle"), octave = dice.Whole(-1, 1), detune = dice.Whole(0, 12) }, new { wave = dice.Pick("saw", "sine", "noise"), octave = dice.Whole(-1, 0), detune = -dice.Whole(0, 12) } },
                filter = new { cutoff = dice.Whole(200, 9000), resonance = dice.Whole(0, 60), envelope = dice.Whole(0, 80) },
                amplifier = new { attack = dice.Whole(1, 900), decay = dice.Whole(50, 1500), sustain = dice.Whole(10, 100), release = dice.Whole(40, 2500) },
            };
            Add(archive, string.Create(CultureInfo.InvariantCulture, $"{i + 1:00} {name}.json"), JsonSerializer.SerializeToUtf8Bytes(patch));
        }
    });

    public static byte[] Pages(IEnumerable<(string Name, string Text)> pages) => Zip(archive =>
    {
        foreach (var (name, text) in pages) Add(archive, name, Encoding.UTF8.GetBytes(text + "\n"));
    });

    private static byte[] Finished(ReadOnlySpan<float> sound)
    {
        var loudest = 0.0001f;
        foreach (var sample in sound) loudest = Math.Max(loudest, MathF.Abs(sample));
        var even = new float[sound.Length];
        for (var i = 0; i < even.Length; i++) even[i] = sound[i] / loudest * 0.85f;
        return Wav.Mono(even, Synth.Rate);
    }

    private static byte[] Zip(Action<ZipArchive> fill)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true)) fill(archive);
        return bytes.ToArray();
    }

    private static void Add(ZipArchive archive, string name, byte[] content)
    {
        var entry = archive.CreateEntry(name, CompressionLevel.Fastest);
        entry.LastWriteTime = Packed;
        using var stream = entry.Open();
        stream.Write(content);
    }
}
