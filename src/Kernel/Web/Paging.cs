using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;

namespace Marketplace.Kernel;

/// <summary>One page of a list. The last page of a million rows costs what the first does.</summary>
/// <param name="NextCursor">Opaque; null on the last page.</param>
public sealed record Page<T>(IReadOnlyList<T> Data, bool HasMore, string? NextCursor)
{
    public Page<TOther> Map<TOther>(Func<T, TOther> map) => new(Data.Select(map).ToList(), HasMore, NextCursor);
}

/// <summary>
/// Keyset cursors: the sort values of the last row, authenticated and bound to the filters, so that they can be neither forged
/// nor carried to another list.
/// </summary>
public sealed class Cursors(IDataProtectionProvider protection)
{
    public const int DefaultLimit = 20, MaxLimit = 100;

    private readonly IDataProtector protector = protection.CreateProtector("cursors");

    /// <exception cref="Refused">422 <c>limit_out_of_range</c>.</exception>
    public static int Limit(int? limit) => limit switch
    {
        null => DefaultLimit,
        >= 1 and <= MaxLimit => limit.Value,
        _ => throw new Refused("limit_out_of_range", 422, $"limit is 1 to {MaxLimit}."),
    };

    /// <summary>Makes a page of rows that were fetched with one more than the limit.</summary>
    /// <param name="filters">All that selects and orders the list.</param>
    /// <param name="key">The sort values of a row, in order.</param>
    public Page<T> Page<T>(IReadOnlyList<T> rows, int limit, object filters, Func<T, object[]> key)
    {
        var more = rows.Count > limit;
        var data = more ? rows.Take(limit).ToList() : rows;
        return new Page<T>(data, more, more ? Protect(filters, key(data[^1])) : null);
    }

    /// <returns>The sort values after which the page begins; null for the first page.</returns>
    /// <exception cref="Refused">400 <c>cursor_invalid</c>.</exception>
    public JsonElement[]? Read(string? cursor, object filters)
    {
        if (string.IsNullOrEmpty(cursor)) return null;
        try
        {
            var read = JsonSerializer.Deserialize<Content>(protector.Unprotect(WebEncoders.Base64UrlDecode(cursor)))!;
            if (read.Filters == Hash(filters)) return read.Key;
        }
        catch (Exception error) when (error is CryptographicException or FormatException or JsonException)
        {
            throw Invalid();
        }

        throw Invalid();
    }

    private static Refused Invalid() => new("cursor_invalid", 400, "This cursor is not of this list. Begin again without it.");

    private string Protect(object filters, object[] key) => WebEncoders.Base64UrlEncode(protector.Protect(
        JsonSerializer.SerializeToUtf8Bytes(new Content(Hash(filters), key.Select(k => JsonSerializer.SerializeToElement(k)).ToArray()))));

    private static string Hash(object filters) =>
        Convert.ToHexString(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(filters, JsonStyle.Options)), 0, 8);

    private sealed record Content(string Filters, JsonElement[] Key);
}
