using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Ui;
using Marketplace.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Catalog.Pages.Admin;

/// <summary>One review, and what staff decides about it.</summary>
[Authorize("right:moderation")]
internal sealed class StaffReviewPage(
    Caller caller, CatalogDb db, UnitOfWork work, NpgsqlDataSource source, IUsers users, IAudit audit, IValidator<JudgeReview.Request> validator, IStringLocalizer<Texts> texts) : FormPage
{
    [FromRoute]
    public Guid Id { get; set; }

    [BindProperty]
    public Form Input { get; set; } = new();

    public StaffReviews.Line Review { get; private set; } = null!;

    public int Reports { get; private set; }

    public override async Task Load()
    {
        Review = await StaffReviews.One(Id, caller, source, users, HttpContext.RequestAborted);
        Reports = await users.ReportsAbout(Id, HttpContext.RequestAborted);
    }

    public async Task<IActionResult> OnPostAsync()
    {
        var request = new JudgeReview.Request(Input.State, Input.Reason);
        validator.MustAccept(request);
        await JudgeReview.Handle(Id, request, caller, db, work, audit);
        this.Toast(texts["Decided."]);
        return LocalRedirect($"/admin/reviews/{Id}");
    }

    internal sealed class Form
    {
        public ReviewState State { get; set; }

        public string? Reason { get; set; }
    }
}
