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

    public static bool IsNamed(ImportRow row) => Roles.Any(r => row[r.Field] is { Length: > 0 });

    /// <summary>Stages what the row names, originals first. Outside any transaction.</summary>
    /// <exception cref="Refused">As an upload's, with the field for a pointer; 422 <c>file_not_in_archive</c>.</exception>
    public async Task<IReadOnlyList<AddFile.Prepared>> Stage(ImportRow row, ProductKind kind, Blobs blobs, AddFile.Limits limits, CancellationToken stop)
    {
        var staged = new List<AddFile.Prepared>();
        foreach (var (field, role) in Roles)
        {
            foreach (var name in (row[field] ?? "").Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                if (!entries.TryGetValue(Path(name), out var entry)) throw RowRefused.At(field, "file_not_in_archive", "The ZIP has no file of this name.");
                try
                {
                    await using var content = await entry.OpenAsync(stop);
                    staged.Add(await AddFile.Prepare(new AddFile.Incoming(role, entry.Name, content), kind, blobs, limits, stop));
                }
                catch (Refused refused)
                {
                    throw RowRefused.At(field, refused.Code, refused.Message);
                }
            }
        }

        return staged;
    }

    public void Dispose() => archive.Dispose();

    private static string Path(string name) => name.Replace('\\', '/').TrimStart('.', '/');
}
