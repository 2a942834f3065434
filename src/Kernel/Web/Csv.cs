using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Kernel;

/// <summary>
/// A list as a file for spreadsheets: streamed row by row, RFC 4180, UTF-8. Amounts are decimal numbers (their currency is a column of
/// its own), times ISO 8601 in UTC. Text that a spreadsheet would take for a formula is disarmed: others have written it.
/// </summary>
public static class Csv
{
    /// <param name="name">Of the file: <c>statement.csv</c>.</param>
    /// <param name="rows">Cells in the order of the header: text, numbers, <see cref="Money"/>, times, ids, null.</param>
    public static IResult File(string name, IReadOnlyList<string> header, IAsyncEnumerable<IReadOnlyList<object?>> rows) => new Reply(name, header, rows);

    public static string Cell(object? value) => value switch
    {
        null => "",
        string text => Quoted(Disarmed(text)),
        Money money => money.Major.ToString($"F{money.Currency.Exponent}", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        IFormattable other => Quoted(other.ToString(null, CultureInfo.InvariantCulture)),
        _ => Quoted(Disarmed(value.ToString() ?? "")),
    };

    private static string Disarmed(string text) => text.Length > 0 && text.TrimStart(' ', '\u00a0') is var bare && bare.Length > 0 && "=+-@\t\r\n＝＋－＠".Contains(bare[0], StringComparison.Ordinal) ? "'" + text : text;

    private static string Quoted(string text) => text.AsSpan().IndexOfAny("\",;\r\n\t") < 0 && !text.StartsWith(' ') && !text.EndsWith(' ')
        ? text
        : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private sealed class Reply(string name, IReadOnlyList<string> header, IAsyncEnumerable<IReadOnlyList<object?>> rows) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.ContentType = "text/csv; charset=utf-8";
            response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
            response.Headers.CacheControl = "private, no-store";
            // With its mark, without which Excel takes the accents for something else.
            await using var to = new StreamWriter(response.Body, new UTF8Encoding(true), 16 * 1024, leaveOpen: true) { NewLine = "\r\n" };
            await to.WriteLineAsync(string.Join(',', header.Select(h => Cell(h))));
            await foreach (var row in rows.WithCancellation(httpContext.RequestAborted)) await to.WriteLineAsync(string.Join(',', row.Select(Cell)));
            await to.FlushAsync(httpContext.RequestAborted);
        }
    }
}
