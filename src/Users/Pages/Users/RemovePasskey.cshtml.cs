using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Marketplace.Users.Pages;

/// <summary>Removes a passkey.</summary>
[Authorize, StepUp]
internal sealed class RemovePasskeyPage(Caller caller, IAudit audit, UnitOfWork work, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    [FromRoute]
    public Guid Id { get; set; }

    public async Task<IActionResult> OnPostAsync()
    {
        await RemovePasskey.Handle(Id, caller, audit, work, clock);
        this.Toast(texts["The passkey is removed."]);
        return LocalRedirect("/account/passkeys");
    }
}
