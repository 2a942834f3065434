using System.Buffers.Binary;

namespace Marketplace.Catalog;

/// <summary>What visitors may hear, made of a WAV: the first 30 seconds, one channel, 22.05 kHz, fading out. And the picture of its loudness.</summary>
internal static class WavPreview
{
    public const int Seconds = 30, Rate = 22_050, PeakCount = 200;

    public sealed record Made(byte[] Wav, float[] Peaks);

    /// <param name="original">A WAV that <see cref="Wav"/> has accepted.</param>
    public static async Task<Made> Of(Stream original, CancellationToken stop)
    {
        var samples = new List<float>(Seconds * Rate);
        var (sum, count, filled) = (0f, 0, 0d);
        var (rate, _) = await Each(original, Seconds, (shape, sample) =>
        {
            // Each output sample is the mean of the input samples in its span.
            sum += sample;
            count++;
            filled += Math.Min(1d, (double)Rate / shape.Rate);
            if (filled < 1) return;
            samples.Add(sum / count);
            (sum, count, filled) = (0, 0, filled - 1);
        }, stop);

        rate = Math.Min(rate, Rate);
        var fade = Math.Min(samples.Count / 4, rate * 2);
        for (var i = 0; i < fade; i++) samples[samples.Count - 1 - i] *= (float)i / fade;
        return new Made(Write(samples, rate), Normal(PeaksOf(samples)));
    }

    /// <summary>The loudness of an uploaded preview, whole.</summary>
    public static async Task<float[]> Peaks(Stream preview, CancellationToken stop)
    {
        var peaks = new float[PeakCount];
        long at = 0;
        var frames = await FrameCount(preview, stop);
        await Each(preview, int.MaxValue, (_, sample) =>
        {
            var bucket = (int)Math.Min(PeakCount - 1, at++ * PeakCount / Math.Max(1, frames));
            peaks[bucket] = Math.Max(peaks[bucket], Math.Abs(sample));
        }, stop);
        return Normal(peaks);
    }

    private static float[] PeaksOf(List<float> samples)
    {
        var peaks = new float[PeakCount];
        for (var i = 0; i < samples.Count; i++)
        {
            var bucket = (int)((long)i * PeakCount / samples.Count);
            peaks[bucket] = Math.Max(peaks[bucket], Math.Abs(samples[i]));
        }

        return peaks;
    }

    private static float[] Normal(float[] peaks)
    {
        var loudest = peaks.Max();
        return loudest <= 0.0001f ? peaks : Array.ConvertAll(peaks, p => MathF.Round(p / loudest, 3));
    }

    private static async Task<long> FrameCount(Stream wav, CancellationToken stop)
    {
        var (shape, bytes) = await FindData(wav, stop);
        wav.Position = 0;
        return bytes / shape.FrameSize;
    }

    private static async Task<(int Rate, long Frames)> Each(Stream wav, int seconds, Action<WavShape, float> hear, CancellationToken stop)
    {
        var (shape, bytes) = await FindData(wav, stop);
        var left = Math.Min(bytes / shape.FrameSize, (long)seconds * shape.Rate);
        var frames = left;
        var buffer = new byte[shape.FrameSize * 4096];
        while (left > 0)
        {
            var wanted = (int)Math.Min(left, 4096) * shape.FrameSize;
            var read = await wav.ReadAtLeastAsync(buffer.AsMemory(0, wanted), wanted, false, stop);
            for (var frame = 0; frame + shape.FrameSize <= read; frame += shape.FrameSize) hear(shape, Mono(buffer.AsSpan(frame, shape.FrameSize), shape));
            left -= read / shape.FrameSize;
            if (read < wanted) break;
        }

        return (shape.Rate, frames);
    }

    private static float Mono(ReadOnlySpan<byte> frame, WavShape shape)
    {
        var (sum, width) = (0f, shape.Bits / 8);
        for (var channel = 0; channel < shape.Channels; channel++)
        {
            var bytes = frame.Slice(channel * width, width);
            sum += (shape.IsFloat, shape.Bits) switch
            {
                (true, _) => Sane(BinaryPrimitives.ReadSingleLittleEndian(bytes)),
                (_, 8) => (bytes[0] - 128) / 128f,
                (_, 16) => BinaryPrimitives.ReadInt16LittleEndian(bytes) / 32768f,
                (_, 24) => ((bytes[0] << 8) | (bytes[1] << 16) | (bytes[2] << 24)) / 2147483648f,
                _ => BinaryPrimitives.ReadInt32LittleEndian(bytes) / 2147483648f,
            };
        }

        return sum / shape.Channels;
    }

    private static float Sane(float value) => float.IsFinite(value) ? Math.Clamp(value, -1, 1) : 0;

    private static async Task<(WavShape Shape, long Bytes)> FindData(Stream wav, CancellationToken stop)
    {
        WavShape? shape = null;
        var head = new byte[8];
        wav.Position = 12;
        while (true)
        {
            await wav.ReadExactlyAsync(head, stop);
            var size = (long)BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(4));
            if (head.AsSpan().StartsWith("data"u8)) return (shape!.Value, size);
            if (head.AsSpan().StartsWith("fmt "u8))
            {
                var fmt = new byte[size];
                await wav.ReadExactlyAsync(fmt, stop);
                shape = WavShape.Of(fmt);
                wav.Position += size % 2;
            }
            else wav.Position += size + (size % 2);
        }
    }

    private static byte[] Write(List<float> samples, int rate)
    {
        var wav = new byte[44 + (samples.Count * 2)];
        var head = wav.AsSpan();
        "RIFF"u8.CopyTo(head);
        BinaryPrimitives.WriteInt32LittleEndian(head[4..], wav.Length - 8);
        "WAVEfmt "u8.CopyTo(head[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(head[16..], 16);
        BinaryPrimitives.WriteInt16LittleEndian(head[20..], 1);
        BinaryPrimitives.WriteInt16LittleEndian(head[22..], 1);
        BinaryPrimitives.WriteInt32LittleEndian(head[24..], rate);
        BinaryPrimitives.WriteInt32LittleEndian(head[28..], rate * 2);
        BinaryPrimitives.WriteInt16LittleEndian(head[32..], 2);
        BinaryPrimitives.WriteInt16LittleEndian(head[34..], 16);
        "data"u8.CopyTo(head[36..]);
        BinaryPrimitives.WriteInt32LittleEndian(head[40..], samples.Count * 2);
        for (var i = 0; i < samples.Count; i++)
            BinaryPrimitives.WriteInt16LittleEndian(head[(44 + (i * 2))..], (short)MathF.Round(Math.Clamp(samples[i], -1, 1) * short.MaxValue));
        return wav;
    }
}
