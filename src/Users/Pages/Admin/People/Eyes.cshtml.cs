using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Users.Pages;

/// <summary>Why somebody of the team looks through this person's eyes. Their own session waits in a cookie of its own meanwhile.</summary>
[Authorize("right:people"), StepUp]
internal sealed class EyesPage(UsersDb db, UnitOfWork work, SessionCookie cookie, IAudit audit, Caller caller, TimeProvider clock) : FormPage
{
    [FromRoute]
    public Guid Id { get; set; }

    [BindProperty]
    public Impersonate.Request Input { get; set; } = new("");

    public AccountView Account { get; private set; } = null!;

    public override async Task Load() => Account = await AccountView.Read(Id, db, HttpContext.RequestAborted);

    public async Task<IActionResult> OnPostAsync()
    {
        var eyes = await Impersonate.Handle(Id, Input, Visit.Of(HttpContext), caller, db, work, audit, clock);
        cookie.PutAside(HttpContext, eyes.Token, eyes.ExpiresAt - clock.GetUtcNow());
        return LocalRedirect("/");
    }
}
