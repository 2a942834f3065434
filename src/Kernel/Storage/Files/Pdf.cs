using System.Text;

namespace Marketplace.Kernel;

/// <summary>A PDF, whole: it is only ever downloaded, never shown in our pages.</summary>
public sealed class Pdf : FileFormat
{
    public static readonly Pdf Format = new();

    public override IReadOnlyList<string> Extensions { get; } = ["pdf"];

    public override string ContentType => "application/pdf";

    public override bool Begins(ReadOnlySpan<byte> head) => Is(head, "%PDF-");

    public override async IAsyncEnumerable<ReadOnlyMemory<byte>> Read(UploadInput input)
    {
        while (await input.Some(long.MaxValue) is { IsEmpty: false } piece) yield return piece;
    }

    public override async Task<IReadOnlyList<string>?> Examine(Stream staged, CancellationToken stop)
    {
        // The last mark ends the file, but for line breaks that programs add.
        var tail = new byte[(int)Math.Min(64, staged.Length)];
        staged.Position = staged.Length - tail.Length;
        await staged.ReadExactlyAsync(tail, stop);
        return Encoding.ASCII.GetString(tail).TrimEnd('\r', '\n', ' ', '\0').EndsWith("%%EOF", StringComparison.Ordinal)
            ? null
            : throw Damaged("The PDF breaks off before its end, or something is hidden behind it. Export it again.");
    }
}
