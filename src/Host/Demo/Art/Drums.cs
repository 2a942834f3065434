namespace Marketplace.Host;

/// <summary>Drum sounds made once per beat and stamped onto the track; all start and end at zero.</summary>
internal sealed class Drums(ArtDice dice, BeatStyle style)
{
    public float[] Kick { get; } = MakeKick(style);

    public float[] Snare { get; } = MakeSnare(dice, style);

    public float[] Hat { get; } = MakeHat(dice, style.Bass == BassKind.Pumping ? 0.16f : 0.035f, style.Dust > 0.5f ? 0.45f : 0.8f);

    public float[] Extra { get; } = style.Bass == BassKind.Log || style.HalfTime ? MakeRim(style.HalfTime ? 620f : 840f) : MakeHat(dice, 0.05f, 0.55f);

    /// <summary>Adds a hit; the same sound at another level is all the dynamics a loop of this length needs.</summary>
    public static void Hit(float[] track, float[] sound, int at, float level)
    {
        var length = Math.Min(sound.Length, track.Length - at);
        for (var i = 0; i < length; i++)
        {
            track[at + i] += sound[i] * level;
        }
    }

    private static float[] MakeKick(BeatStyle style)
    {
        var dull = style.Dust > 0.5f;
        var sound = new float[(int)(0.34f * Synth.Rate)];
        var phase = 0f;
        for (var i = 0; i < sound.Length; i++)
        {
            var t = i / (float)Synth.Rate;
            phase += (style.KickTone + (150f * MathF.Exp(-t * 38f)) + (dull ? 0f : 500f * MathF.Exp(-t * 260f))) / Synth.Rate;
            sound[i] = MathF.Tanh(MathF.Sin(phase * MathF.Tau) * 1.6f) * MathF.Exp(-t * 9f) * Edges(i, sound.Length);
        }

        return sound;
    }

    private static float[] MakeSnare(ArtDice dice, BeatStyle style)
    {
        var clap = style.Bass == BassKind.Pumping || style.Voices == 5;
        var rim = style.Bass == BassKind.Log;
        var sound = new float[(int)((rim ? 0.12f : 0.26f) * Synth.Rate)];
        float low = 0f, high = 0f;
        for (var i = 0; i < sound.Length; i++)
        {
            var t = i / (float)Synth.Rate;
            var noise = dice.Signed();
            low += (noise - low) * (style.Dust > 0.5f ? 0.28f : 0.55f);
            high += (low - high) * (clap ? 0.13f : 0.06f);

            // A clap is a few hands a few milliseconds apart.
            var hands = clap && t < 0.03f ? MathF.Exp(-(t % 0.0105f) * 220f) : MathF.Exp(-(t - (clap ? 0.03f : 0f)) * (rim ? 34f : 17f));
            var body = clap ? 0f : MathF.Sin(MathF.Tau * ((rim ? 320f : 186f) * t)) * MathF.Exp(-t * 26f) * 0.7f;
            sound[i] = (((low - high) * hands * (clap ? 1.5f : 1f)) + body) * Edges(i, sound.Length);
        }

        return sound;
    }

    private static float[] MakeHat(ArtDice dice, float decay, float bright)
    {
        var sound = new float[(int)(decay * 4f * Synth.Rate)];
        float last = 0f, smooth = 0f;
        for (var i = 0; i < sound.Length; i++)
        {
            var noise = dice.Signed();
            var sharp = noise - last;
            last = noise;
            smooth += (sharp - smooth) * bright;
            sound[i] = smooth * 0.42f * MathF.Exp(-i / (decay * Synth.Rate)) * Edges(i, sound.Length);
        }

        return sound;
    }

    private static float[] MakeRim(float hertz)
    {
        var sound = new float[(int)(0.07f * Synth.Rate)];
        for (var i = 0; i < sound.Length; i++)
        {
            var t = i / (float)Synth.Rate;
            var tone = MathF.Sin(MathF.Tau * hertz * t) + (0.6f * MathF.Sin(MathF.Tau * hertz * 2.76f * t));
            sound[i] = tone * 0.6f * MathF.Exp(-t * 70f) * Edges(i, sound.Length);
        }

        return sound;
    }

    /// <summary>Half a millisecond in, four out: inaudible as a fade, and no edge is left to click.</summary>
    private static float Edges(int i, int length) => Math.Min(1f, Math.Min(i / 22f, (length - 1 - i) / 180f));
}
