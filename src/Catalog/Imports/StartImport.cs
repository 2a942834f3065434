using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Catalog;

/// <summary>Takes a CSV file, reads all of it into rows and guesses what its columns hold. Nothing of the shop changes yet.</summary>
internal static class StartImport
{
    /// <exception cref="Refused">409 <c>shop_missing</c>, <c>too_many_imports</c>; 413 <c>file_too_large</c>; 422 with the reason.</exception>
    public static async Task<ImportView> Handle(
        IncomingFile file, Caller caller, CatalogDb db, UnitOfWork work, Writes writes, Blobs blobs, ImportFields fields, NpgsqlDataSource source, TimeProvider clock, CancellationToken stop)
    {
        var shop = await ShopAccess.Choose(caller.Account, null, ShopPermission.Products, source, stop) ?? throw new Refused("shop_missing", 409, "Open your shop first.");
        if (await db.Imports.CountAsync(i => i.ShopId == shop.Id, stop) >= Import.MaxKept) throw new Refused("too_many_imports", 409, "A shop keeps at most 20 imports. Delete an old one first.");
        var (format, name) = Uploads.FormatOf(file.FileName, "file", [CsvFile.Format]);
        var blob = await Uploads.Stage(file.Content, format, CsvFile.MaxBytes, blobs, stop);
        var shape = await CsvFile.Measure(() => blobs.Open(blob.Key), stop);
        var (mapping, kind) = await Mapping(shape.Header, shop.Id, fields, source, stop);
        return await writes.Run(async () =>
        {
            var import = Import.Of(Ids.New(clock), shop.Id, caller.Account, name, shape.Header, shape.Rows, clock.GetUtcNow());
            import.Map(mapping, kind);
            db.Add(import);
            await work.Flush();
            // The file itself stays with nobody and is swept: its rows are here.
            await using (var copy = await work.Connection.BeginBinaryImportAsync("COPY catalog.import_rows (import_id, number, cells) FROM STDIN (FORMAT BINARY)", stop))
            {
                await foreach (var (number, cells) in CsvFile.Rows(() => blobs.Open(blob.Key), shape, stop))
                {
                    await copy.StartRowAsync(stop);
                    await copy.WriteAsync(import.Id, NpgsqlDbType.Uuid, stop);
                    await copy.WriteAsync(number, NpgsqlDbType.Integer, stop);
                    await copy.WriteAsync(cells, NpgsqlDbType.Array | NpgsqlDbType.Text, stop);
                }

                await copy.CompleteAsync(stop);
            }

            return await ImportView.Of(import, work, source, stop);
        });
    }

    /// <summary>As a saved mapping that knows every column says, the newest first; else by the columns' names.</summary>
    private static async Task<(string[] Fields, string? Kind)> Mapping(string[] header, Guid shop, ImportFields fields, NpgsqlDataSource source, CancellationToken stop)
    {
        foreach (var saved in await SavedMapping.Of(shop, source, stop))
        {
            if (header.All(saved.Fields.ContainsKey)) return (Once(header.Select(column => saved.Fields[column]), fields), saved.Kind);
        }

        return (Once(header.Select(column => fields.Guess(column) ?? ""), fields), null);
    }

    // A field that two columns could hold is the first one's.
    private static string[] Once(IEnumerable<string> guessed, ImportFields fields)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        return [.. guessed.Select(field => fields.Know(field) && taken.Add(field) ? field : "")];
    }
}
