using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Wallet.Pages;

/// <summary>One payout, and how it stands.</summary>
[Authorize]
internal sealed class PayoutPage(Caller caller, NpgsqlDataSource source, WalletDb db, Ledger ledger, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    [FromRoute]
    public Guid Id { get; set; }

    public PayoutView Payout { get; private set; } = null!;

    public override async Task Load() => Payout = await ListPayouts.One(Id, caller, source, HttpContext.RequestAborted);

    public async Task<IActionResult> OnPostCancelAsync()
    {
        await CancelPayout.Handle(Id, caller, db, ledger, clock);
        this.Toast(texts["Cancelled. The money is in your wallet."]);
        return LocalRedirect($"/wallet/payouts/{Id}");
    }
}
