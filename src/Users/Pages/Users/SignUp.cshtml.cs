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
    UserManager<Account> users, Passwords passwords, Throttle throttle, UsersDb db, IUsers people, Writes writes, UnitOfWork work, Entrance entrance, FrontDoor door, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
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
        var entered = await writes.Run(() => entrance.Enter(account.Id, Way.Password, visit, Platform.Market));
        var next = await door.Let(entered, ReturnUrl, HttpContext);
        this.Toast(texts["Welcome, {0}. You are @{1} here.", account.DisplayName, account.Username]);
        return LocalRedirect(next);
    }
}
