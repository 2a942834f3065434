using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Users;

/// <summary>
/// How an API key looks: <c>mk_live_</c> or <c>mk_test_</c>, 32 random characters of base62 (190 bits), six of a CRC-32 over all before
/// them. The checksum tells typing errors from keys without the database, and lets scanners find keys that leaked.
/// </summary>
internal static class KeyFormat
{
    public const string Beginning = "mk_";
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int PrefixLength = 8, RandomLength = 32, ChecksumLength = 6;

    private static readonly SearchValues<char> Letters = SearchValues.Create(Alphabet);

    public static string Make(KeyMode mode)
    {
        var body = $"{Beginning}{(mode == KeyMode.Live ? "live" : "test")}_{RandomNumberGenerator.GetString(Alphabet, RandomLength)}";
        return body + Checksum(body);
    }

    public static bool IsWellFormed(string key) =>
        key.Length == PrefixLength + RandomLength + ChecksumLength
        && (key.StartsWith("mk_live_", StringComparison.Ordinal) || key.StartsWith("mk_test_", StringComparison.Ordinal))
        && !key.AsSpan(PrefixLength).ContainsAnyExcept(Letters)
        && key.AsSpan(^ChecksumLength..).SequenceEqual(Checksum(key[..^ChecksumLength]));

    /// <summary>Fast is good enough: nobody guesses 190 bits.</summary>
    public static byte[] HashOf(string key) => SHA256.HashData(Encoding.ASCII.GetBytes(key));

    private static string Checksum(string body)
    {
        var crc = uint.MaxValue;
        foreach (var letter in Encoding.ASCII.GetBytes(body))
        {
            crc ^= letter;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
        }

        crc = ~crc;
        var letters = new char[ChecksumLength];
        for (var i = ChecksumLength - 1; i >= 0; i--) (letters[i], crc) = (Alphabet[(int)(crc % 62)], crc / 62);
        return new string(letters);
    }
}
