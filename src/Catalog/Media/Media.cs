using Marketplace.Kernel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>Addresses of covers and previews: the version changes with the content, so that browsers may keep them for good.</summary>
internal static class MediaUrls
{
    public static string? Cover(Guid product, string? version) => version is null ? null : $"/media/covers/{product}/{version}";

    public static string? Preview(Guid product, string? version) => version is null ? null : $"/media/previews/{product}/{version}";
}

/// <summary>
/// Serves covers and previews. It knows the keys of these two only: there is no path from here to what buyers pay for.
/// </summary>
internal static class Media
{
    public static void MapMedia(this IEndpointRouteBuilder site)
    {
        Map(site, "covers", "cover", "ProductCover");
        Map(site, "previews", "preview", "ProductPreview");
    }

    private static void Map(IEndpointRouteBuilder site, string folder, string column, string name) =>
        site.MapMethods($"/media/{folder}/{{product:guid}}/{{version?}}", ["GET", "HEAD"],
            (Guid product, string? version, HttpContext http, Caller caller, NpgsqlDataSource source, Pictures pictures, CancellationToken stop) =>
                Serve(folder, column, product, version, http, caller, source, pictures, stop))
            .ForAnyone().WithName(name).ExcludeFromDescription();

    private static async Task<IResult> Serve(
        string folder, string column, Guid product, string? version, HttpContext http, Caller caller, NpgsqlDataSource source, Pictures pictures, CancellationToken stop)
    {
        // What was once on sale stays visible: its buyers have it in their library.
        var found = (await source.Command(
            $"""
            SELECT p.{column}_key, p.{column}_type, p.{column}_version, p.published_at IS NOT NULL
            FROM catalog.products p JOIN catalog.shops s ON s.id = p.shop_id
            WHERE p.id = $1 AND p.{column}_key IS NOT NULL AND (p.published_at IS NOT NULL OR $3 OR {ShopAccess.Sql("s", "$2", ShopPermission.Products)})
            """,
            product, caller.AccountOrNull ?? Guid.Empty, caller.Has(Users.Rights.Moderation)).List(r => (Key: r.GetString(0), Type: r.GetString(1), Version: r.GetString(2), Public: r.GetBoolean(3)), stop)).FirstOrDefault();
        if (found.Key is null) throw Refused.NotFound();
        if (found.Version != version && version is not null && await Proposed(column, product, version, caller, source, stop) is { } proposed)
        {
            found = (proposed.Key, proposed.ContentType, version, false);
        }

        return found.Version != version
            ? Results.LocalRedirect($"/media/{folder}/{product}/{found.Version}{http.Request.QueryString}")
            : await pictures.Send(http, found.Key, found.Type, found.Version, found.Public ? "public, max-age=31536000, immutable" : "private, no-cache", stop);
    }

    // What waits in a change: for its seller and for moderators.
    private static async Task<Blob?> Proposed(string column, Guid product, string version, Caller caller, NpgsqlDataSource source, CancellationToken stop)
    {
        var kept = (await source.Command(
            """
            SELECT c.proposal::text FROM catalog.product_changes c JOIN catalog.products p ON p.id = c.product_id JOIN catalog.shops s ON s.id = p.shop_id
            WHERE c.product_id = $1 AND c.state = 'open' AND (s.owner_id = $2 OR $3)
            """,
            product, caller.AccountOrNull ?? Guid.Empty, caller.Has(Users.Rights.Moderation)).List(r => r.GetString(0), stop)).FirstOrDefault();
        if (kept is null) return null;
        using var json = System.Text.Json.JsonDocument.Parse(kept);
        var proposal = ChangeProposal.Read(json.RootElement.Clone());
        var blob = column == "cover" ? proposal.Cover : proposal.Preview?.Blob;
        return blob is not null && Product.VersionOf(blob) == version ? blob : null;
    }
}
