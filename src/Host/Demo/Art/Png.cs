using System.Buffers.Binary;
using System.IO.Compression;

namespace Marketplace.Host;

/// <summary>A PNG writer for what the demo needs: true colour with adaptive filters, or indexed with a palette.</summary>
internal static class Png
{
    private static readonly uint[] CrcTable = BuildCrcTable();

    /// <summary>Smooth pictures: each row takes the filter whose residue is smallest.</summary>
    public static byte[] TrueColour(int width, int height, ReadOnlySpan<byte> rgb)
    {
        var stride = width * 3;
        var packed = new byte[height * (stride + 1)];
        var trial = new byte[stride];
        var above = new byte[stride];
        for (var y = 0; y < height; y++)
        {
            var row = rgb.Slice(y * stride, stride);
            var target = packed.AsSpan(y * (stride + 1), stride + 1);
            var best = long.MaxValue;
            for (byte filter = 0; filter <= 4; filter++)
            {
                var cost = Filter(filter, row, above, trial);
                if (cost < best)
                {
                    best = cost;
                    target[0] = filter;
                    trial.CopyTo(target[1..]);
                }
            }

            row.CopyTo(above);
        }

        return Assemble(width, height, colourType: 2, [], packed);
    }

    /// <summary>Grainy pictures: filters only spread noise there, so rows go unfiltered, a byte a pixel.</summary>
    public static byte[] Indexed(int width, int height, ReadOnlySpan<byte> palette, ReadOnlySpan<byte> indices)
    {
        var packed = new byte[height * (width + 1)];
        for (var y = 0; y < height; y++)
        {
            indices.Slice(y * width, width).CopyTo(packed.AsSpan((y * (width + 1)) + 1));
        }

        return Assemble(width, height, colourType: 3, palette, packed);
    }

    private static long Filter(byte filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, Span<byte> result)
    {
        var cost = 0L;
        for (var i = 0; i < row.Length; i++)
        {
            int left = i >= 3 ? row[i - 3] : 0, up = above[i], corner = i >= 3 ? above[i - 3] : 0;
            var guess = filter switch
            {
                1 => left,
                2 => up,
                3 => (left + up) / 2,
                4 => Paeth(left, up, corner),
                _ => 0,
            };
            result[i] = unchecked((byte)(row[i] - guess));
            cost += Math.Abs((int)unchecked((sbyte)result[i]));
        }

        return cost;
    }

    private static int Paeth(int left, int up, int corner)
    {
        var estimate = left + up - corner;
        int a = Math.Abs(estimate - left), b = Math.Abs(estimate - up), c = Math.Abs(estimate - corner);
        return a <= b && a <= c ? left : b <= c ? up : corner;
    }

    private static byte[] Assemble(int width, int height, byte colourType, ReadOnlySpan<byte> palette, byte[] packed)
    {
        using var file = new MemoryStream();
        file.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        header[8] = 8;
        header[9] = colourType;
        header[10..].Clear();
        Chunk(file, "IHDR"u8, header);
        if (!palette.IsEmpty)
        {
            Chunk(file, "PLTE"u8, palette);
        }

        using var body = new MemoryStream();
        using (var deflate = new ZLibStream(body, CompressionLevel.Optimal, leaveOpen: true))
        {
            deflate.Write(packed);
        }

        Chunk(file, "IDAT"u8, body.GetBuffer().AsSpan(0, (int)body.Length));
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static void Chunk(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(type);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(Crc(uint.MaxValue, type), data));
        file.Write(number);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> data)
    {
        foreach (var value in data)
        {
            crc = CrcTable[(crc ^ value) & 255] ^ (crc >> 8);
        }

        return crc;
    }

    private static uint[] BuildCrcTable()
    {
        var table = new uint[256];
        for (var n = 0u; n < 256; n++)
        {
            var c = n;
            for (var bit = 0; bit < 8; bit++)
            {
                c = (c & 1) != 0 ? 0xEDB88320u ^ (c >> 1) : c >> 1;
            }

            table[n] = c;
        }

        return table;
    }
}
