using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>A ZIP beside the CSV, with the covers, previews and files that its rows name. Looked through to its last byte like any upload.</summary>
internal static class BringMedia
{
    /// <exception cref="Refused">404; 409 <c>import_at_work</c>, <c>import_over</c>; 413 <c>file_too_large</c>; 422 with the reason.</exception>
    public static async Task<ImportView> Handle(
        Guid id, IncomingFile file, Caller caller, CatalogDb db, UnitOfWork work, Writes writes, Blobs blobs, AddFile.Limits limits, NpgsqlDataSource source, CancellationToken stop)
    {
        var (format, name) = Uploads.FormatOf(file.FileName, "file", [Zip.Parcel]);
        var blob = await Uploads.Stage(file.Content, format, limits.Audio, blobs, stop);
        await using (var staged = blobs.Open(blob.Key)) await format.Examine(staged, stop);
        return await writes.Run(async () =>
        {
            var import = await ReadImports.Own(id, caller, db);
            var old = import.Bring(blob, name);
            await blobs.Keep(blob.Key);
            if (old is not null) await blobs.Forget(old);
            await work.Flush();
            return await ImportView.Of(import, work, source, stop);
        });
    }
}
