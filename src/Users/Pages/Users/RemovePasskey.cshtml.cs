using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Users.Pages;

/// <summary>Removes a passkey.</summary>
[Authorize, StepUp]
internal sealed class RemovePasskeyPage(Caller caller, NpgsqlDataSource source, IAudit audit, UnitOfWork work, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    [FromRoute]
    public Guid Id { get; set; }

    public OwnPasskey Passkey { get; private set; } = null!;

    public override async Task Load() => Passkey = (await ListPasskeys.Handle(caller, source)).SingleOrDefault(p => p.Id == Id) ?? throw Refused.NotFound();

    public async Task<IActionResult> OnPostAsync()
    {
        await RemovePasskey.Handle(Id, caller, audit, work, clock);
        this.Toast(texts["The passkey is removed."]);
        return LocalRedirect("/account/passkeys");
    }
}
