using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Wallet.Pages;

/// <summary>One adjustment, and the second person's decision.</summary>
[Authorize("right:finance"), StepUp]
internal sealed class AdjustmentPage(
    Caller caller, WalletDb db, UnitOfWork work, Ledger ledger, IAudit audit, NpgsqlDataSource source, TimeProvider clock, LedgerNames names, IStringLocalizer<Texts> texts) : FormPage
{
    [FromRoute]
    public Guid Id { get; set; }

    [BindProperty]
    public Form Input { get; set; } = new();

    public AdjustmentView Adjustment { get; private set; } = null!;

    public PersonWallet Wallet { get; private set; } = null!;

    public bool MayDecide => caller.Account != Adjustment.ProposedBy && caller.Account != Adjustment.Account;

    public LedgerNames Names => names;

    public override async Task Load()
    {
        Adjustment = AdjustmentView.Of(await db.Adjustments.AsNoTracking().SingleOrDefaultAsync(a => a.Id == Id) ?? throw Refused.NotFound());
        Wallet = new PersonWallet(Adjustment.Account, (await ShowWallet.Handle(Caller.For(Adjustment.Account), source, HttpContext.RequestAborted)).Data);
        await names.Learn([Adjustment.Account, Adjustment.ProposedBy, Adjustment.DecidedBy], [], HttpContext.RequestAborted);
    }

    public Task<IActionResult> OnPostApproveAsync() => Decide(new AdjustWallet.Decision(true), texts["Posted. The person is told."]);

    public Task<IActionResult> OnPostRejectAsync() => Decide(new AdjustWallet.Decision(false, Input.Reason), texts["Rejected. Nothing was moved."]);

    private async Task<IActionResult> Decide(AdjustWallet.Decision request, string said)
    {
        new AdjustWallet.DecisionValidator().MustAccept(request);
        await AdjustWallet.Decide(Id, request, caller, db, work, ledger, audit, clock);
        this.Toast(said);
        return LocalRedirect($"/admin/adjustments/{Id}");
    }

    public sealed class Form
    {
        public string? Reason { get; set; }
    }
}
