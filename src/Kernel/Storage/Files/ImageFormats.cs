using System.Buffers.Binary;

namespace Marketplace.Kernel;

public sealed class Png : ImageFormat
{
    public static readonly Png Format = new();

    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    // What makes the picture. Texts, positions and animation stay behind.
    private static readonly string[] Kept = ["IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "sBIT", "pHYs"];

    public override IReadOnlyList<string> Extensions { get; } = ["png"];

    public override string ContentType => "image/png";

    public override bool Begins(ReadOnlySpan<byte> head) => head.StartsWith(Signature);

    public override async IAsyncEnumerable<ReadOnlyMemory<byte>> Read(UploadInput input)
    {
        await input.Has(8);
        yield return input.Take(8);

        var (first, drawn) = (true, false);
        while (true)
        {
            if (!await input.Has(8)) throw Broken();
            var size = (long)BinaryPrimitives.ReadUInt32BigEndian(input.Buffered.Span);
            var name = System.Text.Encoding.ASCII.GetString(input.Buffered.Span.Slice(4, 4));
            if (first)
            {
                if (name != "IHDR" || size != 13 || !await input.Has(8 + 13)) throw Broken();
                MustFit(BinaryPrimitives.ReadUInt32BigEndian(input.Buffered.Span[8..]), BinaryPrimitives.ReadUInt32BigEndian(input.Buffered.Span[12..]));
                first = false;
            }

            drawn |= name == "IDAT";
            var whole = 8 + size + 4;
            if (Kept.Contains(name))
                await foreach (var piece in Copy(input, whole, Broken)) yield return piece;
            else await Skip(input, whole, Broken);

            if (name != "IEND") continue;
            if (!drawn) throw Broken();
            if (!await input.AtEnd()) throw Trailing();
            yield break;
        }
    }
}

public sealed class Jpeg : ImageFormat
{
    public static readonly Jpeg Format = new();

    public override IReadOnlyList<string> Extensions { get; } = ["jpg", "jpeg"];

    public override string ContentType => "image/jpeg";

    public override bool Begins(ReadOnlySpan<byte> head) => head.Length >= 3 && head[0] == 0xFF && head[1] == 0xD8 && head[2] == 0xFF;

    public override async IAsyncEnumerable<ReadOnlyMemory<byte>> Read(UploadInput input)
    {
        await input.Has(2);
        yield return input.Take(2);

        var (sized, drawn) = (false, false);
        while (true)
        {
            if (!await input.Has(2) || input.Buffered.Span[0] != 0xFF) throw Broken();
            var marker = input.Buffered.Span[1];
            if (marker == 0xFF)
            {
                input.Take(1);      // fill byte
                continue;
            }

            if (marker == 0xD9)
            {
                if (!sized || !drawn) throw Broken();
                yield return input.Take(2);
                if (!await input.AtEnd()) throw Trailing();
                yield break;
            }

            if (!await input.Has(12)) throw Broken();
            var size = BinaryPrimitives.ReadUInt16BigEndian(input.Buffered.Span[2..]);
            if (marker is >= 0xC0 and <= 0xC2)
            {
                MustFit(BinaryPrimitives.ReadUInt16BigEndian(input.Buffered.Span[7..]), BinaryPrimitives.ReadUInt16BigEndian(input.Buffered.Span[5..]));
                sized = true;
            }

            if (size < 2 || !IsKnown(marker) || (marker == 0xDA && !sized)) throw Broken();
            if (IsKept(marker, input.Buffered.Span))
                await foreach (var piece in Copy(input, 2L + size, Broken)) yield return piece;
            else await Skip(input, 2L + size, Broken);

            if (marker != 0xDA) continue;
            drawn = true;
            await foreach (var piece in Scan(input)) yield return piece;
        }
    }

    // The picture's data: everything up to the next marker; FF 00 and restart marks belong to it.
    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Scan(UploadInput input)
    {
        while (true)
        {
            if (!await input.Has(2)) throw Broken();
            var mark = input.Buffered.Span.IndexOf((byte)0xFF);
            if (mark < 0) yield return input.Take(input.Buffered.Length);
            else if (mark > 0) yield return input.Take(mark);
            else if (input.Buffered.Span[1] is 0x00 or (>= 0xD0 and <= 0xD7)) yield return input.Take(2);
            else yield break;
        }
    }

    private static bool IsKnown(byte marker) => marker is >= 0xC0 and <= 0xC2 or 0xC4 or 0xDA or 0xDB or 0xDD or (>= 0xE0 and <= 0xEF) or 0xFE;

    // Colour spaces stay; Exif (where it was taken, by which camera) and comments do not.
    private static bool IsKept(byte marker, ReadOnlySpan<byte> head) => marker switch
    {
        0xE0 => Is(head[4..], "JFIF"),
        0xE2 => Is(head[4..], "ICC_PROF"),
        0xEE => Is(head[4..], "Adobe"),
        0xFE or (>= 0xE0 and <= 0xEF) => false,
        _ => true,
    };
}

public sealed class WebP : ImageFormat
{
    public static readonly WebP Format = new();

    public override IReadOnlyList<string> Extensions { get; } = ["webp"];

    public override string ContentType => "image/webp";

    public override bool Begins(ReadOnlySpan<byte> head) => Is(head, "RIFF") && head.Length >= 12 && Is(head[8..], "WEBP");

    public override async IAsyncEnumerable<ReadOnlyMemory<byte>> Read(UploadInput input)
    {
        await input.Has(12);
        var header = input.Take(12);
        var riffEnd = 8L + BinaryPrimitives.ReadUInt32LittleEndian(header.Span[4..]);
        yield return header;

        var drawn = false;
        while (input.Position < riffEnd)
        {
            if (!await input.Has(8)) throw Broken();
            var name = System.Text.Encoding.ASCII.GetString(input.Buffered.Span[..4]);
            var size = (long)BinaryPrimitives.ReadUInt32LittleEndian(input.Buffered.Span[4..]);
            size += size % 2;
            if (name is "ANIM" or "ANMF") throw new Refused("image_animated", 422, "This picture moves. Send a still one.");
            if (name is "VP8X" or "VP8 " or "VP8L")
            {
                if (size < 10 || !await input.Has(8 + 10)) throw Broken();
                var (width, height) = Size(name, input.Buffered.Span[8..]);
                MustFit(width, height);
                drawn |= name != "VP8X";
            }

            if (name is "EXIF" or "XMP ")
            {
                // The sizes in front are written already: the room stays, what was in it does not.
                yield return input.Take(8);
                await foreach (var piece in Copy(input, size, Broken)) yield return new byte[piece.Length];
                continue;
            }

            await foreach (var piece in Copy(input, 8 + size, Broken)) yield return piece;
        }

        if (!drawn) throw Broken();
        if (!await input.AtEnd()) throw Trailing();
    }

    private static (long Width, long Height) Size(string name, ReadOnlySpan<byte> head) => name switch
    {
        "VP8X" => (1 + (head[4] | (head[5] << 8) | (head[6] << 16)), 1 + (head[7] | (head[8] << 8) | (head[9] << 16))),
        "VP8 " when head[3] == 0x9D && head[4] == 0x01 && head[5] == 0x2A => ((head[6] | (head[7] << 8)) & 0x3FFF, (head[8] | (head[9] << 8)) & 0x3FFF),
        "VP8L" when head[0] == 0x2F => (1 + (head[1] | ((head[2] & 0x3F) << 8)), 1 + ((head[2] >> 6) | (head[3] << 2) | ((head[4] & 0x0F) << 10))),
        _ => throw Broken(),
    };
}
