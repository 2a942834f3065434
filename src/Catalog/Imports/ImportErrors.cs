using System.Runtime.CompilerServices;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>What is wrong with which row and column, as a file to mend by.</summary>
internal static class ImportErrors
{
    /// <param name="say">Translates.</param>
    /// <exception cref="Refused">404.</exception>
    public static async Task<IResult> File(Guid id, Func<string, string> say, Caller caller, CatalogDb db, NpgsqlDataSource source, CancellationToken stop)
    {
        var import = await db.Imports.AsNoTracking().FirstOrDefaultAsync(i => i.Id == id && db.ShopsFor(caller.Account, ShopPermission.Products).Any(s => s.Id == i.ShopId), stop) ?? throw Refused.NotFound();
        return Csv.File("errors.csv", ["row", "column", "field", "code", "problem", .. import.Columns], Cells(stop));

        // The row itself stands beside it, so that the file can be mended and sent again.
        async IAsyncEnumerable<IReadOnlyList<object?>> Cells([EnumeratorCancellation] CancellationToken stopping = default)
        {
            for (var (after, more) = (0, true); more;)
            {
                var rows = await ReadImports.After(import, "refused", after, 500, source, stopping);
                var cells = (await source.Command("SELECT number, cells FROM catalog.import_rows WHERE import_id = $1 AND number = ANY ($2)", id, rows.Select(r => r.Number).ToArray()).List(r => (r.GetInt32(0), r.GetFieldValue<string[]>(1)), stopping)).ToDictionary();
                foreach (var row in rows)
                    foreach (var error in row.Errors) yield return [row.Number, error.Column, error.Field, error.Code, say(error.Sentence), .. import.Columns.Select((_, at) => at < cells[row.Number].Length ? cells[row.Number][at] : "")];
                more = rows.Count == 500;
                if (more) after = rows[^1].Number;
            }
        }
    }
}
