using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>Files of products that somebody sent, for the month in which they are kept, and what they call their products.</summary>
internal sealed class ImportData(NpgsqlDataSource source, UnitOfWork work, Blobs blobs) : IPersonalData
{
    public string Section => "imports";

    public string About => "Files of products that you imported, and the ids that your products have in your own books.";

    public async Task<object?> Export(Guid account, CancellationToken stop = default)
    {
        NpgsqlCommand Query(string sql) => work.IsOpen ? work.Command(sql, account) : source.Command(sql, account);
        var imports = await Query("SELECT id, file_name, row_count, state, created_at FROM catalog.imports WHERE account_id = $1 ORDER BY created_at, id")
            .List(r => new { id = r.GetGuid(0), file_name = r.GetString(1), rows = r.GetInt32(2), state = r.GetString(3), created_at = r.GetFieldValue<DateTimeOffset>(4) }, stop);
        var ids = await Query("SELECT p.id, p.external_id FROM catalog.products p JOIN catalog.shops s ON s.id = p.shop_id WHERE s.owner_id = $1 AND p.external_id IS NOT NULL ORDER BY p.id")
            .List(r => new { product = r.GetGuid(0), external_id = r.GetString(1) }, stop);
        return imports.Count + ids.Count == 0 ? null : new { imports, external_ids = ids };
    }

    public async Task Erase(Guid account)
    {
        foreach (var import in await work.Command("SELECT id FROM catalog.imports WHERE account_id = $1", account).List(r => r.GetGuid(0))) await DropImport.Drop(import, work, blobs);
        await work.Command("DELETE FROM catalog.import_mappings m USING catalog.shops s WHERE s.id = m.shop_id AND s.owner_id = $1", account).Execute();
        await work.Command("UPDATE catalog.products p SET external_id = NULL FROM catalog.shops s WHERE s.id = p.shop_id AND s.owner_id = $1 AND p.external_id IS NOT NULL", account).Execute();
    }
}
