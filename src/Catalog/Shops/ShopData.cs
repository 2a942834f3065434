using System.Text.Json;
using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>A person's shop: it closes under no name. What was sold stays for those who bought it; what nobody could buy goes.</summary>
internal sealed class ShopData(NpgsqlDataSource source, UnitOfWork work, Blobs blobs) : IPersonalData
{
    public string Section => "shop";

    public string About => "Your shop and what it sells or sold.";

    public async Task<object?> Export(Guid account, CancellationToken stop = default)
    {
        NpgsqlCommand Query(string sql) => work.IsOpen ? work.Command(sql, account) : source.Command(sql, account);
        var products = await Query("SELECT p.id, p.kind, p.title, p.description, p.state, p.tags, p.details::text, p.created_at, p.published_at FROM catalog.products p JOIN catalog.shops s ON s.id = p.shop_id WHERE s.owner_id = $1 ORDER BY p.id")
            .List(r => new
            {
                id = r.GetGuid(0), kind = r.GetString(1), title = r.GetString(2), description = r.GetString(3), state = r.GetString(4), tags = r.GetFieldValue<string[]>(5), details = JsonSerializer.Deserialize<JsonElement>(r.GetString(6)),
                created_at = r.GetFieldValue<DateTimeOffset>(7), published_at = r.IsDBNull(8) ? (DateTimeOffset?)null : r.GetFieldValue<DateTimeOffset>(8),
            }, stop);
        return (await Query("SELECT id, slug, name, description, currency, created_at, announcement, shipping, returns, refunds, terms, links, plan FROM catalog.shops WHERE owner_id = $1").List(r => new
        {
            id = r.GetGuid(0), slug = r.GetString(1), name = r.GetString(2), description = r.GetString(3), currency = r.GetString(4), created_at = r.GetFieldValue<DateTimeOffset>(5), announcement = r.GetString(6),
            shipping = r.GetString(7), returns = r.GetString(8), refunds = r.GetString(9), terms = r.GetString(10), links = r.GetFieldValue<string[]>(11), plan = r.GetString(12), products,
        }, stop)).SingleOrDefault();
    }

    public async Task Erase(Guid account)
    {
        foreach (var key in await work.Command("SELECT unnest(ARRAY[logo_key, banner_key]) FROM catalog.shops WHERE owner_id = $1", account).List(r => r.IsDBNull(0) ? null : r.GetString(0)))
            if (key is not null) await blobs.Forget(key);
        if (await work.Command("UPDATE catalog.shops SET announcement = '', shipping = '', returns = '', refunds = '', terms = '', links = '{}', away_from = NULL, away_until = NULL, away_message = '', logo_key = NULL, logo_type = NULL, logo_version = NULL, banner_key = NULL, banner_type = NULL, banner_version = NULL, name = 'Erased', slug = 'erased-' || right(id::text, 12), description = '', withheld = true, version = version + 1 WHERE owner_id = $1 RETURNING id", account).Scalar<Guid?>() is not { } shop) return;
        await work.Command("DELETE FROM catalog.old_addresses WHERE id = $1 OR id IN (SELECT id FROM catalog.products WHERE shop_id = $1)", shop).Execute();
        await work.Command("DELETE FROM catalog.featured_products WHERE shop_id = $1", shop).Execute();
        // Drafts that nobody could buy: their files and pictures too. Then all products leave the shelves without words or tags.
        var files = await work.Command("DELETE FROM catalog.product_files f USING catalog.products p WHERE p.id = f.product_id AND p.shop_id = $1 AND p.published_at IS NULL RETURNING f.blob_key", shop).List(r => r.GetString(0));
        files.AddRange(await work.Command("DELETE FROM catalog.product_images i USING catalog.products p WHERE p.id = i.product_id AND p.shop_id = $1 AND p.published_at IS NULL RETURNING i.blob_key", shop).List(r => r.GetString(0)));
        await work.Command("UPDATE catalog.product_images i SET alt = '' FROM catalog.products p WHERE p.id = i.product_id AND p.shop_id = $1", shop).Execute();
        var pictures = await work.Command("SELECT unnest(ARRAY[cover_key, preview_key]) FROM catalog.products WHERE shop_id = $1 AND published_at IS NULL", shop).List(r => r.IsDBNull(0) ? null : r.GetString(0));
        await work.Command(
            """
            UPDATE catalog.products SET state = 'archived', pending_since = NULL, description = '', tags = '{}', version = version + 1,
              title = CASE WHEN published_at IS NULL THEN 'Erased' ELSE title END, slug = 'erased-' || id,
              cover_key = CASE WHEN published_at IS NOT NULL THEN cover_key END, cover_type = CASE WHEN published_at IS NOT NULL THEN cover_type END, cover_version = CASE WHEN published_at IS NOT NULL THEN cover_version END,
              preview_key = CASE WHEN published_at IS NOT NULL THEN preview_key END, preview_type = CASE WHEN published_at IS NOT NULL THEN preview_type END, preview_version = CASE WHEN published_at IS NOT NULL THEN preview_version END
            WHERE shop_id = $1
            """, shop).Execute();
        // Changes that nobody will decide about any more, with what was uploaded for them.
        var proposed = await work.Command("DELETE FROM catalog.product_changes c USING catalog.products p WHERE p.id = c.product_id AND p.shop_id = $1 RETURNING c.state, c.proposal::text", shop).List(r => (State: r.GetString(0), Proposal: r.GetString(1)));
        var waiting = proposed.Where(c => c.State == "open").SelectMany(c => ChangeProposal.Read(JsonSerializer.Deserialize<JsonElement>(c.Proposal)).Blobs);
        foreach (var key in files.Concat(pictures.OfType<string>()).Concat(waiting)) await blobs.Forget(key);
    }
}
