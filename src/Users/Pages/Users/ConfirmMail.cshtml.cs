using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Marketplace.Users.Pages;

/// <summary>Asks for a link to prove oneself by, for who has nothing else.</summary>
[Authorize, WritesInSteps]
internal sealed class ConfirmMailPage(Caller caller, NpgsqlDataSource source, MailedLinks links, Throttle throttle, Writes writes) : FormPage
{
    [BindProperty(Name = "return_url")]
    public string? ReturnUrl { get; set; }

    public async Task<IActionResult> OnPostAsync()
    {
        await ProveYourself.Mail(ReturnUrl, caller, source, links, throttle, writes);
        return LocalRedirect("/account/confirm/mail");
    }
}
