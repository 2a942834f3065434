using Marketplace.Kernel;
using Marketplace.Users;
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

internal static class ImageRoutes
{
    public static void MapImages(this IEndpointRouteBuilder api)
    {
        api.MapGet("/products/{slug}/images", ProductImages.BySlug)
            .ForAnyone().Scope(Scopes.ProductsRead).WithName("ListProductImages").WithTags("Catalog").WithSummary("The pictures of a product, in order.");
        api.MapPost("/products/{id:guid}/images", async (Guid id, HttpContext http, IServiceProvider services) => Results.Created((string?)null, await Add(id, http, services, null)))
            .ForCapability(Capabilities.CanSell)
            .WithMetadata(new WriteRoute(null, 201, false, true), new RequestSizeLimitAttribute(AddFile.ImageLimit * 2))
            .Accepts<IFormFile>("multipart/form-data").Produces<ImagesReply>(201)
            .Scope(Scopes.ProductsWrite).WithName("AddProductImage").WithTags("Catalog").WithSummary("One more picture of the caller's product: PNG, JPEG or WebP; ten at most.");
        api.MapPut("/products/{id:guid}/images", (Guid id, ArrangeImages.Request request, Caller caller, CatalogDb db, UnitOfWork work, NpgsqlDataSource source) => ArrangeImages.Handle(id, request, caller, db, work, source))
            .Writes<ArrangeImages.Request, ImagesReply>()
            .ForCapability(Capabilities.CanSell).Scope(Scopes.ProductsWrite).WithName("ArrangeProductImages").WithTags("Catalog").WithSummary("The order of the pictures, and what each shows.");
        api.MapDelete("/products/{id:guid}/images/{image:guid}", (Guid id, Guid image, Caller caller, CatalogDb db, UnitOfWork work, Blobs blobs, NpgsqlDataSource source) => RemoveImage.Handle(id, image, caller, db, work, blobs, source))
            .Writes<Nothing, ImagesReply>()
            .ForCapability(Capabilities.CanSell).Scope(Scopes.ProductsWrite).WithName("RemoveProductImage").WithTags("Catalog").WithSummary("A picture less.");
    }

    /// <summary>Outside the API: the pictures themselves, and the form of the seller's page.</summary>
    public static void MapImageMedia(this IEndpointRouteBuilder site)
    {
        site.MapMethods("/media/images/{image:guid}/{version?}", ["GET", "HEAD"], Serve).ForAnyone().WithName("ProductImage").ExcludeFromDescription();
        site.MapPost("/sell/products/{id:guid}/images", async (Guid id, HttpContext http, IServiceProvider services, IAntiforgery antiforgery, ITempDataDictionaryFactory notes, IStringLocalizerFactory localizers) =>
            {
                try
                {
                    await Add(id, http, services, antiforgery);
                }
                catch (Refused refused) when (refused.Status is 400 or 409 or 413 or 422)
                {
                    var note = notes.GetTempData(http);
                    note[UploadRoutes.RefusedKey] = new Phrases(localizers, typeof(ImageRoutes).Assembly)[refused.Message].Value;
                    note.Save();
                }

                return Results.LocalRedirect($"/sell/products/{id}/pictures");
            })
            .ForCapability(Capabilities.CanSell)
            .WithMetadata(new WriteRoute(null, 302, false, true), new RequestSizeLimitAttribute(AddFile.ImageLimit * 2))
            .ExcludeFromDescription();
    }

    private static async Task<IResult> Serve(Guid image, string? version, HttpContext http, Caller caller, NpgsqlDataSource source, Pictures pictures, CancellationToken stop)
    {
        var found = (await source.Command(
            """
            SELECT i.blob_key, i.content_type, i.version, p.published_at IS NOT NULL FROM catalog.product_images i
            JOIN catalog.products p ON p.id = i.product_id JOIN catalog.shops s ON s.id = p.shop_id
            WHERE i.id = $1 AND (p.published_at IS NOT NULL OR s.owner_id = $2 OR $3)
            """,
            image, caller.AccountOrNull ?? Guid.Empty, caller.Has(Rights.Moderation)).List(r => (Key: r.GetString(0), Type: r.GetString(1), Version: r.GetString(2), Public: r.GetBoolean(3)), stop)).FirstOrDefault();
        if (found.Key is null) throw Refused.NotFound();
        return found.Version != version
            ? Results.LocalRedirect(ProductImages.Url(image, found.Version) + http.Request.QueryString)
            : await pictures.Send(http, found.Key, found.Type, found.Version, found.Public ? "public, max-age=31536000, immutable" : "private, no-cache", stop);
    }

    private static async Task<ImagesReply> Add(Guid id, HttpContext http, IServiceProvider services, IAntiforgery? antiforgery)
    {
        var (caller, db) = (services.GetRequiredService<Caller>(), services.GetRequiredService<CatalogDb>());
        await AddFile.KindOf(id, caller, db, http.RequestAborted);
        return await Uploads.One(http, antiforgery, file => AddImage.Handle(
            id, file, caller, db, services.GetRequiredService<UnitOfWork>(), services.GetRequiredService<Blobs>(), services.GetRequiredService<Writes>(), services.GetRequiredService<ProductKinds>(),
            services.GetRequiredService<NpgsqlDataSource>(), services.GetRequiredService<TimeProvider>(), http.RequestAborted));
    }

    private sealed record Nothing;
}
