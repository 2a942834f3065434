using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>What the words of a query are looked for as.</summary>
internal static class Seek
{
    /// <param name="forgiven">Of the list's cursor.</param>
    /// <param name="meant">As <paramref name="forgiven"/>.</param>
    public static async Task<Sought> Words(string typed, string? forgiven, string? meant, NpgsqlDataSource source, CancellationToken stop) => new(
        typed, forgiven,
        [.. await source.Command("SELECT s.id FROM catalog.shops s WHERE s.name_plain = catalog.plain($1) AND NOT s.withheld LIMIT 20", meant ?? typed).List(r => r.GetGuid(0), stop)]);

    /// <summary>
    /// Words that find nothing on sale, whatever the other filters, are held against the words of titles and tags and against the names of shops.
    /// Null when they do find something, or nothing looks like them.
    /// </summary>
    public static async Task<(Sought Sought, string Meant)?> Forgive(Sought sought, NpgsqlDataSource source, CancellationToken stop)
    {
        if (sought.Typed.Length < 3) return null;
        var near = (await source.Planned(
            """
            SELECT f.query, f.said, f.shop, f.shop_name, catalog.plain($1) FROM catalog.forgive($1) f
            WHERE (SELECT count(*) FROM (SELECT FROM catalog.products p WHERE p.state = 'active' AND p.search @@ catalog.search_query($1) LIMIT 50) found) = 0
            """, [sought.Typed], r => (Query: Text(r, 0), Said: Text(r, 1), Shop: r.IsDBNull(2) ? (Guid?)null : r.GetGuid(2), Name: Text(r, 3), Plain: Text(r, 4)), stop)).FirstOrDefault();
        if (near.Query is null || (near.Said == near.Plain && near.Shop is null)) return null;
        return (sought with { Forgiven = near.Query, Shops = near.Shop is { } shop ? [shop] : [] }, near.Shop is null ? near.Said! : near.Name!);
    }

    private static string? Text(NpgsqlDataReader r, int column) => r.IsDBNull(column) ? null : r.GetString(column);
}
