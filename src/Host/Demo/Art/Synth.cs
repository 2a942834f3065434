namespace Marketplace.Host;

/// <summary>Tuned voices. Each adds one note to a track, with its own envelope that starts and ends at zero.</summary>
internal static class Synth
{
    public const int Rate = 44100;
    private static readonly float[] Sines = BuildSines();

    /// <summary>Sine from a table, phase in turns: the note loops spend their time here.</summary>
    private static float Sine(float turns) => Sines[Whole(turns * 4096f) & 4095];

    /// <summary>A cast checks for overflow at every sample; phases are small, and this one does not.</summary>
    private static int Whole(float x) => float.ConvertToIntegerNative<int>(x);

    /// <summary>Bass; a glide starts on another pitch and slides home, the signature of an 808.</summary>
    public static void Bass(float[] track, BassKind kind, int at, int length, float note, float glideFrom, float level)
    {
        var (attack, decay, grit, harmonics) = kind switch
        {
            BassKind.Long808 => (0.004f, 1.5f, 2.4f, 0.12f),
            BassKind.Round => (0.012f, 2.4f, 1.2f, 0.22f),
            BassKind.Pumping => (0.006f, 5.5f, 1.9f, 0.6f),
            BassKind.Log => (0.003f, 7f, 2f, 0.35f),
            _ => (1.2f, 0.1f, 1.1f, 0.3f),
        };
        var (target, start) = (MusicKey.Hertz(note), MusicKey.Hertz(glideFrom));
        var (phase, end) = (0f, Math.Min(length, track.Length - at));
        var gain = level / MathF.Tanh(grit);
        for (var i = 0; i < end; i++)
        {
            var t = i / (float)Rate;
            var glide = t < 0.12f ? 1f - (t / 0.12f) : 0f;
            var punch = kind == BassKind.Log && t < 0.05f ? 1f + ((0.05f - t) * 9f) : 1f;
            phase += (target + ((start - target) * glide * glide)) * punch / Rate;
            phase -= MathF.Floor(phase);
            var tone = Sine(phase) + (harmonics * Sine(phase * 2f)) + (harmonics * 0.5f * Sine(phase * 3f));
            track[at + i] += Fold(tone * grit) * gain * Decay(t, decay) * Gate(i, end, attack, 0.03f);
        }
    }

    /// <summary>Two detuned saws through a gentle filter that opens and closes again; the pad and the stab.</summary>
    public static void Saws(float[] track, int at, int length, int[] chord, float level, float attack, float release, float cutoff, float decay)
    {
        var end = Math.Min(length, track.Length - at);
        Span<float> steps = stackalloc float[chord.Length * 2];
        Span<float> phases = stackalloc float[chord.Length * 2];
        for (var v = 0; v < steps.Length; v++)
        {
            steps[v] = MusicKey.Hertz(chord[v / 2] + (v % 2 == 0 ? 0.06f : -0.06f)) / Rate;
            phases[v] = v * 0.37f % 1f;
        }

        float one = 0f, two = 0f, close = 1f;
        var gain = level / chord.Length;
        for (var i = 0; i < end; i++)
        {
            var sum = 0f;
            for (var v = 0; v < steps.Length; v++)
            {
                var phase = phases[v] + steps[v];
                phase -= Whole(phase);
                phases[v] = phase;
                sum += phase;
            }

            var t = i / (float)Rate;
            if ((i & 31) == 0)
            {
                close = 1f - MathF.Exp(-MathF.Tau * cutoff * (0.75f + (0.35f * Sine(t * 0.21f))) * (0.35f + (0.65f * Decay(t, decay * 2f))) / Rate);
            }

            one += ((sum * 2f) - steps.Length - one) * close;
            two += (one - two) * close;
            track[at + i] += two * gain * Decay(t, decay) * Gate(i, end, attack, release);
        }
    }

    /// <summary>A carrier bent by one modulator: electric piano, bell, pluck and marimba differ only in its numbers.</summary>
    public static void Struck(float[] track, LeadKind kind, int at, float note, float level)
    {
        var (ratio, depth, depthDecay, decay, wobble) = kind switch
        {
            LeadKind.Bell => (3.5f, 0.34f, 3.5f, 2.4f, 0f),
            LeadKind.Keys => (1f, 0.2f, 3f, 2.2f, 0.0018f),
            LeadKind.Marimba => (4f, 0.2f, 24f, 8.5f, 0f),
            LeadKind.Cowbell => (1.48f, 0.46f, 2f, 9f, 0f),
            _ => (2f, 0.3f, 11f, 6.5f, 0f),
        };
        var end = Math.Min((int)(Rate * Math.Min(3f, 6.2f / decay)), track.Length - at);
        var step = MusicKey.Hertz(note) / Rate;
        float phase = 0f, bend = 0f, bodyNow = 1f, depthNow = depth;
        float bodyFall = MathF.Exp(-decay / Rate), depthFall = MathF.Exp(-depthDecay / Rate);
        for (var i = 0; i < end; i++)
        {
            var tape = wobble > 0f ? 1f + (wobble * Sine(((at + i) * 4.6f / Rate) + 64f)) : 1f;
            phase += step * tape;
            bend += step * ratio * tape;
            phase -= Whole(phase);
            bend -= Whole(bend);
            (bodyNow, depthNow) = (bodyNow * bodyFall, depthNow * depthFall);
            track[at + i] += Sine(phase + (depthNow * Sine(bend)) + 1f) * bodyNow * level * Gate(i, end, 0.003f, 0.05f);
        }
    }

    private static float Gate(int i, int end, float attack, float release)
    {
        var (rise, fall) = (attack * Rate, release * Rate);
        if (i >= rise && i < end - 1 - fall)
        {
            return 1f;
        }

        var open = Math.Min(1f, Math.Min(i / rise, (end - 1 - i) / fall));
        return open * open * (3f - (2f * open));
    }

    /// <summary>Falls like an exponential at a fraction of its price.</summary>
    private static float Decay(float t, float rate)
    {
        var x = 1f + (t * rate * 0.25f);
        x *= x;
        return 1f / (x * x);
    }

    /// <summary>A rational stand-in for tanh, exact at the ends and smooth between.</summary>
    public static float Fold(float x)
    {
        x = Math.Clamp(x, -3f, 3f);
        return x * (27f + (x * x)) / (27f + (9f * x * x));
    }

    private static float[] BuildSines()
    {
        var table = new float[4096];
        for (var i = 0; i < table.Length; i++)
        {
            table[i] = MathF.Sin(MathF.Tau * i / table.Length);
        }

        return table;
    }
}
