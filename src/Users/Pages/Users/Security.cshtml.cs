using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Users.Pages;

/// <summary>All ways into one's account at a glance; each is changed on a page of its own.</summary>
[Authorize, WritesInSteps]
internal sealed class SecurityPage(
    Caller caller, UsersDb db, NpgsqlDataSource source, Authenticators authenticators, MailedLinks links, Throttle throttle, Writes writes, UnitOfWork work, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    public AccountView Account { get; private set; } = null!;

    public bool IsVerified { get; private set; }

    public Proofs Proofs { get; private set; } = null!;

    public FactorState Factor { get; private set; } = null!;

    public int Passkeys { get; private set; }

    public int Devices { get; private set; }

    public override async Task Load()
    {
        Account = await AccountView.Read(caller.Account, db);
        IsVerified = await db.Accounts.AnyAsync(a => a.Id == caller.Account && a.EmailVerifiedAt != null);
        Proofs = await Proofs.Of(caller.Account, source);
        Factor = await authenticators.State(caller.Account);
        Passkeys = (await ListPasskeys.Handle(caller, source)).Count;
        Devices = (await OwnSessions.Handle(caller, db, work, clock)).Count;
    }

    public async Task<IActionResult> OnPostVerifyAsync()
    {
        await VerifyEmail.Handle(caller, links, throttle, writes, work);
        this.Toast(texts["A link is on its way to you."]);
        return LocalRedirect("/account/security");
    }
}
