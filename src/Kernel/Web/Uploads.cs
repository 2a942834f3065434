using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Marketplace.Kernel;

/// <summary>One file of a form, as it arrives.</summary>
/// <param name="Name">Of the part: says what the file is.</param>
/// <param name="FileName">As the client calls it; nothing to trust.</param>
public sealed record IncomingFile(string Name, string? FileName, Stream Content)
{
    /// <summary>What stands in front of the file in the same form, each at most 4,000 letters.</summary>
    public IReadOnlyDictionary<string, string> Fields { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>Files by multipart/form-data, read part by part as they arrive. No transaction is open meanwhile.</summary>
public static class Uploads
{
    private const int MostParts = 8, MostLetters = 4_000;

    /// <summary>Hands the first file of the request to <paramref name="take"/>.</summary>
    /// <param name="antiforgery">For a form of a page, whose token stands in front of the file; null for the API.</param>
    /// <exception cref="Refused">400 <c>malformed</c>, 415 <c>unsupported_media_type</c>, 422 <c>file_missing</c>.</exception>
    public static async Task<T> One<T>(HttpContext http, IAntiforgery? antiforgery, Func<IncomingFile, Task<T>> take)
    {
        var stop = http.RequestAborted;
        var reader = new MultipartReader(Boundary(http), http.Request.Body) { HeadersCountLimit = 8, HeadersLengthLimit = 4096 };
        var proven = antiforgery is null;
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            for (var part = 0; part < MostParts && await reader.ReadNextSectionAsync(stop) is { } section; part++)
            {
                if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var what)) continue;
                var name = HeaderUtilities.RemoveQuotes(what.Name).Value;
                if (!what.IsFileDisposition())
                {
                    var text = await Text(section, stop);
                    if (!proven && name == "__RequestVerificationToken") proven = await Prove(text, http, antiforgery!);
                    else fields[name ?? ""] = text;
                    continue;
                }

                if (!proven) throw new Refused("malformed", 400, "The form cannot be read.");
                return await take(new IncomingFile(name ?? "", HeaderUtilities.RemoveQuotes(what.FileNameStar.HasValue ? what.FileNameStar : what.FileName).Value, section.Body) { Fields = fields });
            }
        }
        catch (IOException error) when (error is not BadHttpRequestException && !stop.IsCancellationRequested)
        {
            throw new Refused("malformed", 400, "The upload broke off. Send it again.");
        }

        throw new Refused("file_missing", 422, "There is no file in this upload.");
    }

    /// <summary>The format that a file's name promises.</summary>
    /// <returns>It, and the clean name.</returns>
    /// <exception cref="Refused">422 <c>file_name_missing</c>, <c>file_name_deceptive</c>, <c>file_type_not_allowed</c>.</exception>
    public static (FileFormat Format, string Name) FormatOf(string? fileName, string part, IReadOnlyCollection<FileFormat> taken)
    {
        var (name, extension) = FileNames.Clean(fileName);
        var format = taken.FirstOrDefault(f => f.Extensions.Contains(extension)) ?? throw new Refused("file_type_not_allowed", 422, "Files of this type are not taken here.")
        {
            Errors = [new FieldError("/" + part, "file_type_not_allowed", $"One of: {string.Join(", ", taken.SelectMany(f => f.Extensions))}.")],
        };
        return (format, name);
    }

    /// <summary>Streams a file to the blob store while its format looks at it; what is refused leaves nothing.</summary>
    /// <exception cref="Refused">413 <c>file_too_large</c>; 422 with the reason.</exception>
    public static async Task<Blob> Stage(Stream content, FileFormat format, long limit, Blobs blobs, CancellationToken stop)
    {
        var input = new UploadInput(content, limit, stop);
        await input.Has(12);
        if (input.Buffered.IsEmpty) throw new Refused("file_empty", 422, "The file is empty.");
        if (!format.Begins(input.Buffered.Span)) throw new Refused("file_content_mismatch", 422, "The file's content is not what its name says.");
        await using var stream = new PieceStream(format.Read(input));
        return await blobs.Stage(stream, format.ContentType, limit, stop);
    }

    private static async Task<string> Text(MultipartSection section, CancellationToken stop)
    {
        var letters = new char[MostLetters];
        using var text = new StreamReader(section.Body);
        return new string(letters, 0, await text.ReadBlockAsync(letters, stop));
    }

    private static Task<bool> Prove(string token, HttpContext http, IAntiforgery antiforgery)
    {
        http.Request.Headers["RequestVerificationToken"] = token;
        return antiforgery.IsRequestValidAsync(http);
    }

    private static string Boundary(HttpContext http)
    {
        if (MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            && HeaderUtilities.RemoveQuotes(type.Boundary) is { Length: > 0 and <= 100 } boundary)
            return boundary.Value!;
        throw new Refused("unsupported_media_type", 415, "Send the file as multipart/form-data.");
    }
}
