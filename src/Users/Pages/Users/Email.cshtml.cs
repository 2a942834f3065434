using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Users.Pages;

/// <summary>Asks for another address.</summary>
[Authorize, StepUp, WritesInSteps]
internal sealed class EmailPage(Caller caller, UsersDb db, ILookupNormalizer normalizer, MailedLinks links, Throttle throttle, Writes writes, UnitOfWork work, TimeProvider clock) : FormPage
{
    [BindProperty]
    public ChangeEmail.Request Input { get; set; } = new("");

    [FromQuery(Name = "sent")]
    public bool Sent { get; set; }

    public string Email { get; private set; } = "";

    public override async Task Load() => Email = (await AccountView.Read(caller.Account, db)).Email;

    public async Task<IActionResult> OnPostAsync()
    {
        await ChangeEmail.Handle(Input, caller, normalizer, links, throttle, writes, work, clock);
        return LocalRedirect("/account/email?sent=true");
    }
}
