using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>Imports for programs: a file, its mapping, a dry run, the run; and the export that comes back whole.</summary>
internal static class ImportRoutes
{
    public static void MapImports(this IEndpointRouteBuilder api, AddFile.Limits limits)
    {
        MapReads(api);
        api.MapPost("/imports", async (HttpContext http, IServiceProvider services) =>
            {
                var import = await ImportForms.Start(http, services, null);
                return Results.Created($"/api/v1/imports/{import.Id}", import);
            })
            .ForCapability(Capabilities.CanSell).WithMetadata(new WriteRoute(null, 201, false, true), new RequestSizeLimitAttribute(CsvFile.MaxBytes + 1_000_000))
            .Accepts<IFormFile>("multipart/form-data").Produces<ImportView>(201).Write("StartImport", "Uploads a CSV file of products (50 MB, 100,000 rows); nothing of the shop changes yet.");
        api.MapPost("/imports/{id:guid}/media", async (Guid id, HttpContext http, IServiceProvider services) => Results.Ok(await ImportForms.Bring(id, http, services, null)))
            .ForCapability(Capabilities.CanSell).WithMetadata(new WriteRoute(null, 200, false, true), new RequestSizeLimitAttribute(limits.Audio + 1_000_000))
            .Accepts<IFormFile>("multipart/form-data").Produces<ImportView>().Write("AddImportMedia", "Uploads a ZIP with the covers, previews and files that rows name.");
        api.MapPut("/imports/{id:guid}/mapping", MapImport.Handle).Writes<MapImport.Request, ImportView>()
            .ForCapability(Capabilities.CanSell).Write("MapImport", "Says what the columns hold, and keeps it under a name for files with the same columns.");
        api.MapPost("/imports/{id:guid}/dry-run", MoveImport.Check).Writes<NoBody, ImportView>()
            .ForCapability(Capabilities.CanSell).Write("CheckImport", "Tries every row and keeps nothing: counts, changes and errors are read afterwards.");
        api.MapPost("/imports/{id:guid}/run", MoveImport.Run).Writes<NoBody, ImportView>()
            .ForCapability(Capabilities.CanSell).Write("RunImport", "Puts the rows in, some at a time; each row once.");
        api.MapPost("/imports/{id:guid}/retry", MoveImport.Retry).Writes<NoBody, ImportView>()
            .ForCapability(Capabilities.CanSell).Write("RetryImport", "Tries again the rows that were refused or not reached.");
        api.MapPost("/imports/{id:guid}/cancellation", MoveImport.Cancel).Writes<NoBody, ImportView>()
            .ForCapability(Capabilities.CanSell).Write("CancelImport", "Stops a dry run or a run; what is done stays.");
        api.MapDelete("/imports/{id:guid}", DropImport.Handle).Writes()
            .ForCapability(Capabilities.CanSell).Write("DeleteImport", "Forgets the import; the products that it made stay.");
    }

    private static void MapReads(IEndpointRouteBuilder api)
    {
        api.MapGet("/imports", async (Caller caller, CatalogDb db, CancellationToken stop) => new { Data = await ReadImports.List(caller, db, stop) })
            .ForCapability(Capabilities.CanSell).Read("ListImports", "The imports of the caller's shop, newest first, without their columns.");
        api.MapGet("/imports/fields", (ImportFields fields) => new { Data = fields.All.Select(f => new { f.Key, f.Label, f.Of, Kinds = f.Kinds.Select(k => k.Key) }) })
            .ForCapability(Capabilities.CanSell).Read("ListImportFields", "Everything that a column of a file may hold.");
        api.MapGet("/imports/{id:guid}", ReadImports.One)
            .ForCapability(Capabilities.CanSell).Read("ReadImport", "One import and how far it is.");
        api.MapGet("/imports/{id:guid}/rows", ReadImports.Rows)
            .ForCapability(Capabilities.CanSell).Read("ListImportRows", "What became of the rows, or would in a dry run: outcome, changes of the first 200, errors by column.");
        api.MapGet("/imports/{id:guid}/errors.csv", (Guid id, Caller caller, CatalogDb db, NpgsqlDataSource source, CancellationToken stop) => ImportErrors.File(id, sentence => sentence, caller, db, source, stop))
            .ForCapability(Capabilities.CanSell).Produces(200, contentType: "text/csv").Read("ReadImportErrors", "The refused rows with what is wrong in them.");
        api.MapGet("/shop/products.csv", ExportProducts.File)
            .ForCapability(Capabilities.CanSell).Produces(200, contentType: "text/csv").Read("ExportProducts", "The caller's products as a file that an import takes back; state=all has the archived ones, too.");
    }

    private static RouteHandlerBuilder Read(this RouteHandlerBuilder route, string name, string summary) => route.Scope(Scopes.ProductsRead).WithName(name).WithTags("Catalog").WithSummary(summary);

    private static RouteHandlerBuilder Write(this RouteHandlerBuilder route, string name, string summary) => route.Scope(Scopes.ProductsWrite).WithName(name).WithTags("Catalog").WithSummary(summary);
}
