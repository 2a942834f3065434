using System.IO.Compression;
using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <summary>The archive that came with a file: rows name what is in it, and each file passes the same gate as an upload.</summary>
internal sealed class ImportMedia(ZipArchive archive) : IDisposable
{
    private readonly Dictionary<string, ZipArchiveEntry> entries = archive.Entries.Where(e => e.Name.Length > 0)
        .GroupBy(e => Path(e.FullName), StringComparer.OrdinalIgnoreCase).ToDictionary(e => e.Key, e => e.First(), StringComparer.OrdinalIgnoreCase);

    public static readonly IReadOnlyList<(string Field, FileRole Role)> Roles = [(ImportFields.Files, FileRole.Original), (ImportFields.Preview, FileRole.Preview), (ImportFields.Cover, FileRole.Cover)];

    /// <param name="key">Of an archive that was looked through when it was uploaded.</param>
    public static ImportMedia Open(string key, Blobs blobs) => new(new ZipArchive(blobs.Open(key), ZipArchiveMode.Read));

    /// <param name="Files">Originals first.</param>
    /// <param name="Pictures">In the row's order.</param>
    public sealed record Brought(IReadOnlyList<AddFile.Prepared> Files, IReadOnlyList<AddImage.Prepared> Pictures)
    {
        public static Brought Nothing { get; } = new([], []);
    }

    public static bool IsNamed(ImportRow row) => Roles.Any(r => row[r.Field] is { Length: > 0 }) || row[ImportFields.Images] is { Length: > 0 };

    /// <summary>Stages what the row names. Outside any transaction.</summary>
    /// <exception cref="Refused">As an upload's, with the field for a pointer; 422 <c>file_not_in_archive</c>.</exception>
    public async Task<Brought> Stage(ImportRow row, ProductKind kind, Blobs blobs, AddFile.Limits limits, CancellationToken stop)
    {
        var files = new List<AddFile.Prepared>();
        foreach (var (field, role) in Roles) files.AddRange(await Each(row, field, (name, content) => AddFile.Prepare(new AddFile.Incoming(role, name, content), kind, blobs, limits, stop), stop));
        return new Brought(files, await Each(row, ImportFields.Images, (name, content) => AddImage.Prepare(new IncomingFile("image", name, content), kind, blobs, stop), stop));
    }

    private async Task<List<T>> Each<T>(ImportRow row, string field, Func<string, Stream, Task<T>> prepare, CancellationToken stop)
    {
        var prepared = new List<T>();
        foreach (var name in (row[field] ?? "").Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!entries.TryGetValue(Path(name), out var entry)) throw RowRefused.At(field, "file_not_in_archive", "The ZIP has no file of this name.");
            try
            {
                await using var content = await entry.OpenAsync(stop);
                prepared.Add(await prepare(entry.Name, content));
            }
            catch (Refused refused)
            {
                throw RowRefused.At(field, refused.Code, refused.Message);
            }
        }

        return prepared;
    }

    public void Dispose() => archive.Dispose();

    private static string Path(string name) => name.Replace('\\', '/').TrimStart('.', '/');
}
