using System.Text.Json;
using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.Catalog;

/// <param name="Rows">Below the header.</param>
/// <param name="Done">Of this pass.</param>
/// <param name="Kind">Of rows that do not say theirs.</param>
/// <param name="Media">Name of the ZIP with covers, previews and files.</param>
internal sealed record ImportView(
    Guid Id, string FileName, ImportState State, int Rows, int Done, int Created, int Updated, int Unchanged, int Refused, IReadOnlyList<ImportColumn> Columns, string? Kind, string? Media,
    DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt)
{
    public static async Task<ImportView> Of(Import import, UnitOfWork work, NpgsqlDataSource source, CancellationToken stop)
    {
        const string sql = "SELECT cells FROM catalog.import_rows WHERE import_id = $1 ORDER BY number LIMIT 3";
        var first = await (work.IsOpen ? work.Command(sql, import.Id) : source.Command(sql, import.Id)).List(r => r.GetFieldValue<string[]>(0), stop);
        return new ImportView(
            import.Id, import.FileName, import.State, import.RowCount, import.Created + import.Updated + import.Unchanged + import.Refused, import.Created, import.Updated, import.Unchanged, import.Refused,
            [.. import.Columns.Select((name, at) => new ImportColumn(name, import.Fields[at].Length == 0 ? null : import.Fields[at], [.. first.Select(cells => at < cells.Length ? cells[at] : "").Where(c => c.Length > 0).Select(c => c.Length > 60 ? c[..60] + "…" : c)]))],
            import.Kind, import.MediaName, import.CreatedAt, import.FinishedAt);
    }
}

/// <param name="Field">What it holds; null: left out.</param>
/// <param name="Examples">Of the first rows.</param>
internal sealed record ImportColumn(string Name, string? Field, IReadOnlyList<string> Examples);

/// <param name="Number">As a spreadsheet counts: the header is 1.</param>
/// <param name="Changes">Of the first 200 rows.</param>
internal sealed record ImportRowView(int Number, string? Title, RowOutcome Outcome, Guid? Product, IReadOnlyList<RowError> Errors, IReadOnlyList<RowChange> Changes);

/// <summary>The imports of the caller's shop.</summary>
internal static class ReadImports
{
    /// <summary>Locked until the transaction ends.</summary>
    /// <exception cref="Refused">404: not there, or another's.</exception>
    public static async Task<Import> Own(Guid id, Caller caller, CatalogDb db)
    {
        var import = await db.Imports.FromSql($"SELECT * FROM catalog.imports WHERE id = {id} FOR UPDATE").FirstOrDefaultAsync();
        return import is not null && await db.ShopsFor(caller.Account, ShopPermission.Products).AnyAsync(s => s.Id == import.ShopId) ? import : throw Refused.NotFound();
    }

    /// <exception cref="Refused">404.</exception>
    public static async Task<ImportView> One(Guid id, Caller caller, CatalogDb db, UnitOfWork work, NpgsqlDataSource source, CancellationToken stop) =>
        await ImportView.Of(await db.Imports.AsNoTracking().FirstOrDefaultAsync(i => i.Id == id && db.ShopsFor(caller.Account, ShopPermission.Products).Any(s => s.Id == i.ShopId), stop) ?? throw Refused.NotFound(), work, source, stop);

    /// <summary>Newest first; without their columns.</summary>
    public static async Task<IReadOnlyList<ImportView>> List(Caller caller, CatalogDb db, CancellationToken stop) =>
        (await db.Imports.AsNoTracking().Where(i => db.ShopsFor(caller.Account, ShopPermission.Products).Any(s => s.Id == i.ShopId)).OrderByDescending(i => i.CreatedAt).ThenByDescending(i => i.Id).Take(Import.MaxKept).ToListAsync(stop))
        .Select(i => new ImportView(i.Id, i.FileName, i.State, i.RowCount, i.Created + i.Updated + i.Unchanged + i.Refused, i.Created, i.Updated, i.Unchanged, i.Refused, [], i.Kind, i.MediaName, i.CreatedAt, i.FinishedAt)).ToList();

    /// <summary>What became, or would become, of the rows, in their order.</summary>
    /// <exception cref="Refused">404; 422 <c>unknown_outcome</c>.</exception>
    public static async Task<Page<ImportRowView>> Rows(Guid id, string? outcome, string? cursor, int? limit, Caller caller, CatalogDb db, NpgsqlDataSource source, Cursors cursors, CancellationToken stop)
    {
        var import = await db.Imports.AsNoTracking().FirstOrDefaultAsync(i => i.Id == id && db.ShopsFor(caller.Account, ShopPermission.Products).Any(s => s.Id == i.ShopId), stop) ?? throw Refused.NotFound();
        if (string.IsNullOrEmpty(outcome)) outcome = null;
        if (outcome is not (null or "created" or "updated" or "unchanged" or "refused")) throw Refused.Invalid(new FieldError("/outcome", "unknown_outcome", "One of: created, updated, unchanged, refused."));
        var take = Cursors.Limit(limit);
        var filters = new { list = "import_rows", id, outcome };
        var after = cursors.Read(cursor, filters);
        return cursors.Page(await After(import, outcome, after?[0].GetInt32() ?? 0, take + 1, source, stop), take, filters, r => [r.Number]);
    }

    internal static Task<List<ImportRowView>> After(Import import, string? outcome, int after, int take, NpgsqlDataSource source, CancellationToken stop) => source.Command(
        """
        SELECT s.number, r.cells[$5], s.outcome, s.product_id, s.errors::text, s.changes::text
        FROM catalog.import_results s JOIN catalog.import_rows r USING (import_id, number)
        WHERE s.import_id = $1 AND s.number > $3 AND ($2::text IS NULL OR s.outcome = $2) ORDER BY s.number LIMIT $4
        """, import.Id, outcome, after, take, Array.IndexOf(import.Fields, ImportFields.Title) + 1)
        .List(r => new ImportRowView(
            r.GetInt32(0), r.IsDBNull(1) ? null : r.GetString(1), Enum.Parse<RowOutcome>(r.GetString(2), true), r.IsDBNull(3) ? null : r.GetGuid(3),
            JsonSerializer.Deserialize<List<RowError>>(r.GetString(4), JsonStyle.Options)!, JsonSerializer.Deserialize<List<RowChange>>(r.GetString(5), JsonStyle.Options)!), stop);
}
