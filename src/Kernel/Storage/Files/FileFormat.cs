using System.Text;

namespace Marketplace.Kernel;

/// <summary>
/// A format that the market takes. It reads an upload from its first byte to its last, yields what is to be stored, and refuses
/// what is not whole or not what its name says. Nothing is held but a buffer; a refusal leaves no blob.
/// </summary>
public abstract class FileFormat
{
    public abstract IReadOnlyList<string> Extensions { get; }

    public abstract string ContentType { get; }

    /// <param name="head">The first 12 bytes, or fewer.</param>
    public abstract bool Begins(ReadOnlySpan<byte> head);

    /// <exception cref="Refused">422 with the reason.</exception>
    public abstract IAsyncEnumerable<ReadOnlyMemory<byte>> Read(UploadInput input);

    /// <summary>Looks at what has arrived, where that takes more than one look.</summary>
    /// <returns>The names of what is inside, for an archive.</returns>
    /// <exception cref="Refused">422 with the reason.</exception>
    public virtual Task<IReadOnlyList<string>?> Examine(Stream staged, CancellationToken stop) => Task.FromResult<IReadOnlyList<string>?>(null);

    protected static Refused Truncated() => new("audio_truncated", 422, "The audio file breaks off before its end. Export it again.");

    protected static Refused Damaged(string what) => new("file_damaged", 422, what);

    protected static Refused Trailing() => new("file_trailing_data", 422, "Something else is hidden behind the end of this file.");

    protected static bool Is(ReadOnlySpan<byte> bytes, string ascii) => bytes.Length >= ascii.Length && Encoding.ASCII.GetString(bytes[..ascii.Length]) == ascii;

    /// <summary>A given number of bytes, as they are.</summary>
    protected static async IAsyncEnumerable<ReadOnlyMemory<byte>> Copy(UploadInput input, long count, Func<Refused> tooShort)
    {
        while (count > 0)
        {
            var piece = await input.Some(count);
            if (piece.IsEmpty) throw tooShort();
            count -= piece.Length;
            yield return piece;
        }
    }

    protected static async Task Skip(UploadInput input, long count, Func<Refused> tooShort)
    {
        await foreach (var piece in Copy(input, count, tooShort)) _ = piece;
    }
}

/// <summary>Images: as many bytes and pixels as a browser takes without harm; metadata (position, camera) is not kept.</summary>
public abstract class ImageFormat : FileFormat
{
    public const long MaxPixels = 40_000_000;

    protected static void MustFit(long width, long height)
    {
        if (width < 1 || height < 1) throw Broken();
        if (width * height > MaxPixels) throw new Refused("image_too_many_pixels", 422, "The image has more than 40 megapixels. Make it smaller: 1500 × 1500 is plenty.");
    }

    protected static Refused Broken() => Damaged("The image is damaged. Export it again.");
}

/// <summary>An upload that is read once, through a buffer of 64 KB. What it hands out is valid until the next call.</summary>
public sealed class UploadInput(Stream inner, long maxBytes, CancellationToken stop)
{
    private readonly byte[] buffer = new byte[1 << 16];
    private int start, end;
    private long received;

    /// <summary>How many bytes were handed out.</summary>
    public long Position { get; private set; }

    /// <summary>What is in the buffer.</summary>
    public ReadOnlyMemory<byte> Buffered => buffer.AsMemory(start, end - start);

    /// <summary>Reads until so many bytes are in the buffer; false when the upload ends before.</summary>
    public async ValueTask<bool> Has(int count)
    {
        if (end - start >= count) return true;
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }

        while (end < count)
        {
            var read = await inner.ReadAsync(buffer.AsMemory(end), stop);
            if (read == 0) return false;
            end += read;
            received += read;
            if (received > maxBytes) throw new Refused("file_too_large", 413, "The file is larger than the limit.");
        }

        return true;
    }

    public ReadOnlyMemory<byte> Take(int count)
    {
        var piece = buffer.AsMemory(start, count);
        start += count;
        Position += count;
        return piece;
    }

    /// <summary>What comes next, at most so much; empty at the end.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> Some(long most) =>
        await Has(1) ? Take((int)Math.Min(most, end - start)) : ReadOnlyMemory<byte>.Empty;

    public async ValueTask<bool> AtEnd() => !await Has(1);
}

/// <summary>Pieces as a stream, for the blob store.</summary>
public sealed class PieceStream(IAsyncEnumerable<ReadOnlyMemory<byte>> pieces) : ForwardStream
{
    private readonly IAsyncEnumerator<ReadOnlyMemory<byte>> pieces = pieces.GetAsyncEnumerator();
    private ReadOnlyMemory<byte> rest;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (rest.IsEmpty)
        {
            if (!await pieces.MoveNextAsync()) return 0;
            rest = pieces.Current;
        }

        var count = Math.Min(buffer.Length, rest.Length);
        rest[..count].CopyTo(buffer);
        rest = rest[count..];
        return count;
    }

    public override async ValueTask DisposeAsync()
    {
        await pieces.DisposeAsync();
        await base.DisposeAsync();
    }
}
