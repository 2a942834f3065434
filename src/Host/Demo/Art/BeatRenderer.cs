namespace Marketplace.Host;

/// <summary>
/// Beats for the demo's shelves: 24 seconds of original music per recipe, the same every time.
/// The preview is the same performance, shorter and at half the rate, as a shop would cut it.
/// </summary>
internal static class BeatRenderer
{
    public const int Seconds = 24;
    public const int PreviewSeconds = 20;

    public static byte[] Wav(BeatRecipe recipe)
    {
        var samples = Render(recipe);
        BeatMaster.Fade(samples, Synth.Rate, 2f);
        return Marketplace.Host.Wav.Mono(samples, Synth.Rate);
    }

    public static void WriteWav(Stream stream, BeatRecipe recipe) => stream.Write(Wav(recipe));

    public static byte[] Preview(BeatRecipe recipe)
    {
        var samples = BeatMaster.Halve(Render(recipe).AsSpan(0, PreviewSeconds * Synth.Rate));
        BeatMaster.Fade(samples, Synth.Rate / 2, 1.5f);
        return Marketplace.Host.Wav.Mono(samples, Synth.Rate / 2);
    }

    public static void WritePreview(Stream stream, BeatRecipe recipe) => stream.Write(Preview(recipe));

    private static float[] Render(BeatRecipe recipe)
    {
        var band = new BeatBand(recipe, Seconds * Synth.Rate);
        band.Play();
        return BeatMaster.Mix(band, BeatStyle.Of(recipe.Genre), new ArtDice(recipe.Seed + 1));
    }
}
