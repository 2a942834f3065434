using System.Globalization;
using System.Security.Cryptography;
using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Users;

/// <summary>How far the chain reached at some hour, marked with the market's key.</summary>
internal sealed record AuditHead(long Number, long Position, byte[] Hash, DateTimeOffset At, byte[] Mark)
{
    public const string Columns = "number, position, hash, at, mark";

    public static AuditHead Make(long number, long position, byte[] hash, DateTimeOffset at, Secrets secrets) =>
        new(number, position, hash, at, secrets.Mark(Thing(number, position, hash, at)));

    public static AuditHead Read(NpgsqlDataReader r) => new(r.GetInt64(0), r.GetInt64(1), r.GetFieldValue<byte[]>(2), r.GetFieldValue<DateTimeOffset>(3), r.GetFieldValue<byte[]>(4));

    public bool IsGenuine(Secrets secrets) => CryptographicOperations.FixedTimeEquals(Mark, secrets.Mark(Thing(Number, Position, Hash, At)));

    public string Line => string.Create(CultureInfo.InvariantCulture, $"{Number} {Position} {Convert.ToHexStringLower(Hash)} {At.ToUniversalTime():O} {Convert.ToHexStringLower(Mark)}");

    /// <returns>Null when the line is none of ours.</returns>
    public static AuditHead? Parse(string line)
    {
        try
        {
            return line.Split(' ') is [var number, var position, var hash, var at, var mark]
                ? new AuditHead(long.Parse(number, CultureInfo.InvariantCulture), long.Parse(position, CultureInfo.InvariantCulture), Convert.FromHexString(hash),
                    DateTimeOffset.Parse(at, CultureInfo.InvariantCulture), Convert.FromHexString(mark))
                : null;
        }
        catch (Exception error) when (error is FormatException or OverflowException)
        {
            return null;
        }
    }

    private static string Thing(long number, long position, byte[] hash, DateTimeOffset at) =>
        string.Create(CultureInfo.InvariantCulture, $"users.audit_head/{number}/{position}/{Convert.ToHexStringLower(hash)}/{at.UtcTicks / 10}");
}

/// <summary>
/// The heads outside of the database, one file a chain: who cuts the log and its heads short does not reach these. Copy the folder to
/// where no operator of the database writes.
/// </summary>
internal sealed class AuditHeadFile(string folder)
{
    private readonly Lock door = new();

    /// <param name="chain">The hash at position 0.</param>
    public string PathOf(byte[] chain) => Path.Combine(folder, $"{Convert.ToHexStringLower(chain.AsSpan(0, 16))}.heads");

    public IReadOnlyList<string> Lines(byte[] chain) => File.Exists(PathOf(chain)) ? File.ReadAllLines(PathOf(chain)) : [];

    /// <summary>Adds what the file does not have yet: after a crash between commit and write, or on another machine, too.</summary>
    public void Keep(byte[] chain, IReadOnlyList<AuditHead> heads)
    {
        lock (door)
        {
            var known = Lines(chain).Select(AuditHead.Parse).Max(h => h?.Number) ?? 0;
            var fresh = heads.Where(h => h.Number > known).OrderBy(h => h.Number).Select(h => h.Line).ToList();
            if (fresh.Count == 0) return;
            Directory.CreateDirectory(folder);
            File.AppendAllLines(PathOf(chain), fresh);
        }
    }
}
