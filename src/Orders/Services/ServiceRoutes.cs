using Marketplace.Catalog;
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

namespace Marketplace.Orders;

internal static class ServiceRoutes
{
    public const string RefusedKey = "service_upload_refused";

    private const long MostBytes = 500_000_000;

    public static void MapServices(this IEndpointRouteBuilder api)
    {
        api.MapGet("/service-orders", (string? role, bool? open, string? cursor, int? limit, Caller caller, OrdersDb db, SellerDesk desk, Cursors cursors, CancellationToken stop) => ReadService.List(role, open, cursor, limit, caller, db, desk, cursors, stop))
            .ForSignedIn().Scope(Scopes.OrdersRead).WithName("ListServiceOrders").WithTags("Orders").WithSummary("Work that the caller has bought, or (role=seller) has to do, newest first.");
        api.MapGet("/service-orders/{id:guid}", (Guid id, Caller caller, OrdersDb db, SellerDesk desk, CancellationToken stop) => ReadService.Handle(id, caller, db, desk, stop))
            .ForSignedIn().Scope(Scopes.OrdersRead).WithName("ReadServiceOrder").WithTags("Orders").WithSummary("One piece of work, for its buyer and its seller; its id is that of the order's line.");
        api.MapPost("/service-orders/{id:guid}/requirements", (Guid id, MoveService.Requirements request, MoveService move, Caller caller) => move.Answer(id, request, caller)).Writes<MoveService.Requirements, ServiceReply>()
            .ForSignedIn().Scope(Scopes.OrdersWrite).WithName("AnswerServiceOrder").WithTags("Orders").WithSummary("The buyer answers the seller's questions: the days begin to count.");
        api.MapPost("/service-orders/{id:guid}/deliveries", (Guid id, MoveService.Message request, MoveService move, Caller caller) => move.Deliver(id, request, caller)).Writes<MoveService.Message, ServiceReply>()
            .ForSignedIn().Scope(Scopes.OrdersWrite).WithName("DeliverServiceOrder").WithTags("Orders").WithSummary("The seller delivers, with a note and the files that were uploaded.");
        api.MapPost("/service-orders/{id:guid}/revisions", (Guid id, MoveService.Message request, MoveService move, Caller caller) => move.AskRevision(id, request, caller)).Writes<MoveService.Message, ServiceReply>()
            .ForSignedIn().Scope(Scopes.OrdersWrite).WithName("ReviseServiceOrder").WithTags("Orders").WithSummary("The buyer asks for one of the package's revisions.");
        api.MapPost("/service-orders/{id:guid}/approval", (Guid id, MoveService move, Caller caller) => move.Accept(id, caller)).Writes<Nothing, ServiceReply>()
            .ForSignedIn().Scope(Scopes.OrdersWrite).WithName("ApproveServiceOrder").WithTags("Orders").WithSummary("The buyer accepts the work.");
        api.MapPost("/service-orders/{id:guid}/files", async (Guid id, HttpContext http, IServiceProvider services) => Results.Created((string?)null, await Add(id, http, services, null)))
            .ForSignedIn().WithMetadata(new WriteRoute(null, 201, false, true), new RequestSizeLimitAttribute(MostBytes + 1_000_000))
            .Accepts<IFormFile>("multipart/form-data").Produces<ServiceReply>(201)
            .Scope(Scopes.OrdersWrite).WithName("AddServiceFile").WithTags("Orders").WithSummary("The seller uploads a file for the buyer, who has it with the next delivery.");
    }

    /// <summary>For the seller's page: the same, with the form's antiforgery token in front, and back to the page.</summary>
    public static void MapServiceUpload(this IEndpointRouteBuilder site) =>
        site.MapPost("/services/{id:guid}/files", async (Guid id, HttpContext http, IServiceProvider services, IAntiforgery antiforgery, ITempDataDictionaryFactory notes, IStringLocalizerFactory localizers) =>
            {
                try
                {
                    await Add(id, http, services, antiforgery);
                }
                catch (Refused refused) when (refused.Status is 400 or 409 or 413 or 422)
                {
                    var note = notes.GetTempData(http);
                    note[RefusedKey] = new Phrases(localizers, typeof(ServiceRoutes).Assembly)[refused.Message].Value;
                    note.Save();
                }

                return Results.LocalRedirect($"/services/{id}");
            })
            .ForSignedIn().WithMetadata(new WriteRoute(null, 302, false, true), new RequestSizeLimitAttribute(MostBytes + 1_000_000)).ExcludeFromDescription();

    private static async Task<ServiceReply> Add(Guid id, HttpContext http, IServiceProvider services, IAntiforgery? antiforgery)
    {
        var (caller, db, blobs) = (services.GetRequiredService<Caller>(), services.GetRequiredService<OrdersDb>(), services.GetRequiredService<Blobs>());
        // Whose work it is decides before the first byte is read.
        var seen = await ReadService.Handle(id, caller, db, services.GetRequiredService<SellerDesk>(), http.RequestAborted);
        if (seen.Role != "seller") throw new Refused("not_yours_to_do", 403, "This is for the other side to do.");
        return await Uploads.One(http, antiforgery, async file =>
        {
            if (file.Name != "file") throw new Refused("file_role_unknown", 422, "The part's name says what the file is: file.");
            var (blob, name) = await services.GetRequiredService<ICatalog>().Stage(file.FileName, file.Content, MostBytes, http.RequestAborted);
            return await services.GetRequiredService<Writes>().Run(async () =>
            {
                var reply = await services.GetRequiredService<MoveService>().AddFile(id, blob, name, caller);
                await blobs.Keep(blob.Key);
                return reply;
            });
        });
    }

    /// <summary>The path says all.</summary>
    internal sealed record Nothing;
}
