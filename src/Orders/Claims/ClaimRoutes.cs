using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Orders;

internal static class ClaimRoutes
{
    public const string RefusedKey = "claim_file_refused";

    private const long MostBytes = SayInClaim.FileLimit + 100_000;

    public static void AddClaims(this IServiceCollection services)
    {
        services.AddScoped<OpenClaim>();
        services.AddScoped<SayInClaim>();
        services.AddScoped<DecideClaim>();
        services.AddScoped<ReadClaims>();
        services.AddSingleton<IValidator<OpenClaim.Request>, OpenClaim.Validator>();
        services.AddSingleton<IValidator<SayInClaim.Request>, SayInClaim.Validator>();
        services.AddSingleton<IValidator<DecideClaim.Request>, DecideClaim.Validator>();
        services.AddSchedule<WatchClaims>("orders.watch_claims", TimeSpan.FromMinutes(30));
        services.AddMenu<Texts>("admin", 22, "Requests and claims", "/admin/claims", "scale", right: Rights.Support);
    }

    /// <param name="api">The group <c>/api/v1</c>.</param>
    public static void MapClaims(this IEndpointRouteBuilder api)
    {
        api.MapPost("/orders/{id:guid}/items/{item:guid}/claims", (Guid id, Guid item, OpenClaim.Request request, OpenClaim open, Caller caller) => open.Handle(id, item, request, caller))
            .Writes<OpenClaim.Request, OpenClaim.Opened>(201, location: o => $"/api/v1/claims/{o.Id}")
            .ForSignedIn().Scope(Scopes.OrdersWrite).WithName("OpenClaim").WithTags("Claims").WithSummary("The buyer says that a line is not what was agreed: staff decides, and what the seller earned of it waits until then.");
        api.MapGet("/claims", (string? role, bool? open, string? cursor, int? limit, ReadClaims claims, Caller caller, CancellationToken stop) => claims.List(role, open, cursor, limit, caller, stop))
            .ForSignedIn().Scope(Scopes.OrdersRead).WithName("ListClaims").WithTags("Claims").WithSummary("Claims of the caller as buyer, of their shops (role=seller), or all (role=staff); newest first.");
        api.MapGet("/claims/{id:guid}", (Guid id, ReadClaims claims, Caller caller, CancellationToken stop) => claims.One(id, caller, stop))
            .ForSignedIn().Scope(Scopes.OrdersRead).WithName("ReadClaim").WithTags("Claims").WithSummary("One claim with what was said, for its buyer, the shop and staff.");
        api.MapPost("/claims/{id:guid}/messages", (Guid id, SayInClaim.Request request, SayInClaim claim, Caller caller) => claim.Say(id, request, caller))
            .Writes<SayInClaim.Request, SayInClaim.Said>(201)
            .ForSignedIn().Scope(Scopes.OrdersWrite).WithName("SayInClaim").WithTags("Claims").WithSummary("Says something in a claim that is open. The seller's first word keeps it from being decided by time.");
        api.MapPost("/claims/{id:guid}/files", async (Guid id, HttpContext http, IServiceProvider services) => Results.Created((string?)null, await Add(id, http, services, null)))
            .ForSignedIn().WithMetadata(new WriteRoute(null, 201, false, true), new RequestSizeLimitAttribute(MostBytes))
            .Accepts<IFormFile>("multipart/form-data").Produces<SayInClaim.Said>(201)
            .Scope(Scopes.OrdersWrite).WithName("ShowInClaim").WithTags("Claims").WithSummary("Shows a file in a claim that is open: a picture, PDF, audio or ZIP of at most 20 MB; three a side.");
        api.MapPost("/claims/{id:guid}/decision", async (Guid id, DecideClaim.Request request, Refunding refunding, DecideClaim decide, Caller caller, HttpContext http, CancellationToken stop) =>
                await AfterSaleRoutes.Given(refunding, OrdersModule.KeyOf(request, caller, http), await decide.OrderOf(id), () => decide.Handle(id, request, caller), http, 200, stop))
            .ForRight(Rights.Support).WritesInSteps<DecideClaim.Request, RefundsReply>(200, keyRequired: true)
            .NotForKeys().WithName("DecideClaim").WithTags("Claims").WithSummary("Staff decides how much of what is left of the line goes back, in percent. Staff.");
    }

    /// <summary>Outside the API: the page's form, and the files.</summary>
    public static void MapClaimFiles(this IEndpointRouteBuilder site)
    {
        site.MapUploadForm("/claims/{id:guid}/files", RefusedKey, typeof(ClaimRoutes).Assembly, MostBytes, (http, antiforgery) => Add(Id(http), http, http.RequestServices, antiforgery), http => $"/claims/{Id(http)}#say").ForSignedIn();
        site.MapGet("/media/claims/{id:guid}", async (Guid id, HttpContext http, OrdersDb db, SayInClaim claims, Blobs blobs, Caller caller, CancellationToken stop) =>
            {
                var file = await db.ClaimMessages.AsNoTracking().SingleOrDefaultAsync(m => m.Id == id && m.BlobKey != null, stop) ?? throw Refused.NotFound();
                await claims.SideOf(await db.Claims.AsNoTracking().SingleAsync(c => c.Id == file.DisputeId, stop), caller, Catalog.ShopPermission.ReadOrders, stop);
                http.Response.Headers.CacheControl = "private, no-cache";
                http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
                http.Response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
                return Results.Stream(blobs.Open(file.BlobKey!), file.ContentType, file.FileName);
            })
            .ForSignedIn().ExcludeFromDescription();
    }

    private static Guid Id(HttpContext http) => Guid.Parse((string)http.Request.RouteValues["id"]!);

    private static Task<SayInClaim.Said> Add(Guid id, HttpContext http, IServiceProvider services, IAntiforgery? antiforgery) => Uploads.One(http, antiforgery, file =>
        services.GetRequiredService<SayInClaim>().Show(id, file, services.GetRequiredService<Caller>(), http.RequestAborted));
}
