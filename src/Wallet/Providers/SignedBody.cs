using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Marketplace.Kernel;

namespace Marketplace.Wallet;

/// <summary>
/// The proof <c>t=1700000000,v1=hex[,v1=hex]</c>: HMAC-SHA256 over <c>t.body</c>. Several v1 stand there while a secret is being changed;
/// one right one is enough.
/// </summary>
internal static class SignedBody
{
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <exception cref="Refused">400 <c>signature_invalid</c>.</exception>
    public static void Check(string? header, byte[] body, string secret, DateTimeOffset now)
    {
        var parts = (header ?? "").Split(',').Select(p => p.Trim().Split('=', 2)).Where(p => p.Length == 2).ToList();
        if (!long.TryParse(parts.Find(p => p[0] == "t")?[1], NumberStyles.None, CultureInfo.InvariantCulture, out var at) || at > 99_999_999_999) throw Invalid();
        var right = Hash(at, body, secret);
        // All are compared, each in constant time: how long it takes says nothing.
        var good = parts.Where(p => p[0] == "v1").Count(p => CryptographicOperations.FixedTimeEquals(right, Encoding.ASCII.GetBytes(p[1])));
        if (good == 0 || (now - DateTimeOffset.FromUnixTimeSeconds(at)).Duration() > Tolerance) throw Invalid();
    }

    /// <summary>Reads a body that is proved.</summary>
    /// <exception cref="Refused">400 <c>event_malformed</c>: no JSON, or without what must be in it.</exception>
    public static ProviderEvent Read(byte[] body, Func<JsonElement, ProviderEvent> read)
    {
        try
        {
            return read(JsonDocument.Parse(body).RootElement);
        }
        catch (Exception error) when (error is JsonException or HttpRequestException)
        {
            throw Malformed();
        }
    }

    public static string Sign(byte[] body, string secret, DateTimeOffset at) => $"t={at.ToUnixTimeSeconds()},v1={Encoding.ASCII.GetString(Hash(at.ToUnixTimeSeconds(), body, secret))}";

    public static Refused Invalid() => new("signature_invalid", 400, "The signature does not prove who sent this.");

    public static Refused Malformed() => new("event_malformed", 400, "This is not an event that can be read.");

    private static byte[] Hash(long at, byte[] body, string secret) => Encoding.ASCII.GetBytes(Convert.ToHexStringLower(HMACSHA256.HashData(
        Encoding.UTF8.GetBytes(secret), (byte[])[.. Encoding.ASCII.GetBytes(at.ToString(CultureInfo.InvariantCulture)), (byte)'.', .. body])));
}
