using Marketplace.Kernel;
using Marketplace.Ui;
using Marketplace.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Marketplace.Wallet.Pages;

/// <summary>The places to which one's money may go.</summary>
[Authorize]
internal sealed class DestinationsPage(Caller caller, WalletDb db, UnitOfWork work, IUsers users, IAudit audit, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    public IReadOnlyList<DestinationView> Own { get; private set; } = [];

    public override async Task Load() => Own = await Destinations.Own(caller, work, db, HttpContext.RequestAborted);

    public async Task<IActionResult> OnPostRemoveAsync(Guid id)
    {
        await RemoveDestination.Handle(id, caller, db, work, users, audit, clock);
        this.Toast(texts["Removed. No payout goes there any more."]);
        return LocalRedirect("/wallet/payouts/destinations");
    }
}
