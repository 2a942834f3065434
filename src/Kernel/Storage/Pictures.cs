using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace Marketplace.Kernel;

/// <summary>
/// Pictures in the widths that pages ask for (<c>?w=384</c>), as WebP: made when one is first asked for, kept beside the original, deleted with it.
/// libwebp's program <c>cwebp</c> makes them, in a process of its own: what a stranger drew is decoded there and never here. Where it is not
/// installed, or does not manage, the original is sent.
/// </summary>
public sealed class Pictures(IBlobStore store, ILogger<Pictures> log) : IDisposable
{
    /// <summary>A portrait, a row, a card on a telephone, a card on a sharp screen, a page's own picture, a banner.</summary>
    public static readonly IReadOnlyList<int> Widths = [96, 240, 384, 720, 960, 1440];

    private const int MostHopeless = 10_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // Half of the machine at most, so that a page full of new pictures does not stop the others.
    private readonly SemaphoreSlim turns = new(Math.Max(1, Environment.ProcessorCount / 2));
    private readonly HashSet<string> hopeless = new(StringComparer.Ordinal);
    private bool missing;

    /// <summary>Answers with a stored file; a picture in the width that <c>?w=</c> asks for, when it is one of <see cref="Widths"/>.</summary>
    /// <param name="version">Changes with the file.</param>
    /// <param name="caching">Who may keep it, and how long: the header's words.</param>
    public async Task<IResult> Send(HttpContext http, string key, string type, string version, string caching, CancellationToken stop)
    {
        http.Response.Headers.CacheControl = caching;
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        http.Response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (type.StartsWith("image/", StringComparison.Ordinal) && int.TryParse(http.Request.Query["w"], NumberStyles.None, CultureInfo.InvariantCulture, out var width) && Widths.Contains(width)
            && await Narrow(key, width, stop) is { } narrow)
            return Results.Stream(narrow, "image/webp", entityTag: new EntityTagHeaderValue($"\"{version}-{width}\""), enableRangeProcessing: true);
        return Results.Stream(store.Open(key), type, entityTag: new EntityTagHeaderValue($"\"{version}\""), enableRangeProcessing: true);
    }

    public void Dispose() => turns.Dispose();

    /// <summary>Where the narrow copies of a picture are kept.</summary>
    internal static IEnumerable<string> Copies(string key) => Widths.Select(width => Copy(key, width));

    private static string Copy(string key, int width) => $"{key}-{width}";

    private async Task<Stream?> Narrow(string key, int width, CancellationToken stop)
    {
        var copy = Copy(key, width);
        if (Kept(copy) is { } kept) return kept;
        if (missing || IsHopeless(key)) return null;
        await turns.WaitAsync(stop);
        try
        {
            if (Kept(copy) is { } made) return made;
            // It is made to the end, though the one who asked may be gone: the next will ask again.
            using var patience = new CancellationTokenSource(Patience);
            using var bytes = await Make(key, width, patience.Token);
            if (bytes is null) return null;
            await store.Write(copy, bytes, patience.Token);
            return Kept(copy);
        }
        catch (Win32Exception)
        {
            missing = true;
            log.LogWarning("cwebp is not installed: pictures are sent in the size in which they came.");
            return null;
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            // Another host was faster, or this picture is too much.
            if (Kept(copy) is { } others) return others;
            GiveUp(key, error.Message);
            return null;
        }
        finally
        {
            turns.Release();
        }
    }

    private Stream? Kept(string copy)
    {
        try
        {
            return store.Open(copy);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private async Task<MemoryStream?> Make(string key, int width, CancellationToken stop)
    {
        await using var picture = store.Open(key);
        var own = (await ImageSize.Of(picture, stop)).Width;
        picture.Position = 0;
        var (made, why) = await Cwebp.Make(picture, Math.Min(width, own), stop);
        if (made is null) GiveUp(key, why);
        return made;
    }

    private bool IsHopeless(string key)
    {
        lock (hopeless) return hopeless.Contains(key);
    }

    private void GiveUp(string key, string why)
    {
        log.LogWarning("No narrow copy of picture {Key}: {Why}", key, why);
        lock (hopeless)
        {
            if (hopeless.Count >= MostHopeless) hopeless.Clear();
            hopeless.Add(key);
        }
    }
}
