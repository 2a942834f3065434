using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Marketplace.Users.Pages;

/// <summary>What one person may do as staff: an owner gives and takes it here.</summary>
[Authorize("right:owner"), StepUp]
internal sealed class StaffPage(UsersDb db, UnitOfWork work, LiveSessions sessions, IAudit audit, Caller caller, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    [FromRoute]
    public Guid Id { get; set; }

    public AccountView Account { get; private set; } = null!;

    public static string About(string right) => right switch
    {
        Rights.Finance => "Sees amounts of others: ledger, payments, payouts.",
        Rights.People => "Sees everybody, suspends, bans and reinstates.",
        Rights.Moderation => "Judges products and reports.",
        Rights.Support => "Sees orders and gives money back.",
        Rights.System => "Sees mail, events and the audit log.",
        _ => "Has every right and gives them to others.",
    };

    public override async Task Load() => Account = await AccountView.Read(Id, db, HttpContext.RequestAborted);

    public async Task<IActionResult> OnPostAsync([FromForm] string right, [FromForm] bool grant)
    {
        if (grant) await ChangeRights.Grant(Id, right, caller, work, sessions, audit, clock);
        else await ChangeRights.Withdraw(Id, right, caller, work, sessions, audit, clock);
        this.Toast(texts["Saved"]);
        return LocalRedirect($"/admin/people/{Id}/rights");
    }
}
