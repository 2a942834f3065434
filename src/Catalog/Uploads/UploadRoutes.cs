using Marketplace.Kernel;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Microsoft.Net.Http.Headers;

namespace Marketplace.Catalog;

/// <summary>Files by multipart/form-data, read part by part as they arrive; the part's name is the file's role.</summary>
internal static class UploadRoutes
{
    public const string RefusedKey = "upload_refused";
    private const int MostParts = 8;

    /// <summary>For programs: one file, its new state is the reply.</summary>
    public static void MapUploads(this IEndpointRouteBuilder api, AddFile.Limits limits) =>
        api.MapPost("/products/{id:guid}/files", async (Guid id, HttpContext http, IServiceProvider services) => Results.Created((string?)null, await Add(id, http, services, null)))
            .ForCapability(Users.Capabilities.CanSell)
            .WithMetadata(new WriteRoute(null, 201, false, true), new RequestSizeLimitAttribute(limits.Audio + 1_000_000))
            .Accepts<IFormFile>("multipart/form-data").Produces<ProductView>(201)
            .WithName("AddProductFile").WithTags("Catalog")
            .WithSummary("Uploads one file; the part's name says what it is: original, preview or cover.");

    /// <summary>For the seller's page: the same, with the form's antiforgery token in front, and back to the page.</summary>
    public static void MapUploadForm(this IEndpointRouteBuilder site, AddFile.Limits limits) =>
        site.MapPost("/sell/products/{id:guid}/files", async (Guid id, HttpContext http, IServiceProvider services, IAntiforgery antiforgery, ITempDataDictionaryFactory notes, IStringLocalizer<Texts> words) =>
            {
                try
                {
                    await Add(id, http, services, antiforgery);
                }
                catch (Refused refused) when (refused.Status is 400 or 409 or 413 or 422)
                {
                    var note = notes.GetTempData(http);
                    note[RefusedKey] = words[refused.Message].Value;
                    note.Save();
                }

                return Results.LocalRedirect($"/sell/products/{id}#files");
            })
            .ForCapability(Users.Capabilities.CanSell)
            .WithMetadata(new WriteRoute(null, 302, false, true), new RequestSizeLimitAttribute(limits.Audio + 1_000_000))
            .ExcludeFromDescription();

    private static async Task<ProductView> Add(Guid id, HttpContext http, IServiceProvider services, IAntiforgery? antiforgery)
    {
        var caller = services.GetRequiredService<Caller>();
        var db = services.GetRequiredService<CatalogDb>();
        var stop = http.RequestAborted;
        await AddFile.KindOf(id, caller, db, stop);

        var reader = new MultipartReader(Boundary(http), http.Request.Body) { HeadersCountLimit = 8, HeadersLengthLimit = 4096 };
        var proven = antiforgery is null;
        try
        {
            for (var part = 0; part < MostParts && await reader.ReadNextSectionAsync(stop) is { } section; part++)
            {
                if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var what)) continue;
                var name = HeaderUtilities.RemoveQuotes(what.Name).Value;
                if (!what.IsFileDisposition())
                {
                    if (!proven && name == "__RequestVerificationToken") proven = await Prove(section, http, antiforgery!, stop);
                    continue;
                }

                if (!proven) throw new Refused("malformed", 400, "The form cannot be read.");
                if (!Enum.TryParse<FileRole>(name, true, out var role) || !Enum.IsDefined(role) || char.IsAsciiDigit(name![0]))
                    throw new Refused("file_role_unknown", 422, "The part's name says what the file is: original, preview or cover.");
                var fileName = HeaderUtilities.RemoveQuotes(what.FileNameStar.HasValue ? what.FileNameStar : what.FileName).Value;
                return await AddFile.Handle(
                    id, new AddFile.Incoming(role, fileName, section.Body), caller, db, services.GetRequiredService<UnitOfWork>(), services.GetRequiredService<Blobs>(), services.GetRequiredService<Writes>(),
                    services.GetRequiredService<ProductKinds>(), services.GetRequiredService<AddFile.Limits>(), services.GetRequiredService<TimeProvider>(), stop);
            }
        }
        catch (IOException error) when (error is not BadHttpRequestException && !stop.IsCancellationRequested)
        {
            throw new Refused("malformed", 400, "The upload broke off. Send it again.");
        }

        throw new Refused("file_missing", 422, "There is no file in this upload.");
    }

    private static async Task<bool> Prove(MultipartSection section, HttpContext http, IAntiforgery antiforgery, CancellationToken stop)
    {
        var token = new char[2048];
        using var text = new StreamReader(section.Body);
        var length = await text.ReadBlockAsync(token, stop);
        http.Request.Headers["RequestVerificationToken"] = new string(token, 0, length);
        return await antiforgery.IsRequestValidAsync(http);
    }

    private static string Boundary(HttpContext http)
    {
        if (MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            && HeaderUtilities.RemoveQuotes(type.Boundary) is { Length: > 0 and <= 100 } boundary)
            return boundary.Value!;
        throw new Refused("unsupported_media_type", 415, "Send the file as multipart/form-data.");
    }
}
