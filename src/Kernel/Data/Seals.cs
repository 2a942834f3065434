using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Marketplace.Kernel;

/// <summary>
/// The only bytes that a sealed row can be written as: every member with its length or in a fixed size, so that nothing can slide from one
/// into the next. Chains of hashes over rows that are never changed are built of them: see the audit log and the ledger.
/// </summary>
public sealed class SealedBytes
{
    private readonly ArrayBufferWriter<byte> buffer = new(1024);

    /// <summary>Begins the next row with the hash of the one before it.</summary>
    public SealedBytes After(ReadOnlySpan<byte> previous)
    {
        buffer.ResetWrittenCount();
        buffer.Write(previous);
        return this;
    }

    public SealedBytes Write(long number)
    {
        BinaryPrimitives.WriteInt64BigEndian(buffer.GetSpan(8), number);
        buffer.Advance(8);
        return this;
    }

    /// <summary>In microseconds, as the database keeps it.</summary>
    public SealedBytes Write(DateTimeOffset time) => Write(time.UtcTicks / 10);

    public SealedBytes Write(long? number) => Write(number is null ? 0L : 1L).Write(number ?? 0L);

    public SealedBytes Write(Guid? id)
    {
        var to = buffer.GetSpan(17);
        to[0] = id is null ? (byte)0 : (byte)1;
        (id ?? Guid.Empty).TryWriteBytes(to[1..], bigEndian: true, out _);
        buffer.Advance(17);
        return this;
    }

    public SealedBytes Write(string? text)
    {
        Write(text is null ? -1L : Encoding.UTF8.GetByteCount(text));
        if (text is not null) Encoding.UTF8.GetBytes(text, buffer);
        return this;
    }

    public SealedBytes Write(ReadOnlySpan<byte> bytes)
    {
        Write((long)bytes.Length);
        buffer.Write(bytes);
        return this;
    }

    /// <summary>SHA-256 of the row and all before it.</summary>
    public byte[] Hash() => SHA256.HashData(buffer.WrittenSpan);
}

/// <summary>How far a chain reached at some time, marked with the market's key.</summary>
public sealed record SealHead(long Number, long Position, byte[] Hash, DateTimeOffset At, byte[] Mark)
{
    public const string Columns = "number, position, hash, at, mark";

    /// <param name="chain">Which chain: <c>wallet.seal</c>.</param>
    public static SealHead Make(string chain, long number, long position, byte[] hash, DateTimeOffset at, Secrets secrets)
    {
        var time = new DateTimeOffset(at.UtcTicks / 10 * 10, TimeSpan.Zero);     // as the database keeps it
        return new SealHead(number, position, hash, time, secrets.Mark(Thing(chain, number, position, hash, time)));
    }

    public static SealHead Read(NpgsqlDataReader r) => new(r.GetInt64(0), r.GetInt64(1), r.GetFieldValue<byte[]>(2), r.GetFieldValue<DateTimeOffset>(3), r.GetFieldValue<byte[]>(4));

    public bool IsGenuine(string chain, Secrets secrets) => CryptographicOperations.FixedTimeEquals(Mark, secrets.Mark(Thing(chain, Number, Position, Hash, At)));

    public string Line => string.Create(CultureInfo.InvariantCulture, $"{Number} {Position} {Convert.ToHexStringLower(Hash)} {At.ToUniversalTime():O} {Convert.ToHexStringLower(Mark)}");

    /// <returns>Null when the line is none of ours.</returns>
    public static SealHead? Parse(string line)
    {
        try
        {
            return line.Split(' ') is [var number, var position, var hash, var at, var mark]
                ? new SealHead(long.Parse(number, CultureInfo.InvariantCulture), long.Parse(position, CultureInfo.InvariantCulture), Convert.FromHexString(hash),
                    DateTimeOffset.Parse(at, CultureInfo.InvariantCulture), Convert.FromHexString(mark))
                : null;
        }
        catch (Exception error) when (error is FormatException or OverflowException)
        {
            return null;
        }
    }

    private static string Thing(string chain, long number, long position, byte[] hash, DateTimeOffset at) =>
        string.Create(CultureInfo.InvariantCulture, $"{chain}/{number}/{position}/{Convert.ToHexStringLower(hash)}/{at.UtcTicks / 10}");
}

/// <summary>
/// Heads outside of the database, one file a chain: who cuts a chain and its heads short does not reach these. Copy the folder to where
/// no operator of the database writes.
/// </summary>
public abstract class SealHeadFile(string folder)
{
    private readonly Lock door = new();

    /// <param name="chain">The hash at position 0.</param>
    public string PathOf(byte[] chain) => Path.Combine(folder, $"{Convert.ToHexStringLower(chain.AsSpan(0, 16))}.heads");

    public IReadOnlyList<string> Lines(byte[] chain) => File.Exists(PathOf(chain)) ? File.ReadAllLines(PathOf(chain)) : [];

    /// <summary>Adds what the file does not have yet: after a crash between commit and write, or on another machine, too.</summary>
    public void Keep(byte[] chain, IReadOnlyList<SealHead> heads)
    {
        lock (door)
        {
            var known = Lines(chain).Select(SealHead.Parse).Max(h => h?.Number) ?? 0;
            var fresh = heads.Where(h => h.Number > known).OrderBy(h => h.Number).Select(h => h.Line).ToList();
            if (fresh.Count == 0) return;
            Directory.CreateDirectory(folder);
            File.AppendAllLines(PathOf(chain), fresh);
        }
    }
}

/// <summary>Counts what a verifier finds, and keeps the first of it in words.</summary>
public sealed class SealFaults(string module, string invariant)
{
    private string? first;
    private long count;

    public InvariantResult Result => new(module, invariant, count, first);

    public void Add(string fault)
    {
        first ??= fault;
        count++;
    }
}
