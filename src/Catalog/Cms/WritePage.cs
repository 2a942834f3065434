using FluentValidation;
using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Catalog;

/// <summary>Staff writes a page: what is saved is a new version that nobody else sees until it is published.</summary>
internal static class WritePage
{
    /// <param name="Fr">Missing: the English words serve all.</param>
    public sealed record Request(string Slug, PageText En, PageText? Fr = null, bool InFooter = false, int Position = 0);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Slug).AddressForm();
            RuleFor(r => r.En).NotNull().SetValidator(new TextValidator());
            RuleFor(r => r.Fr!).SetValidator(new TextValidator()).When(r => r.Fr is not null);
            RuleFor(r => r.Position).InclusiveBetween(0, 1000);
        }
    }

    private sealed class TextValidator : AbstractValidator<PageText>
    {
        public TextValidator()
        {
            RuleFor(t => t.Title).NotEmpty().MaximumLength(CmsPage.TitleLength).Sound();
            RuleFor(t => t.Summary).NotNull().MaximumLength(CmsPage.SummaryLength).Sound();
            RuleFor(t => t.Body).NotNull().MaximumLength(CmsPage.BodyLength).Sound();
        }
    }

    /// <exception cref="Refused">409 <c>address_taken</c>, <c>address_reserved</c>.</exception>
    public static async Task<CmsPageView> Make(Request request, Caller caller, CatalogDb db, UnitOfWork work, IAudit audit, TimeProvider clock)
    {
        var page = CmsPage.Make(Ids.New(clock), request.Slug, clock.GetUtcNow());
        if (!await OldAddresses.Take(Addressed.Page, request.Slug, page.Id, work, clock.GetUtcNow())) throw Taken();
        page.Place(request.Slug, request.InFooter, request.Position);
        db.Add(page);
        await work.Flush(("pages_slug", Taken()));
        await Keep(page, request, caller, work, clock);
        await audit.Write(caller, "catalog.page_made", "page", page.Id, new { version = page.Version });
        return CmsPageView.Of(page);
    }

    /// <param name="expected">The version that the editor saw.</param>
    /// <exception cref="Refused">404; 412 <c>stale</c>; 409 as <see cref="Make"/>.</exception>
    public static async Task<CmsPageView> Change(Guid id, int expected, Request request, Caller caller, CatalogDb db, UnitOfWork work, FooterPages footer, IAudit audit, TimeProvider clock)
    {
        var page = await Locked(id, db);
        Versions.MustBe(expected, page.Version);
        if (page.Slug != request.Slug) await OldAddresses.Move(Addressed.Page, page.Id, page.Slug, request.Slug, work, clock.GetUtcNow());
        page.Place(request.Slug, request.InFooter, request.Position);
        page.Write();
        await work.Flush(("pages_slug", Taken()));
        await Keep(page, request, caller, work, clock);
        await audit.Write(caller, "catalog.page_changed", "page", page.Id, new { version = page.Version });
        footer.Forget(work);
        return CmsPageView.Of(page);
    }

    /// <summary>The newest version is what all read from now on.</summary>
    /// <exception cref="Refused">404.</exception>
    public static async Task<CmsPageView> Publish(Guid id, Caller caller, CatalogDb db, UnitOfWork work, FooterPages footer, IAudit audit, TimeProvider clock)
    {
        var page = await Locked(id, db);
        if (page.LiveVersion == page.Version) return CmsPageView.Of(page);
        page.Publish(clock.GetUtcNow());
        await audit.Write(caller, "catalog.page_published", "page", page.Id, new { version = page.Version });
        footer.Forget(work);
        return CmsPageView.Of(page);
    }

    /// <summary>Nobody reads it any more; its versions stay.</summary>
    /// <exception cref="Refused">404.</exception>
    public static async Task<CmsPageView> Withdraw(Guid id, Caller caller, CatalogDb db, UnitOfWork work, FooterPages footer, IAudit audit)
    {
        var page = await Locked(id, db);
        if (page.LiveVersion is null) return CmsPageView.Of(page);
        page.Withdraw();
        await audit.Write(caller, "catalog.page_withdrawn", "page", page.Id, new { version = page.Version });
        footer.Forget(work);
        return CmsPageView.Of(page);
    }

    private static async Task<CmsPage> Locked(Guid id, CatalogDb db) =>
        await db.Pages.FromSql($"SELECT * FROM catalog.pages WHERE id = {id} FOR UPDATE").FirstOrDefaultAsync() ?? throw Refused.NotFound();

    private static async Task Keep(CmsPage page, Request request, Caller caller, UnitOfWork work, TimeProvider clock)
    {
        foreach (var (language, text) in new[] { ("en", request.En), ("fr", request.Fr) })
        {
            if (text is null) continue;
            await work.Command(
                "INSERT INTO catalog.page_versions (page_id, version, language, title, summary, body, made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                page.Id, page.Version, language, Words.Line(text.Title), Words.Line(text.Summary), Words.Text(text.Body), caller.Account, clock.GetUtcNow()).Execute();
        }
    }

    private static Refused Taken() => new("address_taken", 409, "Somebody has this address. Choose a different one.");
}

/// <summary>Where a page stands.</summary>
internal sealed record CmsPageView(Guid Id, string Slug, int Version, int? LiveVersion, bool InFooter, int Position, DateTimeOffset? PublishedAt)
{
    public static CmsPageView Of(CmsPage p) => new(p.Id, p.Slug, p.Version, p.LiveVersion, p.InFooter, p.Position, p.PublishedAt);
}
