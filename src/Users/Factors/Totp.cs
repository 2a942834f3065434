using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Users;

/// <summary>Codes of an authenticator app (RFC 6238: SHA-1, six digits, 30 seconds, which is what all apps can).</summary>
internal static class Totp
{
    public const int SeedSize = 20;

    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static long StepAt(DateTimeOffset time) => time.ToUnixTimeSeconds() / 30;

    public static string Code(byte[] seed, long step)
    {
        Span<byte> counter = stackalloc byte[8], mac = stackalloc byte[20];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
#pragma warning disable CA5350 // HMAC-SHA-1 is what the standard and the apps speak; its weakness to collisions does not matter here
        HMACSHA1.HashData(seed, counter, mac);
#pragma warning restore CA5350
        var number = (BinaryPrimitives.ReadInt32BigEndian(mac[(mac[^1] & 15)..]) & int.MaxValue) % 1_000_000;
        return number.ToString("D6", CultureInfo.InvariantCulture);
    }

    /// <returns>The step whose code it is, of this one and its two neighbours, for clocks that are a little off; null when of none.</returns>
    public static long? StepOf(byte[] seed, string code, DateTimeOffset now)
    {
        var given = Encoding.ASCII.GetBytes(code);
        long? found = null;
        for (var step = StepAt(now) - 1; step <= StepAt(now) + 1; step++)
        {
            if (CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Code(seed, step)), given)) found = step;
        }

        return found;
    }

    /// <summary>RFC 4648 without padding.</summary>
    public static string Base32(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder((bytes.Length * 8 / 5) + 1);
        int bits = 0, held = 0;
        foreach (var b in bytes)
        {
            held = ((held << 8) | b) & 0xFFFF;
            for (bits += 8; bits >= 5; bits -= 5) text.Append(Alphabet[(held >> (bits - 5)) & 31]);
        }

        if (bits > 0) text.Append(Alphabet[(held << (5 - bits)) & 31]);
        return text.ToString();
    }

    /// <summary>What apps read from the QR code.</summary>
    public static string Uri(byte[] seed, string email) =>
        $"otpauth://totp/Marketplace:{System.Uri.EscapeDataString(email)}?secret={Base32(seed)}&issuer=Marketplace&algorithm=SHA1&digits=6&period=30";
}
