using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Ui;
using Marketplace.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Catalog.Pages.Admin;

/// <summary>Writes a page: the newest version is seen here as it will be read; publishing it is an act of its own.</summary>
[Authorize("right:moderation")]
internal sealed class EditPagePage(
    NpgsqlDataSource source, CatalogDb db, UnitOfWork work, FooterPages footer, IUsers users, IAudit audit, Caller caller, TimeProvider clock, IStringLocalizer<Texts> texts, IValidator<WritePage.Request> rules) : FormPage
{
    [FromRoute]
    public string Id { get; set; } = "";

    /// <summary>Null: a new one.</summary>
    public ReadPages.Draft? Draft { get; private set; }

    public IReadOnlyDictionary<Guid, Person> Writers { get; private set; } = new Dictionary<Guid, Person>();

    [BindProperty]
    public Form Input { get; set; } = new();

    public override async Task Load()
    {
        if (Id == "new") return;
        Draft = await ReadPages.ForEditor(PageId(), source, HttpContext.RequestAborted);
        Writers = await users.People(Draft.Versions.Select(v => v.By).Distinct().ToList(), HttpContext.RequestAborted);
        if (Request.Method == "GET") Input = Form.Of(Draft);
    }

    public async Task<IActionResult> OnPostAsync()
    {
        var fr = string.IsNullOrWhiteSpace(Input.FrTitle) && string.IsNullOrWhiteSpace(Input.FrBody) ? null : new PageText(Input.FrTitle ?? "", Input.FrSummary ?? "", Input.FrBody ?? "");
        var request = new WritePage.Request((Input.Slug ?? "").Trim().ToLowerInvariant(), new PageText(Input.EnTitle ?? "", Input.EnSummary ?? "", Input.EnBody ?? ""), fr, Input.InFooter, Input.Position);
        try
        {
            rules.MustAccept(request);
        }
        catch (Refused refused) when (refused.Errors.Count > 0)
        {
            // The API's /en/title is the form's EnTitle.
            throw new Refused(refused.Code, refused.Status, refused.Message) { Errors = refused.Errors.Select(e => e with { Pointer = e.Pointer.Replace("/en/", "/en_", StringComparison.Ordinal).Replace("/fr/", "/fr_", StringComparison.Ordinal) }).ToList() };
        }

        var page = Id == "new" ? await WritePage.Make(request, caller, db, work, audit, clock) : await WritePage.Change(PageId(), Input.Version ?? 0, request, caller, db, work, footer, audit, clock);
        this.Toast(texts["Saved. Nobody else sees it before you publish it."]);
        return RedirectToPage(new { id = page.Id.ToString() });
    }

    public async Task<IActionResult> OnPostPublishAsync()
    {
        await WritePage.Publish(PageId(), caller, db, work, footer, audit, clock);
        this.Toast(texts["Published: everybody can read it."]);
        return RedirectToPage(new { id = Id });
    }

    public async Task<IActionResult> OnPostWithdrawAsync()
    {
        await WritePage.Withdraw(PageId(), caller, db, work, footer, audit);
        this.Toast(texts["Withdrawn: nobody else can read it."]);
        return RedirectToPage(new { id = Id });
    }

    private Guid PageId() => Guid.TryParse(Id, out var id) ? id : throw Refused.NotFound();

    internal sealed class Form
    {
        public string? Slug { get; set; }

        public bool InFooter { get; set; } = true;

        public int Position { get; set; }

        public int? Version { get; set; }

        public string? EnTitle { get; set; }

        public string? EnSummary { get; set; }

        public string? EnBody { get; set; }

        public string? FrTitle { get; set; }

        public string? FrSummary { get; set; }

        public string? FrBody { get; set; }

        public static Form Of(ReadPages.Draft draft) => new()
        {
            Slug = draft.Page.Slug, InFooter = draft.Page.InFooter, Position = draft.Page.Position, Version = draft.Page.Version,
            EnTitle = draft.En.Title, EnSummary = draft.En.Summary, EnBody = draft.En.Body, FrTitle = draft.Fr?.Title, FrSummary = draft.Fr?.Summary, FrBody = draft.Fr?.Body,
        };
    }
}
