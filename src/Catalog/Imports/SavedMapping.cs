using System.Text.Json;
using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>What the columns of a shop's files mean, under a name: the next file with these columns needs no questions.</summary>
/// <param name="Fields">By the column's name; empty: left out.</param>
internal sealed record SavedMapping(string Name, IReadOnlyDictionary<string, string> Fields, string? Kind)
{
    public const int NameLength = 60, MaxKept = 50;

    /// <summary>Newest first.</summary>
    public static Task<List<SavedMapping>> Of(Guid shop, NpgsqlDataSource source, CancellationToken stop) => source.Command(
        "SELECT name, fields::text, kind FROM catalog.import_mappings WHERE shop_id = $1 ORDER BY saved_at DESC, name", shop)
        .List(r => new SavedMapping(r.GetString(0), JsonSerializer.Deserialize<Dictionary<string, string>>(r.GetString(1))!, r.IsDBNull(2) ? null : r.GetString(2)), stop);

    /// <summary>In the transaction of the import's own mapping. The oldest beyond the fiftieth goes.</summary>
    public static async Task Save(string name, Import import, UnitOfWork work, TimeProvider clock)
    {
        // The names of columns are not ours to turn into snake_case.
        var fields = JsonSerializer.Serialize(import.Columns.Zip(import.Fields).ToDictionary(c => c.First, c => c.Second, StringComparer.Ordinal));
        await work.Command(
            """
            INSERT INTO catalog.import_mappings (shop_id, name, fields, kind, saved_at) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (shop_id, name) DO UPDATE SET fields = excluded.fields, kind = excluded.kind, saved_at = excluded.saved_at
            """, import.ShopId, name, new Sql.Json(fields), import.Kind, clock.GetUtcNow()).Execute();
        await work.Command(
            "DELETE FROM catalog.import_mappings WHERE shop_id = $1 AND name IN (SELECT name FROM catalog.import_mappings WHERE shop_id = $1 ORDER BY saved_at DESC OFFSET $2)", import.ShopId, MaxKept).Execute();
    }
}
