using System.Globalization;
using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Catalog;

internal static class CmsRoutes
{
    public static void AddCms(this IServiceCollection services)
    {
        services.AddSingleton<FooterPages>();
        services.AddSingleton<IValidator<WritePage.Request>, WritePage.Validator>();
        services.AddScoped<IPersonalData, PageData>();
        services.AddScoped<ISubject, PageSubject>();
        services.AddSlot("footer-links", 10, "/Pages/Catalog/_FooterPages.cshtml", FooterPages.Load);
        services.AddMenu<Texts>("admin", 32, "Pages", "/admin/pages", "file-text", right: Rights.Moderation);
    }

    /// <param name="api">The group <c>/api/v1</c>.</param>
    public static void MapCms(this IEndpointRouteBuilder api)
    {
        api.MapGet("/pages/{slug}", async (string slug, HttpContext http, NpgsqlDataSource source, CancellationToken stop) =>
                await ReadPages.Find(slug, CultureInfo.CurrentUICulture.TwoLetterISOLanguageName, source, stop) is { } page ? Results.Ok(page)
                : await OldAddresses.Now(Addressed.Page, slug, source, stop) is { } now ? Results.LocalRedirect($"/api/v1/pages/{now}{http.Request.QueryString}", permanent: true)
                : throw Refused.NotFound())
            .ForAnyone().Produces<ReadPages.Published>().Scope(Scopes.ProductsRead).WithName("ReadPage").WithTags("Pages").WithSummary("A page of the market's team, in the language of Accept-Language: its body is Markdown.");
        api.MapGet("/moderation/pages", async (NpgsqlDataSource source, CancellationToken stop) => new { Data = await ReadPages.List(source, stop) })
            .ForRight(Rights.Moderation).NotForKeys().WithName("ListPages").WithTags("Pages").WithSummary("All pages, drafts too.");
        api.MapPost("/pages", WritePage.Make).Writes<WritePage.Request, CmsPageView>(201, location: p => $"/api/v1/pages/{p.Slug}")
            .ForRight(Rights.Moderation).NotForKeys().WithName("MakePage").WithTags("Pages").WithSummary("Writes a page that nobody else sees yet.");
        api.MapPut("/pages/{id:guid}", (Guid id, WritePage.Request request, HttpContext http, Caller caller, CatalogDb db, UnitOfWork work, FooterPages footer, IAudit audit, TimeProvider clock) =>
                WritePage.Change(id, Versions.Expected(http), request, caller, db, work, footer, audit, clock)).Writes<WritePage.Request, CmsPageView>()
            .ForRight(Rights.Moderation).NotForKeys().WithName("ChangePage").WithTags("Pages").WithSummary("Writes a new version; the public one stays until it is published. Needs If-Match.");
        api.MapPost("/pages/{id:guid}/publication", WritePage.Publish).Writes<NoBody, CmsPageView>()
            .ForRight(Rights.Moderation).NotForKeys().WithName("PublishPage").WithTags("Pages").WithSummary("The newest version is what all read from now on.");
        api.MapDelete("/pages/{id:guid}/publication", WritePage.Withdraw).Writes<NoBody, CmsPageView>()
            .ForRight(Rights.Moderation).NotForKeys().WithName("WithdrawPage").WithTags("Pages").WithSummary("Nobody reads it any more; its versions stay.");
    }
}

/// <summary>Titles of pages, for the audit log.</summary>
internal sealed class PageSubject(NpgsqlDataSource source) : ISubject
{
    public string Kind => "page";

    public async Task<IReadOnlyDictionary<Guid, Subject>> Find(IReadOnlyCollection<Guid> ids, CancellationToken stop = default) =>
        (await source.Command("SELECT p.id, v.title FROM catalog.pages p JOIN catalog.page_versions v ON v.page_id = p.id AND v.version = p.version AND v.language = 'en' WHERE p.id = ANY ($1)", ids.ToArray())
            .List(r => new Subject(Kind, r.GetGuid(0), r.GetString(1), $"/admin/pages/{r.GetGuid(0)}", null), stop)).ToDictionary(s => s.Id);
}

/// <summary>Who wrote a version of the market's pages: the words are the market's, that somebody wrote them stays with them.</summary>
internal sealed class PageData(NpgsqlDataSource source) : IPersonalData
{
    public string Section => "market_pages";

    public string About => "Pages of the market that you wrote as its staff.";

    public async Task<object?> Export(Guid account, CancellationToken stop = default) =>
        await source.Command("SELECT title, version, language, made_at FROM catalog.page_versions WHERE made_by = $1 ORDER BY made_at", account)
            .List(r => new { title = r.GetString(0), version = r.GetInt32(1), language = r.GetString(2), made_at = r.GetFieldValue<DateTimeOffset>(3) }, stop) is { Count: > 0 } all ? all : null;

    // As the audit log, which says the same: an id that names nobody any more.
    public Task Erase(Guid account) => Task.CompletedTask;
}
