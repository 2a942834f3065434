using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Ui;
using Marketplace.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Catalog.Pages.Sell;

/// <summary>Who works in the shop: its owner invites, gives roles and parts; everybody may leave.</summary>
[Authorize]
internal sealed class TeamPage(
    NpgsqlDataSource source, CatalogDb db, UnitOfWork work, IUsers users, Secrets secrets, Caller caller, TimeProvider clock, IStringLocalizer<Texts> texts,
    IValidator<InviteMember.Request> inviting, IValidator<ChangeTeam.RoleRequest> roles) : FormPage
{
    public Workplace? Place { get; private set; }

    public ChangeTeam.Team? Team { get; private set; }

    public Guid Me => caller.Account;

    public DateTimeOffset Now => clock.GetUtcNow();

    public IReadOnlyList<SelectListItem> RoleItems => Roles.Given.Select(r => new SelectListItem(texts[Roles.Name(r)], r.ToText())).ToList();

    [BindProperty]
    public Form Input { get; set; } = new();

    public override async Task Load()
    {
        Place = await ChosenShop.Any(HttpContext, caller, source);
        if (Place is not null) Team = await ChangeTeam.Read(Place.Slug, caller, users, source, clock, HttpContext.RequestAborted);
    }

    public async Task<IActionResult> OnPostInviteAsync()
    {
        var request = new InviteMember.Request(Input.Email ?? "", Input.Role ?? "");
        inviting.MustAccept(request);
        await InviteMember.Handle(await Slug(), request, caller, db, work, users, secrets, clock);
        this.Toast(texts["Invited. The mail is on its way."]);
        return RedirectToPage();
    }

    public async Task<IActionResult> OnPostAgainAsync([FromForm] Guid invitation)
    {
        await InviteMember.Again(await Slug(), invitation, caller, db, work, secrets, clock);
        this.Toast(texts["Sent again. The link before it works no more."]);
        return RedirectToPage();
    }

    public async Task<IActionResult> OnPostRevokeAsync([FromForm] Guid invitation)
    {
        await InviteMember.Revoke(await Slug(), invitation, caller, db, clock);
        return RedirectToPage();
    }

    public async Task<IActionResult> OnPostRoleAsync([FromForm] Guid member, [FromForm] string role)
    {
        var request = new ChangeTeam.RoleRequest(role);
        roles.MustAccept(request);
        await ChangeTeam.Become(await Slug(), member, request, caller, db, users);
        this.Toast(texts["Saved."]);
        return RedirectToPage();
    }

    public async Task<IActionResult> OnPostPartAsync([FromForm] Guid member)
    {
        await ChangeTeam.Part(await Slug(), member, caller, db, work, users);
        return member == caller.Account ? LocalRedirect("/sell") : RedirectToPage();
    }

    private async Task<string> Slug() => (await ChosenShop.Any(HttpContext, caller, source) ?? throw Refused.NotFound()).Slug;

    internal sealed class Form
    {
        public string? Email { get; set; }

        public string? Role { get; set; } = "editor";
    }
}
