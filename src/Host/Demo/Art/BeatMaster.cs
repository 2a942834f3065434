namespace Marketplace.Host;

/// <summary>The mixing desk: ducking, room, tone, soft clip, level and the final fade.</summary>
internal static class BeatMaster
{
    private const float Ceiling = 0.88f; // about -1.1 dBFS, so that no lossy encoder overshoots full scale

    private const float Loudest = 0.24f;

    public static float[] Mix(BeatBand band, BeatStyle style, ArtDice dice)
    {
        Duck(band, style.Duck);
        var wet = Room(band.Music);
        var mix = new float[band.Drum.Length];
        float dust = 0f, tone1 = 0f, tone2 = 0f, slow = 0f;
        var open = 1f - MathF.Exp(-MathF.Tau * style.Cutoff / Synth.Rate);
        for (var i = 0; i < mix.Length; i++)
        {
            if (style.Dust > 0f)
            {
                // Crackle is rare clicks, hiss is always there; both pass the same dull filter as the music.
                dust += ((dice.Signed() * 0.016f) + (dice.Unit() > 0.99985f ? dice.Signed() * 0.5f : 0f) - dust) * 0.5f;
            }

            var dry = (band.Drum[i] * 0.9f) + (band.Low[i] * 0.62f) + (band.Music[i] * (1.5f - (style.Room * 0.75f)));
            var sum = dry + (wet[i] * 1.5f * style.Room) + (dust * style.Dust);
            tone1 += (sum - tone1) * open;
            tone2 += (tone1 - tone2) * open;

            // A high-pass at some 20 Hz: takes out any offset before the clipper can make it audible.
            slow += (tone2 - slow) * 0.003f;
            mix[i] = tone2 - slow;
        }

        Level(mix, style.Drive);
        return mix;
    }

    /// <summary>A cosine to silence, and a breath at the start, wherever a piece is cut.</summary>
    public static void Fade(Span<float> samples, int rate, float seconds)
    {
        var tail = Math.Min(samples.Length, (int)(rate * seconds));
        for (var i = 0; i < tail; i++)
        {
            samples[samples.Length - 1 - i] *= 0.5f - (0.5f * MathF.Cos(MathF.PI * i / tail));
        }

        for (var i = 0; i < Math.Min(samples.Length, rate / 200); i++)
        {
            samples[i] *= i / (rate / 200f);
        }
    }

    /// <summary>Half the rate: a windowed-sinc low-pass first, or everything above 11 kHz would fold back as whistles.</summary>
    public static float[] Halve(ReadOnlySpan<float> samples)
    {
        const int reach = 15;
        Span<float> taps = stackalloc float[(2 * reach) + 1];
        var total = 0f;
        for (var k = -reach; k <= reach; k++)
        {
            var x = k * 0.46f;
            var sinc = k == 0 ? 1f : MathF.Sin(MathF.PI * x) / (MathF.PI * x);
            taps[k + reach] = sinc * (0.54f + (0.46f * MathF.Cos(MathF.PI * k / (reach + 1))));
            total += taps[k + reach];
        }

        var half = new float[samples.Length / 2];
        for (var i = 0; i < half.Length; i++)
        {
            var sum = 0f;
            var first = (2 * i) - reach;
            for (var k = Math.Max(0, -first); k < taps.Length && first + k < samples.Length; k++)
            {
                sum += samples[first + k] * taps[k];
            }

            half[i] = Math.Clamp(sum / total, -Ceiling, Ceiling);
        }

        return half;
    }

    private static void Duck(BeatBand band, float amount)
    {
        var next = 0;
        var since = Synth.Rate;
        for (var i = 0; i < band.Music.Length; i++, since++)
        {
            if (next < band.Kicks.Count && band.Kicks[next] == i)
            {
                (since, next) = (0, next + 1);
            }

            // Down within 5 ms rather than at once, back over a fifth of a second.
            if (since < 9000)
            {
                var hold = Math.Min(1f, since / 220f) * (1f - (since / 9000f));
                band.Music[i] *= 1f - (amount * hold);
                band.Low[i] *= 1f - (amount * 0.6f * hold);
            }
        }
    }

    private static float[] Room(float[] dry)
    {
        var wet = new float[dry.Length];
        foreach (var (delay, feedback) in ((int, float)[])[(1557, 0.83f), (1811, 0.81f), (2053, 0.79f), (2393, 0.77f)])
        {
            var (line, at, dull) = (new float[delay], 0, 0f);
            for (var i = 0; i < dry.Length; i++)
            {
                var echo = line[at];
                dull += (echo - dull) * 0.45f;
                line[at] = dry[i] + (dull * feedback);
                at = at + 1 == delay ? 0 : at + 1;
                wet[i] += echo * 0.4f;
            }
        }

        foreach (var delay in (int[])[347, 113])
        {
            var (line, at) = (new float[delay], 0);
            for (var i = 0; i < wet.Length; i++)
            {
                var echo = line[at];
                var input = wet[i] + (echo * -0.6f);
                line[at] = input;
                wet[i] = echo + (input * 0.6f);
                at = at + 1 == delay ? 0 : at + 1;
            }
        }

        return wet;
    }

    private static void Level(float[] mix, float drive)
    {
        var peak = 1e-6f;
        foreach (var sample in mix)
        {
            peak = Math.Max(peak, MathF.Abs(sample));
        }

        // Drive is relative to the loudest moment, so that every genre keeps its intended density.
        var (sum, power) = (0d, 0d);
        var (gain, top) = (drive / peak, Synth.Fold(drive));
        for (var i = 0; i < mix.Length; i++)
        {
            mix[i] = Synth.Fold(mix[i] * gain) / top;
            sum += mix[i];
            power += mix[i] * mix[i];
        }

        // Clipping an uneven wave leaves an offset. And no beat may shout the others down: a shelf is
        // auditioned at one volume, so the dense ones are turned down to a common loudness.
        var offset = (float)(sum / mix.Length);
        var loudness = (float)Math.Sqrt(power / mix.Length);
        var final = Math.Min(Ceiling, Loudest / loudness);
        for (var i = 0; i < mix.Length; i++)
        {
            mix[i] = (mix[i] - offset) * final;
        }
    }
}
