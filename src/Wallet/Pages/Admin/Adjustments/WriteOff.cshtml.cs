using Marketplace.Kernel;
using Marketplace.Ui;
using Marketplace.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Marketplace.Wallet.Pages;

/// <summary>The owner gives up on an old debt.</summary>
[Authorize("right:owner"), StepUp]
internal sealed class WriteOffPage(Caller caller, UnitOfWork work, Ledger ledger, IUsers users, IAudit audit, TimeProvider clock, IStringLocalizer<Texts> texts) : PersonForm<PersonInput>(users)
{
    public async Task<IActionResult> OnPostAsync()
    {
        var account = await Person();
        var request = new WriteOffDebt.Request(account, Input.Currency ?? "", Input.Reason ?? "");
        new WriteOffDebt.Validator().MustAccept(request);
        var done = await WriteOffDebt.Handle(request, caller, work, ledger, People, audit, clock);
        this.Toast(texts["{0} are written off. The person is told.", done.Amount]);
        return LocalRedirect("/admin/adjustments");
    }
}
