using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>
/// Some rows of an import in one transaction with what became of them and the place where to go on: a host that dies in the middle leaves
/// nothing behind, and another does the same rows. A row that is refused is undone alone.
/// </summary>
internal sealed class ImportChunk(
    CatalogDb db, UnitOfWork work, Writes writes, Blobs blobs, ProductKinds kinds, ImportFields fields, AddFile.Limits limits, ImportProduct products, NpgsqlDataSource source, TimeProvider clock, ILogger<ImportChunk> log)
{
    private const int Rows = 50, RowsWithFiles = 4, RowsShown = 200;

    /// <returns>False when there was nothing to do, or another host does it.</returns>
    public async Task<bool> Handle(Guid id, CancellationToken stop)
    {
        var import = await db.Imports.AsNoTracking().FirstOrDefaultAsync(i => i.Id == id, stop);
        if (import is not { IsAtWork: true }) return false;
        var columns = ImportRow.Columns(import.Fields);
        var most = import.MediaKey is null ? Rows : RowsWithFiles;
        var rows = (await source.Command(
            """
            SELECT r.number, r.cells FROM catalog.import_rows r
            WHERE r.import_id = $1 AND r.number > $2 AND NOT EXISTS (SELECT FROM catalog.import_results s WHERE s.import_id = r.import_id AND s.number = r.number)
            ORDER BY r.number LIMIT $3
            """, id, import.Cursor, most).List(r => (Number: r.GetInt32(0), Cells: r.GetFieldValue<string[]>(1)), stop)).Select(r => new ImportRow(r.Number, r.Cells, columns)).ToList();
        var staged = await Stage(import, rows, stop);
        return await writes.Run(async () =>
        {
            // The claim: whoever stands here first, and only where the rows were read.
            var mine = await work.Command("SELECT id FROM catalog.imports WHERE id = $1 AND cursor = $2 AND state = $3 FOR UPDATE SKIP LOCKED", id, import.Cursor, Naming.Snake(import.State.ToString())).Scalar<Guid?>();
            if (mine is null) return false;
            var shop = await db.Shop(import.ShopId);
            if (shop is null or { Withheld: true }) await Stopped(import);
            else await Save(import, rows.Count < most, await Each(import, rows, staged, shop));
            return true;
        });
    }

    private async Task<Dictionary<int, Staged>> Stage(Import import, IReadOnlyList<ImportRow> rows, CancellationToken stop)
    {
        var staged = new Dictionary<int, Staged>();
        if (import.MediaKey is null || !rows.Any(ImportMedia.IsNamed)) return staged;
        using var media = ImportMedia.Open(import.MediaKey, blobs);
        foreach (var row in rows.Where(ImportMedia.IsNamed))
        {
            try
            {
                staged[row.Number] = new Staged(await media.Stage(row, await KindOf(import, row, stop), blobs, limits, stop), null);
            }
            catch (Refused refused)
            {
                staged[row.Number] = new Staged(ImportMedia.Brought.Nothing, refused);
            }
        }

        return staged;
    }

    // Which files a product takes, its kind knows.
    private async Task<ProductKind> KindOf(Import import, ImportRow row, CancellationToken stop)
    {
        if ((row[ImportFields.Kind] is { Length: > 0 } said ? fields.KindOf(said) : null) is { } kind) return kind;
        var known = await source.Command("SELECT kind FROM catalog.products WHERE shop_id = $1 AND (external_id = $2 OR slug = $3) LIMIT 1", import.ShopId, row[ImportFields.ExternalId] ?? "", row[ImportFields.Slug] ?? "").Scalar<string>(stop);
        return kinds.Of(known ?? import.Kind);
    }

    private async Task<List<RowResult>> Each(Import import, IReadOnlyList<ImportRow> rows, Dictionary<int, Staged> staged, Shop shop)
    {
        var caller = Caller.For(import.AccountId, capabilities: [Users.Capabilities.CanSell]);
        var keys = (await work.Command("SELECT key FROM catalog.import_results WHERE import_id = $1 AND key = ANY ($2)", import.Id, rows.Select(r => r.Key).OfType<string>().ToArray()).List(r => r.GetString(0))).ToHashSet(StringComparer.Ordinal);
        var results = new List<RowResult>(rows.Count);
        foreach (var row in rows)
        {
            if (row.Key is { } key && !keys.Add(key)) results.Add(Refuse(row, import, RowRefused.At(row[ImportFields.ExternalId] is { Length: > 0 } ? ImportFields.ExternalId : ImportFields.Slug, "row_twice", "A row above is about the same product.")));
            else if (staged.GetValueOrDefault(row.Number)?.Refused is { } refused) results.Add(Refuse(row, import, refused));
            else results.Add(await Try(import, new ImportProduct.Asked(row, import.Kind, staged.GetValueOrDefault(row.Number)?.Media ?? ImportMedia.Brought.Nothing), shop, caller));
        }

        return results;
    }

    private async Task<RowResult> Try(Import import, ImportProduct.Asked asked, Shop shop, Caller caller)
    {
        try
        {
            ImportProduct.Done done = null!;
            await work.Attempt(async () =>
            {
                done = await products.Handle(asked, shop, caller);
                return import.State == ImportState.Running && done.Outcome != RowOutcome.Unchanged;
            });
            var isNew = done.Outcome == RowOutcome.Created && import.State == ImportState.Checking;
            return new RowResult(asked.Row.Number, done.Outcome, asked.Row.Key, isNew ? null : done.Product, [], done.Changes);
        }
        catch (Refused refused)
        {
            return Refuse(asked.Row, import, refused);
        }
        catch (Exception error) when (error is not Faults.Crash and not OperationCanceledException && !IsPassing(error.InnerException ?? error))
        {
            log.LogError(error, "Row {Row} of import {Import} failed", asked.Row.Number, import.Id);
            return Refuse(asked.Row, import, new Refused("row_failed", 409, "Something went wrong on our side with this row. Try it again later."));
        }
    }

    private static RowResult Refuse(ImportRow row, Import import, Refused refused) => new(row.Number, RowOutcome.Refused, row.Key, null, RowErrors.Of(refused, import), []);

    private async Task Save(Import import, bool last, IReadOnlyList<RowResult> results)
    {
        // What changes is shown of the first rows.
        var shown = RowsShown - import.Created - import.Updated - import.Unchanged - import.Refused;
        await work.Command(
            """
            INSERT INTO catalog.import_results (import_id, number, outcome, key, product_id, errors, changes)
            SELECT $1, * FROM unnest($2::int[], $3::text[], $4::text[], $5::uuid[], $6::jsonb[], $7::jsonb[])
            """,
            import.Id, results.Select(r => r.Number).ToArray(), results.Select(r => Naming.Snake(r.Outcome.ToString())).ToArray(), results.Select(r => r.Key).ToArray(), results.Select(r => r.Product).ToArray(),
            results.Select(r => Sql.Json.Of(r.Errors).Text).ToArray(), results.Select((r, i) => i < shown ? Sql.Json.Of(r.Changes).Text : "[]").ToArray()).Execute();
        int Count(RowOutcome outcome) => results.Count(r => r.Outcome == outcome);
        var now = clock.GetUtcNow();
        await work.Command(
            """
            UPDATE catalog.imports SET created = created + $2, updated = updated + $3, unchanged = unchanged + $4, refused = refused + $5, cursor = $6, worked_at = $7,
              state = CASE WHEN NOT $8 THEN state WHEN state = 'checking' THEN 'checked' ELSE 'finished' END, finished_at = CASE WHEN $8 AND state = 'running' THEN $7 END
            WHERE id = $1
            """,
            import.Id, Count(RowOutcome.Created), Count(RowOutcome.Updated), Count(RowOutcome.Unchanged), Count(RowOutcome.Refused), results.Count > 0 ? results[^1].Number : import.Cursor, now, last).Execute();
    }

    // Its seller may not sell any more.
    private Task Stopped(Import import) => work.Command(
        "UPDATE catalog.imports SET state = CASE state WHEN 'checking' THEN 'uploaded' ELSE 'cancelled' END, finished_at = CASE WHEN state = 'running' THEN $2::timestamptz END WHERE id = $1", import.Id, clock.GetUtcNow()).Execute();

    // The database's trouble, not the row's: all of the chunk is tried again.
    private static bool IsPassing(Exception error) => error is NpgsqlException { IsTransient: true } or System.IO.IOException;

    /// <summary>Of the archive: what a row names, or why it is not taken.</summary>
    private sealed record Staged(ImportMedia.Brought Media, Refused? Refused);
}
