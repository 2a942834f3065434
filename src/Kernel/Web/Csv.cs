using System.Globalization;
using System.Text;
using CsvHelper;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Kernel;

/// <summary>
/// A list as a file for spreadsheets: streamed row by row, RFC 4180, UTF-8. Amounts are decimal numbers (their currency is a column of
/// its own), times ISO 8601 in UTC. Text that a spreadsheet would take for a formula is disarmed: others have written it.
/// </summary>
public static class Csv
{
    private static readonly CsvWriterOptions Style = new() { NewLine = "\r\n" };

    /// <param name="name">Of the file: <c>statement.csv</c>.</param>
    /// <param name="rows">Cells in the order of the header: text, numbers, <see cref="Money"/>, times, ids, null.</param>
    public static IResult File(string name, IReadOnlyList<string> header, IAsyncEnumerable<IReadOnlyList<object?>> rows) => new Reply(name, header, rows);

    /// <summary>One line as the file has it, without its end.</summary>
    public static string Line(params IReadOnlyList<object?> cells)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var csv = CsvWriter.Create(text, Style, leaveOpen: true)) Write(csv, cells);
        return text.ToString().TrimEnd('\r', '\n');
    }

    /// <summary>What a cell says that was disarmed when it was written: the way back.</summary>
    public static string Plain(string cell) => cell is ['\'', ..] && IsFormula(cell) ? cell[1..] : cell;

    private static void Write(CsvWriter csv, IReadOnlyList<object?> cells)
    {
        foreach (var cell in cells) csv.WriteField(Text(cell), CsvQuoting.WhenNeededOrWhitespace);
        csv.EndRecord();
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        Money money => money.Major.ToString($"F{money.Currency.Exponent}", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => Disarmed(value.ToString() ?? ""),
    };

    // The library's own defence would also disarm a negative amount.
    private static string Disarmed(string text) => IsFormula(text) ? "'" + text : text;

    // Behind apostrophes too, so that one that is written can be told from one that we put.
    private static bool IsFormula(string text) => text.TrimStart('\'').TrimStart(' ', '\u00a0') is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '＝' or '＋' or '－' or '＠', ..];

    private sealed class Reply(string name, IReadOnlyList<string> header, IAsyncEnumerable<IReadOnlyList<object?>> rows) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.ContentType = "text/csv; charset=utf-8";
            response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
            response.Headers.CacheControl = "private, no-store";
            // With its mark, without which Excel takes the accents for something else.
            await using var to = new StreamWriter(response.Body, new UTF8Encoding(true), 16 * 1024, leaveOpen: true);
            await using var csv = CsvWriter.Create(to, Style, leaveOpen: true);
            Write(csv, header);
            await foreach (var row in rows.WithCancellation(httpContext.RequestAborted))
            {
                Write(csv, row);
                await csv.FlushAsync(httpContext.RequestAborted);
            }
        }
    }
}
