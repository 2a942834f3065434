using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Users.Pages;

/// <summary>A key's name and what it may do.</summary>
[Authorize]
internal sealed class EditKeyPage(
    Caller caller, NpgsqlDataSource source, Cursors cursors, UsersDb db, UnitOfWork work, LiveKeys live, IAudit audit, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    [FromRoute(Name = "id")]
    public Guid Id { get; set; }

    public KeyView Key { get; private set; } = null!;

    [BindProperty]
    public ChangeKey.Request Input { get; set; } = new();

    public override async Task Load()
    {
        Key = (await ListKeys.Handle(null, Cursors.MaxLimit, caller, source, cursors, clock, HttpContext.RequestAborted)).Data.FirstOrDefault(k => k.Id == Id) ?? throw Refused.NotFound();
        if (HttpMethods.IsGet(Request.Method)) Input = new ChangeKey.Request(Key.Name, Key.Scopes);
    }

    public async Task<IActionResult> OnPostAsync()
    {
        // No box ticked is no field sent, which by the API would mean "as it was".
        if (Input.Scopes is null) throw Refused.Invalid(new FieldError("/scopes", "required", "Choose what the key may do."));
        await ChangeKey.Handle(Id, Input, caller, db, work, live, audit, clock);
        this.Toast(texts["The key is changed."]);
        return LocalRedirect("/account/keys");
    }
}
