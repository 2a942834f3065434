using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Users.Pages;

/// <summary>Another name for a passkey, and the way to be rid of it.</summary>
[Authorize, StepUp]
internal sealed class PasskeyPage(Caller caller, NpgsqlDataSource source, UnitOfWork work, IStringLocalizer<Texts> texts) : FormPage
{
    [FromRoute]
    public Guid Id { get; set; }

    [BindProperty]
    public RenamePasskey.Request Input { get; set; } = new("");

    public OwnPasskey Passkey { get; private set; } = null!;

    public override async Task Load()
    {
        Passkey = (await ListPasskeys.Handle(caller, source)).SingleOrDefault(p => p.Id == Id) ?? throw Refused.NotFound();
        if (Input.Name is not { Length: > 0 }) Input = new RenamePasskey.Request(Passkey.Name);
    }

    public async Task<IActionResult> OnPostAsync()
    {
        await RenamePasskey.Handle(Id, Input, caller, work);
        this.Toast(texts["Saved"]);
        return LocalRedirect("/account/passkeys");
    }
}
