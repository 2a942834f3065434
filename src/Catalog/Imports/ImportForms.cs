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

/// <summary>What the pages of imports send and fetch as files.</summary>
internal static class ImportForms
{
    public static void MapImportForms(this IEndpointRouteBuilder site, AddFile.Limits limits)
    {
        site.MapPost("/sell/imports/files", (HttpContext http, IServiceProvider services, IAntiforgery antiforgery) => Noted(http, services, "/sell/imports", async () => $"/sell/imports/{(await Start(http, services, antiforgery)).Id}"))
            .ForCapability(Capabilities.CanSell).WithMetadata(new WriteRoute(null, 302, false, true), new RequestSizeLimitAttribute(CsvFile.MaxBytes + 1_000_000)).ExcludeFromDescription();
        site.MapPost("/sell/imports/{id:guid}/media", (Guid id, HttpContext http, IServiceProvider services, IAntiforgery antiforgery) => Noted(http, services, $"/sell/imports/{id}", async () => $"/sell/imports/{(await Bring(id, http, services, antiforgery)).Id}"))
            .ForCapability(Capabilities.CanSell).WithMetadata(new WriteRoute(null, 302, false, true), new RequestSizeLimitAttribute(limits.Audio + 1_000_000)).ExcludeFromDescription();
        site.MapGet("/sell/products/export", ExportProducts.File).ForCapability(Capabilities.CanSell).ExcludeFromDescription();
        site.MapGet("/sell/imports/template", (string? kind, ProductKinds kinds, ImportFields fields, IStringLocalizerFactory localizers) => ImportTemplate.File(kind, Say(localizers), kinds, fields))
            .ForCapability(Capabilities.CanSell).ExcludeFromDescription();
        site.MapGet("/sell/imports/{id:guid}/errors.csv", (Guid id, Caller caller, CatalogDb db, NpgsqlDataSource source, IStringLocalizerFactory localizers, CancellationToken stop) => ImportErrors.File(id, Say(localizers), caller, db, source, stop))
            .ForCapability(Capabilities.CanSell).ExcludeFromDescription();
    }

    /// <param name="antiforgery">For the form of a page; null for the API.</param>
    public static Task<ImportView> Start(HttpContext http, IServiceProvider of, IAntiforgery? antiforgery) => Uploads.One(http, antiforgery, file => StartImport.Handle(
        file, of.GetRequiredService<Caller>(), of.GetRequiredService<CatalogDb>(), of.GetRequiredService<UnitOfWork>(), of.GetRequiredService<Writes>(), of.GetRequiredService<Blobs>(), of.GetRequiredService<ImportFields>(),
        of.GetRequiredService<NpgsqlDataSource>(), of.GetRequiredService<TimeProvider>(), http.RequestAborted));

    /// <param name="antiforgery">For the form of a page; null for the API.</param>
    public static async Task<ImportView> Bring(Guid id, HttpContext http, IServiceProvider of, IAntiforgery? antiforgery)
    {
        var (caller, db, work, source) = (of.GetRequiredService<Caller>(), of.GetRequiredService<CatalogDb>(), of.GetRequiredService<UnitOfWork>(), of.GetRequiredService<NpgsqlDataSource>());
        // Whose import it is decides before the first byte is read.
        await ReadImports.One(id, caller, db, work, source, http.RequestAborted);
        return await Uploads.One(http, antiforgery, file => BringMedia.Handle(
            id, file, caller, db, work, of.GetRequiredService<Writes>(), of.GetRequiredService<Blobs>(), of.GetRequiredService<AddFile.Limits>(), source, http.RequestAborted));
    }

    // Back to the page, which says why a file was not taken.
    private static async Task<IResult> Noted(HttpContext http, IServiceProvider services, string page, Func<Task<string>> act)
    {
        try
        {
            return Results.LocalRedirect(await act());
        }
        catch (Refused refused) when (refused.Status is 400 or 409 or 413 or 422)
        {
            var note = services.GetRequiredService<ITempDataDictionaryFactory>().GetTempData(http);
            note[UploadRoutes.RefusedKey] = Say(services.GetRequiredService<IStringLocalizerFactory>())(refused.Message);
            note.Save();
            return Results.LocalRedirect(page);
        }
    }

    private static Func<string, string> Say(IStringLocalizerFactory localizers)
    {
        var texts = new Phrases(localizers, typeof(ImportForms).Assembly);
        return phrase => texts[phrase].Value;
    }
}
