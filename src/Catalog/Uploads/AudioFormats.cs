using System.Buffers.Binary;
using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <summary>What a WAV file's header says of its samples.</summary>
/// <param name="IsFloat">IEEE floating point, else integers.</param>
/// <param name="FrameSize">Bytes of one moment in all channels.</param>
internal readonly record struct WavShape(int Channels, int Rate, int Bits, bool IsFloat, int FrameSize)
{
    /// <exception cref="Refused">422: nothing that a player knows.</exception>
    public static WavShape Of(ReadOnlySpan<byte> fmt)
    {
        var tag = BinaryPrimitives.ReadUInt16LittleEndian(fmt);
        if (tag == 0xFFFE && fmt.Length >= 26) tag = BinaryPrimitives.ReadUInt16LittleEndian(fmt[24..]);
        var shape = new WavShape(
            BinaryPrimitives.ReadUInt16LittleEndian(fmt[2..]), BinaryPrimitives.ReadInt32LittleEndian(fmt[4..]),
            BinaryPrimitives.ReadUInt16LittleEndian(fmt[14..]), tag == 3, BinaryPrimitives.ReadUInt16LittleEndian(fmt[12..]));
        var known = (tag == 1 && shape.Bits is 8 or 16 or 24 or 32) || (tag == 3 && shape.Bits is 32);
        return known && shape.Channels is >= 1 and <= 8 && shape.Rate is >= 8_000 and <= 192_000 && shape.FrameSize == shape.Channels * shape.Bits / 8
            ? shape
            : throw new Refused("audio_unsupported", 422, "This kind of WAV cannot be played everywhere. Export it as PCM, 16 or 24 bit.");
    }
}

internal sealed class Wav : FileFormat
{
    public static readonly Wav Format = new();

    public override IReadOnlyList<string> Extensions { get; } = ["wav"];

    public override string ContentType => "audio/wav";

    public override bool Begins(ReadOnlySpan<byte> head) => Is(head, "RIFF") && head.Length >= 12 && Is(head[8..], "WAVE");

    public override async IAsyncEnumerable<ReadOnlyMemory<byte>> Read(UploadInput input)
    {
        await input.Has(12);
        var header = input.Take(12);
        var riffEnd = 8L + BinaryPrimitives.ReadUInt32LittleEndian(header.Span[4..]);
        yield return header;

        WavShape? shape = null;
        var heard = false;
        while (input.Position < riffEnd)
        {
            if (!await input.Has(8)) throw Truncated();
            var chunk = input.Take(8);
            var size = (long)BinaryPrimitives.ReadUInt32LittleEndian(chunk.Span[4..]);
            var (isFormat, isData) = (Is(chunk.Span, "fmt "), Is(chunk.Span, "data"));
            yield return chunk;

            if (isFormat)
            {
                if (size is < 16 or > 4096) throw Damaged("The WAV file is damaged. Export it again.");
                if (!await input.Has((int)size)) throw Truncated();
                shape = WavShape.Of(input.Buffered.Span[..(int)size]);
            }
            else if (isData)
            {
                if (shape is null || heard || size == 0) throw Damaged("The WAV file is damaged. Export it again.");
                heard = true;
            }

            await foreach (var piece in Copy(input, size, Truncated)) yield return piece;
            if (size % 2 == 1 && await input.Has(1)) yield return input.Take(1);
        }

        if (!heard) throw Truncated();
        if (!await input.AtEnd()) throw Trailing();
    }
}

internal sealed class Flac : FileFormat
{
    public static readonly Flac Format = new();

    public override IReadOnlyList<string> Extensions { get; } = ["flac"];

    public override string ContentType => "audio/flac";

    public override bool Begins(ReadOnlySpan<byte> head) => Is(head, "fLaC");

    public override async IAsyncEnumerable<ReadOnlyMemory<byte>> Read(UploadInput input)
    {
        await input.Has(4);
        yield return input.Take(4);

        var first = true;
        var last = false;
        long leastBytes = 1;
        while (!last)
        {
            if (!await input.Has(4)) throw Truncated();
            var (kind, size, isLast) = Block(input.Buffered.Span);
            yield return input.Take(4);
            last = isLast;
            if (first)
            {
                if (kind != 0 || size != 34) throw Damaged("The FLAC file is damaged. Export it again.");
                if (!await input.Has(34)) throw Truncated();
                leastBytes = LeastBytes(input.Buffered.Span);
                first = false;
            }

            await foreach (var piece in Copy(input, size, Truncated)) yield return piece;
        }

        if (!await input.Has(2) || input.Buffered.Span[0] != 0xFF || (input.Buffered.Span[1] & 0xFC) != 0xF8) throw Truncated();
        var begin = input.Position;
        while (await input.Some(long.MaxValue) is { IsEmpty: false } piece) yield return piece;
        if (input.Position - begin < leastBytes) throw Truncated();
    }

    private static (int Kind, int Size, bool IsLast) Block(ReadOnlySpan<byte> head) => (head[0] & 0x7F, (head[1] << 16) | (head[2] << 8) | head[3], (head[0] & 0x80) != 0);

    // As many frames as the samples need, each at least as small as the smallest that the encoder made.
    private static long LeastBytes(ReadOnlySpan<byte> info)
    {
        long blockSize = BinaryPrimitives.ReadUInt16BigEndian(info[2..]);
        long smallest = (info[4] << 16) | (info[5] << 8) | info[6];
        var samples = ((info[13] & 0x0FL) << 32) | BinaryPrimitives.ReadUInt32BigEndian(info[14..]);
        return blockSize == 0 || samples == 0 ? 1 : Math.Max(1, (samples + blockSize - 1) / blockSize * Math.Max(smallest, 10));
    }
}

internal sealed class Mp3 : FileFormat
{
    public static readonly Mp3 Format = new();

    private static readonly int[] Rates = [44_100, 48_000, 32_000];
    private static readonly int[] Kilobits1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
    private static readonly int[] Kilobits2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];

    public override IReadOnlyList<string> Extensions { get; } = ["mp3"];

    public override string ContentType => "audio/mpeg";

    public override bool Begins(ReadOnlySpan<byte> head) => Is(head, "ID3") || FrameSize(head) > 0;

    public override async IAsyncEnumerable<ReadOnlyMemory<byte>> Read(UploadInput input)
    {
        while (await input.Has(10) && Is(input.Buffered.Span, "ID3"))
            await foreach (var piece in Copy(input, TagSize(input.Buffered.Span), Truncated)) yield return piece;

        var frames = 0;
        while (await input.Has(4) && FrameSize(input.Buffered.Span) is > 0 and var size)
        {
            await foreach (var piece in Copy(input, size, Truncated)) yield return piece;
            frames++;
        }

        if (frames < 3) throw Damaged("There is no sound in this MP3 file.");
        while (await input.Has(1))
        {
            await input.Has(32);
            var size = TrailerSize(input.Buffered.Span);
            if (size == 0) throw Trailing();
            await foreach (var piece in Copy(input, size, Truncated)) yield return piece;
        }
    }

    /// <returns>0 when these four bytes are no frame of layer III.</returns>
    private static int FrameSize(ReadOnlySpan<byte> head)
    {
        if (head.Length < 4 || head[0] != 0xFF || (head[1] & 0xE0) != 0xE0 || (head[1] & 0x06) != 0x02) return 0;
        var version = (head[1] >> 3) & 3;       // 0: 2.5, 2: 2, 3: 1
        var (bits, rate, pad) = (head[2] >> 4, (head[2] >> 2) & 3, (head[2] >> 1) & 1);
        if (version == 1 || bits is 0 or 15 || rate == 3) return 0;
        var hertz = Rates[rate] / (version switch { 3 => 1, 2 => 2, _ => 4 });
        return version == 3 ? (144_000 * Kilobits1[bits] / hertz) + pad : (72_000 * Kilobits2[bits] / hertz) + pad;
    }

    private static long TagSize(ReadOnlySpan<byte> head) =>
        10L + ((head[6] & 0x7F) << 21) + ((head[7] & 0x7F) << 14) + ((head[8] & 0x7F) << 7) + (head[9] & 0x7F) + ((head[5] & 0x10) != 0 ? 10 : 0);

    // What players write behind the sound: ID3v1 and APE tags, silence of zeros.
    private static long TrailerSize(ReadOnlySpan<byte> rest)
    {
        if (Is(rest, "TAG")) return 128;
        if (Is(rest, "APETAGEX") && rest.Length >= 32) return 32L + ((rest[23] & 0x20) != 0 ? BinaryPrimitives.ReadUInt32LittleEndian(rest[12..]) : 0);
        return rest[0] == 0 ? 1 : 0;
    }
}
