using System.Runtime.CompilerServices;
using System.Text;
using CsvHelper;
using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <summary>
/// A table that somebody's spreadsheet or shop wrote: UTF-8, UTF-16 or Windows-1252, with commas, semicolons or tabs, a header in front.
/// </summary>
internal static class CsvFile
{
    public const long MaxBytes = 50_000_000;
    public const int MaxRows = 100_000, MaxColumns = 300, MaxCell = 20_000, ColumnLength = 120;

    private static readonly CsvReaderOptions Style = new() { HasHeader = false, MalformedData = CsvMalformedDataHandling.Throw, MaxRecordSize = 1_000_000 };

    /// <summary>What may be uploaded as one.</summary>
    public static FileFormat Format { get; } = new Table();

    /// <param name="Header">Each name once.</param>
    /// <param name="Rows">That say anything.</param>
    public sealed record Shape(Encoding Encoding, string[] Header, int Rows);

    /// <summary>Reads all of it once, before anything is kept.</summary>
    /// <exception cref="Refused">422 <c>csv_unreadable</c>, <c>csv_empty</c>, <c>csv_too_long</c>, <c>csv_too_wide</c>.</exception>
    public static async Task<Shape> Measure(Func<Stream> open, CancellationToken stop)
    {
        var encoding = await EncodingOf(open, stop);
        string[]? header = null;
        var rows = 0;
        await foreach (var (number, cells) in Records(open, encoding, stop))
        {
            if (number == 1) header = Named(cells);
            else if (++rows > MaxRows) throw new Refused("csv_too_long", 422, "A file has at most 100,000 rows. Split it.");
        }

        return header is not null && rows > 0 ? new Shape(encoding, header, rows) : throw new Refused("csv_empty", 422, "The file needs a row of column names and at least one row below it.");
    }

    /// <summary>The rows below the header; those without a word are left out. Numbers are those of a spreadsheet, where the header is 1.</summary>
    public static async IAsyncEnumerable<(int Number, string[] Cells)> Rows(Func<Stream> open, Shape shape, [EnumeratorCancellation] CancellationToken stop = default)
    {
        await foreach (var (number, cells) in Records(open, shape.Encoding, stop))
            if (number > 1) yield return (number, cells.Length > shape.Header.Length ? cells[..shape.Header.Length] : cells);
    }

    private static async IAsyncEnumerable<(int Number, string[] Cells)> Records(Func<Stream> open, Encoding encoding, [EnumeratorCancellation] CancellationToken stop)
    {
        await using var stream = open();
        using var text = new StreamReader(stream, encoding);
        await using var csv = CsvReader.Create(text, Style, leaveOpen: true);
        for (var number = 1; await Next(csv, stop); number++)
        {
            if (csv.FieldCount > MaxColumns) throw new Refused("csv_too_wide", 422, "A file has at most 300 columns.");
            var cells = new string[csv.FieldCount];
            for (var i = 0; i < cells.Length; i++)
            {
                cells[i] = Csv.Plain(csv.GetString(i));
                if (cells[i].Contains('\0') || cells[i].Length > MaxCell) throw Unreadable(number);
            }

            if (number == 1 || cells.Any(c => !string.IsNullOrWhiteSpace(c))) yield return (number, cells);
        }
    }

    private static async Task<bool> Next(CsvReader csv, CancellationToken stop)
    {
        try
        {
            return await csv.ReadAsync(stop);
        }
        catch (CsvFormatException error)
        {
            throw Unreadable(error.RecordNumber);
        }
    }

    private static Refused Unreadable(long row) => new("csv_unreadable", 422, "This cannot be read as a table. Save it as CSV (UTF-8) and send it again.")
    {
        Errors = [new FieldError($"/rows/{row}", "csv_unreadable", "A quotation mark is open or the cell is too long.")],
    };

    private static string[] Named(string[] cells)
    {
        var header = new List<string>(cells.Length);
        foreach (var cell in cells)
        {
            var name = Words.Line(cell) is { Length: > 0 } said ? said[..Math.Min(said.Length, ColumnLength - 5)] : $"#{header.Count + 1}";
            var unique = name;
            for (var again = 2; header.Contains(unique); again++) unique = $"{name} ({again})";
            header.Add(unique);
        }

        return [.. header];
    }

    // A mark says it. Without one: UTF-16 has a zero beside each plain letter; what is not UTF-8 to its last byte comes from an old Windows.
    private static async Task<Encoding> EncodingOf(Func<Stream> open, CancellationToken stop)
    {
        await using var stream = open();
        var head = new byte[4096];
        var read = await stream.ReadAtLeastAsync(head, head.Length, false, stop);
        if (head is [0xFF, 0xFE, ..]) return Encoding.Unicode;
        if (head is [0xFE, 0xFF, ..]) return Encoding.BigEndianUnicode;
        int even = 0, odd = 0;
        for (var i = 0; i < read; i++)
        {
            if (head[i] == 0) _ = i % 2 == 0 ? even++ : odd++;
        }

        if (odd > read / 4) return Encoding.Unicode;
        if (even > read / 4) return Encoding.BigEndianUnicode;

        stream.Position = 0;
        var strict = new UTF8Encoding(false, true).GetDecoder();
        var (bytes, letters) = (new byte[1 << 16], new char[1 << 17]);
        try
        {
            for (int some; (some = await stream.ReadAsync(bytes, stop)) > 0;) strict.GetChars(bytes, 0, some, letters, 0);
            strict.GetChars([], letters, flush: true);
            return new UTF8Encoding(false);
        }
        catch (DecoderFallbackException)
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(1252)!;
        }
    }

    private sealed class Table : FileFormat
    {
        public override IReadOnlyList<string> Extensions { get; } = ["csv", "tsv", "txt"];

        public override string ContentType => "text/csv";

        // A spreadsheet's own format is an archive, an old one a compound file.
        public override bool Begins(ReadOnlySpan<byte> head) => !Is(head, "PK\u0003\u0004") && !head.StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0]);

        public override async IAsyncEnumerable<ReadOnlyMemory<byte>> Read(UploadInput input)
        {
            while (await input.Some(long.MaxValue) is { IsEmpty: false } piece) yield return piece;
        }
    }
}
