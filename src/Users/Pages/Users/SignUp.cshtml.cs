using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Marketplace.Users.Pages;

/// <summary>Makes an account and signs it in.</summary>
[AllowAnonymous]
[WritesInSteps]
internal sealed class SignUpPage(
    UserManager<Account> users, Passwords passwords, Throttle throttle, UsersDb db, IUsers people, Writes writes, UnitOfWork work, SessionCookie cookie, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    [BindProperty]
    public SignUp.Request Input { get; set; } = new("", "", "");

    [BindProperty(SupportsGet = true, Name = "return_url")]
    public string? ReturnUrl { get; set; }

    public string SignInUrl => "/sign-in" + (Url.IsLocalUrl(ReturnUrl) ? QueryString.Create("return_url", ReturnUrl!) : QueryString.Empty);

    public async Task<IActionResult> OnPostAsync()
    {
        var visit = Visit.Of(HttpContext);
        var account = (await SignUp.Handle(Input, visit, null, users, passwords, throttle, db, people, writes, work, clock)).Value;
        var entry = await writes.Run(() => OpenSession.Handle(account.Id, visit, db, clock));
        cookie.Write(HttpContext, entry.Token, entry.ExpiresAt - clock.GetUtcNow());
        this.Toast(texts["Welcome, {0}. You are @{1} here.", account.DisplayName, account.Username]);
        return LocalRedirect(Url.IsLocalUrl(ReturnUrl) ? ReturnUrl! : "/");
    }
}
