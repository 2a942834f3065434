using System.Buffers.Binary;

namespace Marketplace.Kernel;

/// <summary>Width and height of a picture that its format has let in: a page that knows them keeps the room, so that nothing jumps.</summary>
public static class ImageSize
{
    private const int Most = 1 << 20;

    /// <param name="picture">As it is stored.</param>
    public static async Task<(int Width, int Height)> Of(Stream picture, CancellationToken stop = default)
    {
        var head = new byte[Most];
        var length = await picture.ReadAtLeastAsync(head, Most, false, stop);
        return Of(head.AsSpan(0, length)) ?? throw new Refused("file_damaged", 422, "This picture cannot be read. Save it again, or send another.");
    }

    private static (int Width, int Height)? Of(ReadOnlySpan<byte> head) => head switch
    {
        [0x89, (byte)'P', ..] when head.Length >= 24 => ((int)BinaryPrimitives.ReadUInt32BigEndian(head[16..]), (int)BinaryPrimitives.ReadUInt32BigEndian(head[20..])),
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', ..] when head.Length >= 30 => WebP(head[12..]),
        [0xFF, 0xD8, ..] => Jpeg(head),
        _ => null,
    };

    private static (int, int)? Jpeg(ReadOnlySpan<byte> head)
    {
        for (var at = 2; at + 9 < head.Length;)
        {
            if (head[at] != 0xFF) return null;
            if (head[at + 1] == 0xFF)
            {
                at++;
                continue;
            }

            if (head[at + 1] is >= 0xC0 and <= 0xC2) return (BinaryPrimitives.ReadUInt16BigEndian(head[(at + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(head[(at + 5)..]));
            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(head[(at + 2)..]);
        }

        return null;
    }

    private static (int, int)? WebP(ReadOnlySpan<byte> chunk)
    {
        var at = chunk[8..];
        return chunk[3] switch
        {
            (byte)'X' => (1 + (at[4] | (at[5] << 8) | (at[6] << 16)), 1 + (at[7] | (at[8] << 8) | (at[9] << 16))),
            (byte)' ' => ((at[6] | (at[7] << 8)) & 0x3FFF, (at[8] | (at[9] << 8)) & 0x3FFF),
            (byte)'L' => (1 + (at[1] | ((at[2] & 0x3F) << 8)), 1 + ((at[2] >> 6) | (at[3] << 2) | ((at[4] & 0x0F) << 10))),
            _ => null,
        };
    }
}
