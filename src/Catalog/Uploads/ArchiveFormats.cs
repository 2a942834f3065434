using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <summary>
/// A ZIP archive, unpacked once to the last byte before anybody may buy it: nothing in it is larger than it says, leads out of
/// its folder, hides another archive or runs. Plain ZIP only: no ZIP64, no passwords, methods "stored" and "deflated".
/// </summary>
internal sealed class Zip : FileFormat
{
    public const int MaxEntries = 2000, MaxRatio = 100;
    public const long MaxUnpacked = 2_000_000_000;

    /// <summary>Silence packs better than 1 : 100; a little of it is no bomb.</summary>
    private const long HarmlessSize = 10_000_000;

    private const int EndSize = 22, EntrySize = 46, LocalSize = 30, MaxDirectory = 4_000_000;

    private static readonly HashSet<string> Archives = new(StringComparer.OrdinalIgnoreCase) { "zip", "rar", "7z", "tar", "gz", "tgz", "bz2", "xz", "zst", "cab", "iso", "dmg", "jar" };

    private static readonly HashSet<string> Programs = new(StringComparer.OrdinalIgnoreCase)
    {
        "apk", "app", "bat", "cmd", "com", "cpl", "dll", "exe", "hta", "js", "jse", "lnk", "msi", "pif", "ps1", "reg", "scr", "sh", "vb", "vbe", "vbs", "wsf",
    };

    public static readonly Zip Format = new(carries: false);

    /// <summary>A parcel whose files are taken out one by one, each through its own gate: archives may lie in it, for those are opened as archives then.</summary>
    public static readonly Zip Parcel = new(carries: true);

    private readonly bool carries;

    private Zip(bool carries) => this.carries = carries;

    public override IReadOnlyList<string> Extensions { get; } = ["zip"];

    public override string ContentType => "application/zip";

    public override bool Begins(ReadOnlySpan<byte> head) => Is(head, "PK\u0003\u0004");

    public override async IAsyncEnumerable<ReadOnlyMemory<byte>> Read(UploadInput input)
    {
        while (await input.Some(long.MaxValue) is { IsEmpty: false } piece) yield return piece;
    }

    public override async Task<IReadOnlyList<string>?> Examine(Stream staged, CancellationToken stop)
    {
        var entries = await Directory(staged, stop);
        var unpacked = entries.Sum(e => e.Size);
        if (unpacked > MaxUnpacked || (unpacked > HarmlessSize && unpacked > staged.Length * MaxRatio)) throw TooLarge();

        var end = 0L;
        foreach (var entry in entries.OrderBy(e => e.Offset))
        {
            if (entry.Offset < end) throw Broken();     // two names for the same bytes
            end = await Unpack(staged, entry, stop);
        }

        var names = entries.Where(e => !e.IsFolder && !e.Name.StartsWith("__MACOSX/", StringComparison.Ordinal) && !e.Name.EndsWith(".DS_Store", StringComparison.Ordinal)).Select(e => e.Name).Order(StringComparer.OrdinalIgnoreCase).ToList();
        return names.Count > 0 ? names : throw new Refused("archive_empty", 422, "There is no file in this archive.");
    }

    private async Task<List<Entry>> Directory(Stream staged, CancellationToken stop)
    {
        // The end of the directory is the end of the file, but for a comment.
        var tail = await At(staged, Math.Max(0, staged.Length - EndSize - ushort.MaxValue), (int)Math.Min(staged.Length, EndSize + ushort.MaxValue), stop);
        var end = -1;
        for (var i = tail.Length - EndSize; i >= 0 && end < 0; i--)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(i)) == 0x06054B50 && i + EndSize + BinaryPrimitives.ReadUInt16LittleEndian(tail.AsSpan(i + 20)) == tail.Length) end = i;
        }

        if (end < 0) throw Broken();
        int count = BinaryPrimitives.ReadUInt16LittleEndian(tail.AsSpan(end + 10));
        long size = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + 12)), offset = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + 16));
        if (count > MaxEntries || size > MaxDirectory) throw new Refused("archive_too_many_files", 422, "An archive has at most 2,000 files.");
        if (offset + size != staged.Length - tail.Length + end) throw Broken();

        var directory = await At(staged, offset, (int)size, stop);
        var entries = new List<Entry>(count);
        var at = 0;
        for (var i = 0; i < count; i++)
        {
            if (at + EntrySize > directory.Length || BinaryPrimitives.ReadUInt32LittleEndian(directory.AsSpan(at)) != 0x02014B50) throw Broken();
            var entry = Entry.Of(directory.AsSpan(at), carries, out var length);
            if (entry.Offset + LocalSize > offset) throw Broken();
            entries.Add(entry);
            at += length;
        }

        return at == directory.Length ? entries : throw Broken();
    }

    /// <returns>Where its bytes end.</returns>
    private async Task<long> Unpack(Stream staged, Entry entry, CancellationToken stop)
    {
        var local = await At(staged, entry.Offset, LocalSize, stop);
        int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(local.AsSpan(26)), extraLength = BinaryPrimitives.ReadUInt16LittleEndian(local.AsSpan(28));
        if (BinaryPrimitives.ReadUInt32LittleEndian(local) != 0x04034B50) throw Broken();
        var name = await At(staged, entry.Offset + LocalSize, nameLength, stop);
        if (!name.AsSpan().SequenceEqual(entry.RawName)) throw Broken();    // two readers would see two names

        var begin = entry.Offset + LocalSize + nameLength + extraLength;
        if (begin + entry.PackedSize > staged.Length) throw Broken();
        staged.Position = begin;
        await using var packed = new Part(staged, entry.PackedSize);
        await using Stream content = entry.Method == 8 ? new DeflateStream(packed, CompressionMode.Decompress, leaveOpen: true) : packed;
        var buffer = new byte[1 << 16];
        var seen = 0L;
        try
        {
            for (int read; (read = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, stop)) > 0; seen += read)
            {
                if (seen + read > entry.Size) throw TooLarge();
                if (seen == 0) MustBeHarmless(buffer.AsSpan(0, read), carries);
            }
        }
        catch (InvalidDataException)
        {
            throw Broken();
        }

        return seen == entry.Size ? begin + entry.PackedSize : throw Broken();
    }

    private static void MustBeHarmless(ReadOnlySpan<byte> head, bool carries)
    {
        if (Is(head, "Rar!") || head.StartsWith((ReadOnlySpan<byte>)[0x37, 0x7A, 0xBC, 0xAF]) || (!carries && Is(head, "PK\u0003\u0004"))) throw Nested();
        if (head.StartsWith((ReadOnlySpan<byte>)[0x7F, 0x45, 0x4C, 0x46]) || Is(head, "MZ")) throw Program();
    }

    private static async Task<byte[]> At(Stream stream, long position, int length, CancellationToken stop)
    {
        var bytes = new byte[length];
        stream.Position = position;
        return await stream.ReadAtLeastAsync(bytes, length, throwOnEndOfStream: false, stop) == length ? bytes : throw Broken();
    }

    private static Refused Broken() => Damaged("The archive is damaged. Pack it again, as an ordinary ZIP.");

    private static Refused TooLarge() => new("archive_too_large", 422, "Unpacked, this archive is far larger than it should be.");

    private static Refused Nested() => new("archive_nested", 422, "There is an archive inside this archive. Unpack it first.");

    private static Refused Program() => new("archive_program", 422, "There is a program inside this archive. Only files that are opened, not run, are sold here.");

    private sealed record Entry(string Name, byte[] RawName, long Offset, long PackedSize, long Size, int Method)
    {
        public bool IsFolder => Name.EndsWith('/');

        public static Entry Of(ReadOnlySpan<byte> header, bool carries, out int length)
        {
            int flags = BinaryPrimitives.ReadUInt16LittleEndian(header[8..]), method = BinaryPrimitives.ReadUInt16LittleEndian(header[10..]);
            int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
            length = EntrySize + nameLength + BinaryPrimitives.ReadUInt16LittleEndian(header[30..]) + BinaryPrimitives.ReadUInt16LittleEndian(header[32..]);
            if (length > header.Length) throw Broken();
            if ((flags & 0x2041) != 0) throw new Refused("archive_encrypted", 422, "This archive needs a password. Pack it without one.");
            if (method is not (0 or 8)) throw Broken();

            var raw = header.Slice(EntrySize, nameLength).ToArray();
            var name = ((flags & 0x800) != 0 ? Encoding.UTF8 : Encoding.Latin1).GetString(raw).Replace('\\', '/');
            MustStayInside(name, header[5], BinaryPrimitives.ReadUInt32LittleEndian(header[38..]) >> 16);
            var extension = name[(name.LastIndexOf('.') + 1)..];
            if (Archives.Contains(extension) && !(carries && extension.Equals("zip", StringComparison.OrdinalIgnoreCase))) throw Nested();
            if (Programs.Contains(extension)) throw Program();
            return new Entry(name, raw, BinaryPrimitives.ReadUInt32LittleEndian(header[42..]), BinaryPrimitives.ReadUInt32LittleEndian(header[20..]), BinaryPrimitives.ReadUInt32LittleEndian(header[24..]), method);
        }

        // Who unpacks it must find all of it below one folder: no way up, no root, no drive, no link.
        private static void MustStayInside(string name, byte madeBy, uint mode)
        {
            var isLink = madeBy is 3 or 19 && (mode & 0xF000) is not (0 or 0x8000 or 0x4000);
            if (isLink || name.Length is 0 or > 240 || name[0] == '/' || name.Contains(':') || name.Any(char.IsControl) || name.Contains('\uFFFD') || name.Split('/').Any(part => part.Trim() is ".." or "."))
                throw new Refused("archive_path_unsafe", 422, "There is a link or a path in this archive that leads out of it.");
        }
    }

    /// <summary>So many bytes of a stream, from where it stands.</summary>
    private sealed class Part(Stream inner, long left) : ForwardStream
    {
        private long left = left;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (left == 0) return 0;
            var read = await inner.ReadAsync(buffer[..(int)Math.Min(buffer.Length, left)], cancellationToken);
            left -= read;
            return read;
        }
    }
}
