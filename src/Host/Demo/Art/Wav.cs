using System.Buffers.Binary;

namespace Marketplace.Host;

/// <summary>Writes 16-bit mono PCM with the plain 44-byte header every player knows.</summary>
internal static class Wav
{
    private const int Header = 44;

    public static byte[] Mono(ReadOnlySpan<float> samples, int rate)
    {
        var file = new byte[Header + (samples.Length * 2)];
        var head = file.AsSpan();
        "RIFF"u8.CopyTo(head);
        BinaryPrimitives.WriteInt32LittleEndian(head[4..], file.Length - 8);
        "WAVEfmt "u8.CopyTo(head[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(head[16..], 16);
        BinaryPrimitives.WriteInt16LittleEndian(head[20..], 1);
        BinaryPrimitives.WriteInt16LittleEndian(head[22..], 1);
        BinaryPrimitives.WriteInt32LittleEndian(head[24..], rate);
        BinaryPrimitives.WriteInt32LittleEndian(head[28..], rate * 2);
        BinaryPrimitives.WriteInt16LittleEndian(head[32..], 2);
        BinaryPrimitives.WriteInt16LittleEndian(head[34..], 16);
        "data"u8.CopyTo(head[36..]);
        BinaryPrimitives.WriteInt32LittleEndian(head[40..], samples.Length * 2);
        for (var i = 0; i < samples.Length; i++)
        {
            var value = (short)MathF.Round(Math.Clamp(samples[i], -1f, 1f) * short.MaxValue);
            BinaryPrimitives.WriteInt16LittleEndian(head[(Header + (i * 2))..], value);
        }

        return file;
    }
}
