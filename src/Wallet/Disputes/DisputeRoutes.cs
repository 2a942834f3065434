using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Wallet;

internal static class DisputeRoutes
{
    public const string RefusedKey = "evidence_refused";

    public const long MostBytes = DisputeEvidence.FileLimit + 100_000;

    public static void AddDisputes(this IServiceCollection services)
    {
        services.AddScoped<SellersGive>();
        services.AddScoped<TopUpDispute>();
        services.AddScoped<DisputeSales>();
        services.AddScoped<RefreshDispute>();
        services.AddScoped<AnswerDispute>();
        services.AddScoped<ISubject, DisputeSubject>();
        services.AddScoped<IPersonalData, DisputeData>();
        services.AddSingleton<IValidator<DisputeEvidence.Request>, DisputeEvidence.Validator>();
        services.AddSingleton<IValidator<AnswerDispute.Request>, AnswerDispute.Validator>();
        services.AddSingleton<IValidator<ChargeDisputeFee.Request>, ChargeDisputeFee.Validator>();
        services.AddSingleton(Invariants.Embedded<WalletDb>("wallet", "disputes_invariants.sql"));
        services.AddSchedule<SweepDisputes>("wallet.sweep_disputes", TimeSpan.FromMinutes(1));
        services.AddMenu<Texts>("sell", 35, "Disputes", "/sell/disputes", "shield-alert", capability: Capabilities.CanSell);
        services.AddMenu<Texts>("admin", 25, "Disputes", "/admin/disputes", "shield-alert", right: Rights.Finance);
    }

    /// <param name="api">The group <c>/api/v1</c>.</param>
    public static void MapDisputes(this IEndpointRouteBuilder api)
    {
        api.MapGet("/disputes", ([AsParameters] ReadDisputes.Request request, Caller caller, NpgsqlDataSource source, Subjects subjects, Cursors cursors, CancellationToken stop) =>
                ReadDisputes.Handle(request, caller, source, subjects, cursors, stop))
            .ForCapability(Capabilities.CanSell).Scope(Scopes.SalesRead).WithName("ListDisputes").WithTags("Wallet").WithSummary("Disputes (chargebacks) of the caller's sales, newest first. Filter: state.");
        api.MapGet("/disputes/{id:guid}", (Guid id, Caller caller, NpgsqlDataSource source, Subjects subjects, CancellationToken stop) => ReadDisputes.One(id, caller, source, subjects, stop))
            .ForCapability(Capabilities.CanSell).Scope(Scopes.SalesRead).WithName("ReadDispute").WithTags("Wallet").WithSummary("One dispute of the caller's sales, with what they said about it.");
        api.MapPost("/disputes/{id:guid}/evidence", (Guid id, DisputeEvidence.Request request, Caller caller, UnitOfWork work, TimeProvider clock) => DisputeEvidence.Say(id, request, caller, work, clock))
            .ForCapability(Capabilities.CanSell).Writes<DisputeEvidence.Request>()
            .NotForKeys().WithName("AddEvidence").WithTags("Wallet").WithSummary("Says something about a dispute of one's sales, until the market answers the payer's bank.");
        api.MapPost("/disputes/{id:guid}/files", AddFile)
            .ForCapability(Capabilities.CanSell).WithMetadata(new WriteRoute(null, 204, false, true), new RequestSizeLimitAttribute(MostBytes))
            .Accepts<IFormFile>("multipart/form-data").Produces(204)
            .NotForKeys().WithName("AddEvidenceFile").WithTags("Wallet").WithSummary("Adds a picture (PNG, JPEG or WebP, 5 MB) to what one says about a dispute; at most three.");
    }

    /// <summary>Outside the API: the forms of the pages, and the pictures.</summary>
    public static void MapDisputeFiles(this IEndpointRouteBuilder site)
    {
        Form(site, "sell").ForCapability(Capabilities.CanSell);
        Form(site, "admin").ForRight(Rights.Finance);
        site.MapGet("/media/disputes/{id:guid}", async (Guid id, HttpContext http, Caller caller, NpgsqlDataSource source, Blobs blobs, CancellationToken stop) =>
            {
                var found = (await source.Command("SELECT blob_key, content_type FROM wallet.dispute_evidence WHERE id = $1 AND blob_key IS NOT NULL AND (author_id = $2 OR $3)", id, caller.Account, caller.Has(Rights.Finance))
                    .List(r => (Key: r.GetString(0), Type: r.GetString(1)), stop)).SingleOrDefault();
                if (found.Key is null) throw Refused.NotFound();
                http.Response.Headers.CacheControl = "private, no-cache";
                http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
                http.Response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
                return Results.Stream(blobs.Open(found.Key), found.Type);
            })
            .ForSignedIn().ExcludeFromDescription();
    }

    public static async Task<NoContent> AddFile(Guid id, HttpContext http, IServiceProvider services)
    {
        await Show(id, http, services, null);
        return TypedResults.NoContent();
    }

    private static RouteHandlerBuilder Form(IEndpointRouteBuilder site, string area) => site.MapUploadForm(
        $"/{area}/disputes/{{id:guid}}/files", RefusedKey, typeof(DisputeRoutes).Assembly, MostBytes, (http, antiforgery) => Show(Id(http), http, http.RequestServices, antiforgery), http => $"/{area}/disputes/{Id(http)}#evidence");

    private static Guid Id(HttpContext http) => Guid.Parse((string)http.Request.RouteValues["id"]!);

    private static Task<bool> Show(Guid id, HttpContext http, IServiceProvider services, IAntiforgery? antiforgery) => Uploads.One(http, antiforgery, async file =>
    {
        await DisputeEvidence.Show(id, file, services.GetRequiredService<Caller>(), services.GetRequiredService<UnitOfWork>(), services.GetRequiredService<Writes>(), services.GetRequiredService<Blobs>(),
            services.GetRequiredService<NpgsqlDataSource>(), services.GetRequiredService<TimeProvider>(), http.RequestAborted);
        return true;
    });
}

/// <summary>What the audit log points at when it says a dispute.</summary>
internal sealed class DisputeSubject(WalletDb db, IStringLocalizer<Texts> texts) : ISubject
{
    public string Kind => "dispute";

    public async Task<IReadOnlyDictionary<Guid, Subject>> Find(IReadOnlyCollection<Guid> ids, CancellationToken stop = default)
    {
        var found = await Microsoft.EntityFrameworkCore.EntityFrameworkQueryableExtensions.ToListAsync(
            db.Disputes.Where(d => ids.Contains(d.Id)).Select(d => new { d.Id, d.Minor, d.CurrencyCode }), stop);
        return found.ToDictionary(d => d.Id, d => new Subject(Kind, d.Id, texts["Dispute of {0}", Money.Of(d.Minor, d.CurrencyCode)], $"/admin/disputes/{d.Id}", null));
    }
}
