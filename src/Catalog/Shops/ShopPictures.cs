using Marketplace.Kernel;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>Shown square (logo) and three times as wide as high (banner), whatever their own shape.</summary>
internal enum ShopPicture
{
    Logo,
    Banner,
}

/// <summary>The two pictures of a shop: sent as any other file is, seen by whoever may see the shop.</summary>
internal static class ShopPictures
{
    public const string RefusedKey = "shop_picture_refused";
    public const long LogoLimit = 2_000_000, BannerLimit = 5_000_000;

    private static readonly FileFormat[] Formats = [Png.Format, Jpeg.Format, WebP.Format];

    public static string? Url(Guid shop, ShopPicture picture, string? version) => version is null ? null : $"/media/shops/{shop}/{picture.ToText()}/{version}";

    /// <exception cref="Refused">404; 413 <c>file_too_large</c>; 422 with the reason.</exception>
    public static async Task<ShopView> Add(string slug, IncomingFile file, Caller caller, CatalogDb db, Blobs blobs, Writes writes, CancellationToken stop)
    {
        var picture = file.Name.ReadChoice<ShopPicture>() ?? throw new Refused("shop_picture_unknown", 422, "The part's name says what the picture is: logo or banner.");
        var (format, _) = Uploads.FormatOf(file.FileName, file.Name, Formats);
        var blob = await Uploads.Stage(file.Content, format, picture == ShopPicture.Logo ? LogoLimit : BannerLimit, blobs, stop);
        return await writes.Run(async () =>
        {
            await blobs.Keep(blob.Key);
            return await Change(slug, picture, blob, caller, db, blobs);
        });
    }

    public static Task<ShopView> Remove(string slug, string picture, Caller caller, CatalogDb db, Blobs blobs) =>
        Change(slug, picture.ReadChoice<ShopPicture>() ?? throw Refused.NotFound(), null, caller, db, blobs);

    /// <param name="api">The group <c>/api/v1</c>.</param>
    public static void MapShopPictures(this IEndpointRouteBuilder api)
    {
        api.MapPost("/shops/{slug}/files", async (string slug, HttpContext http, Caller caller, CatalogDb db, Blobs blobs, Writes writes) =>
            {
                // Whose shop it is decides before the first byte is read.
                await db.MustBeFor(slug, caller.Account, ShopPermission.Shop);
                return await Uploads.One(http, null, file => Add(slug, file, caller, db, blobs, writes, http.RequestAborted));
            })
            .ForCapability(Users.Capabilities.CanSell).WithMetadata(new WriteRoute(null, 200, false, true), new RequestSizeLimitAttribute(BannerLimit + 100_000))
            .Accepts<IFormFile>("multipart/form-data").Produces<ShopView>()
            .Scope(Users.Scopes.ProductsWrite).WithName("AddShopPicture").WithTags("Catalog").WithSummary("Uploads a picture; the part's name says which: logo (2 MB) or banner (5 MB). PNG, JPEG or WebP.");
        api.MapDelete("/shops/{slug}/files/{picture}", Remove).Writes<NoBody, ShopView>()
            .ForCapability(Users.Capabilities.CanSell).Scope(Users.Scopes.ProductsWrite).WithName("RemoveShopPicture").WithTags("Catalog").WithSummary("Takes a picture away: logo or banner.");
    }

    /// <summary>Outside the API: the pictures themselves, and the form of the page.</summary>
    public static void MapShopMedia(this IEndpointRouteBuilder site)
    {
        site.MapMethods("/media/shops/{shop:guid}/{picture}/{version?}", ["GET", "HEAD"], Serve).ForAnyone().WithName("ShopPicture").ExcludeFromDescription();
        site.MapPost("/sell/shop/files", async (
                HttpContext http, Caller caller, CatalogDb db, Blobs blobs, Writes writes, NpgsqlDataSource source, IAntiforgery antiforgery, ITempDataDictionaryFactory notes, IStringLocalizerFactory localizers) =>
            {
                try
                {
                    var place = await ChosenShop.Of(http, caller, ShopPermission.Shop, source) ?? throw Refused.NotFound();
                    await Uploads.One(http, antiforgery, file => Add(place.Slug, file, caller, db, blobs, writes, http.RequestAborted));
                }
                catch (Refused refused) when (refused.Status is 400 or 413 or 422)
                {
                    var note = notes.GetTempData(http);
                    note[RefusedKey] = new Phrases(localizers, typeof(ShopPictures).Assembly)[refused.Message].Value;
                    note.Save();
                }

                return Results.LocalRedirect("/sell/shop#pictures");
            })
            .ForCapability(Users.Capabilities.CanSell).WithMetadata(new WriteRoute(null, 302, false, true), new RequestSizeLimitAttribute(BannerLimit + 100_000)).ExcludeFromDescription();
    }

    private static async Task<ShopView> Change(string slug, ShopPicture picture, Blob? blob, Caller caller, CatalogDb db, Blobs blobs)
    {
        var shop = await db.ShopFor(slug, caller.Account, ShopPermission.Shop);
        if (shop.Show(picture, blob) is { } old) await blobs.Forget(old);
        return ShopView.Of(shop);
    }

    private static async Task<IResult> Serve(Guid shop, string picture, string? version, HttpContext http, NpgsqlDataSource source, Pictures pictures, CancellationToken stop)
    {
        var kind = picture.ReadChoice<ShopPicture>() ?? throw Refused.NotFound();
        var column = kind.ToText();
        var found = (await source.Command($"SELECT {column}_key, {column}_type, {column}_version FROM catalog.shops WHERE id = $1 AND {column}_key IS NOT NULL AND NOT withheld", shop)
            .List(r => (Key: r.GetString(0), Type: r.GetString(1), Version: r.GetString(2)), stop)).FirstOrDefault();
        if (found.Key is null) throw Refused.NotFound();
        // A shop may be withheld tomorrow: browsers keep its pictures for a while, not for good.
        return found.Version != version
            ? Results.LocalRedirect(Url(shop, kind, found.Version) + http.Request.QueryString)
            : await pictures.Send(http, found.Key, found.Type, found.Version, "public, max-age=3600", stop);
    }
}
