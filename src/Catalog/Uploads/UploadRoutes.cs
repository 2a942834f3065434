using Marketplace.Kernel;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Catalog;

/// <summary>Files by multipart/form-data, read part by part as they arrive; the part's name is the file's role.</summary>
internal static class UploadRoutes
{
    public const string RefusedKey = "upload_refused";

    /// <summary>For programs: one file, its new state is the reply.</summary>
    public static void MapUploads(this IEndpointRouteBuilder api, AddFile.Limits limits) =>
        api.MapPost("/products/{id:guid}/files", async (Guid id, HttpContext http, IServiceProvider services) => Results.Created((string?)null, await Add(id, http, services, null)))
            .ForCapability(Users.Capabilities.CanSell)
            .WithMetadata(new WriteRoute(null, 201, false, true), new RequestSizeLimitAttribute(limits.Audio + 1_000_000))
            .Accepts<IFormFile>("multipart/form-data").Produces<ProductView>(201)
            .Scope(Users.Scopes.ProductsWrite).WithName("AddProductFile").WithTags("Catalog")
            .WithSummary("Uploads one file; the part's name says what it is: original, preview or cover.");

    /// <summary>For the seller's page: the same, with the form's antiforgery token in front, and back to the page.</summary>
    public static void MapUploadForm(this IEndpointRouteBuilder site, AddFile.Limits limits) => site.MapUploadForm(
            "/sell/products/{id:guid}/files", RefusedKey, typeof(UploadRoutes).Assembly, limits.Audio + 1_000_000,
            (http, antiforgery) => Add(Id(http), http, http.RequestServices, antiforgery), http => $"/sell/products/{Id(http)}#files")
        .ForCapability(Users.Capabilities.CanSell);

    private static Guid Id(HttpContext http) => Guid.Parse((string)http.Request.RouteValues["id"]!);

    private static async Task<ProductView> Add(Guid id, HttpContext http, IServiceProvider services, IAntiforgery? antiforgery)
    {
        var caller = services.GetRequiredService<Caller>();
        var db = services.GetRequiredService<CatalogDb>();
        var stop = http.RequestAborted;
        await AddFile.KindOf(id, caller, db, stop);

        return await Uploads.One(http, antiforgery, file =>
        {
            if (!Enum.TryParse<FileRole>(file.Name, true, out var role) || !Enum.IsDefined(role) || char.IsAsciiDigit(file.Name[0]))
                throw new Refused("file_role_unknown", 422, "The part's name says what the file is: original, preview or cover.");
            return AddFile.Handle(
                id, new AddFile.Incoming(role, file.FileName, file.Content), caller, db, services.GetRequiredService<UnitOfWork>(), services.GetRequiredService<Blobs>(), services.GetRequiredService<Writes>(),
                services.GetRequiredService<ProductKinds>(), services.GetRequiredService<AddFile.Limits>(), services.GetRequiredService<TimeProvider>(), stop);
        });
    }
}
