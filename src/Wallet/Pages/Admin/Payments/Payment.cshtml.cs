using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Wallet.Pages;

/// <summary>One payment as finance sees it; one that is in review is decided here.</summary>
[Authorize("right:finance"), WritesInSteps, StepUp]
internal sealed class AdminPaymentPage(WalletDb db, NpgsqlDataSource source, LedgerNames names, DecidePayment decide, IStringLocalizer<Texts> texts) : FormPage
{
    [FromRoute]
    public Guid Id { get; set; }

    [BindProperty]
    public Form Input { get; set; } = new();

    public Charge Charge { get; private set; } = null!;

    /// <summary>What sales of its order charged for processing.</summary>
    public Money Recovered { get; private set; }

    /// <summary>What it really cost, once the provider has said so.</summary>
    public Money? Fee => Charge.Fee is { } fee ? Money.Of(fee, Charge.CurrencyCode) : null;

    public IReadOnlyList<PaymentRefund> Refunds { get; private set; } = [];

    public LedgerNames Names => names;

    public override async Task Load()
    {
        var (id, stop) = (Id, HttpContext.RequestAborted);
        Charge = await db.Charges.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, stop) ?? throw Refused.NotFound();
        Refunds = await db.PaymentRefunds.AsNoTracking().Where(r => r.PaymentId == id).OrderBy(r => r.CreatedAt).ThenBy(r => r.Id).ToListAsync(stop);
        Recovered = Money.Of(await source.Command(
            """
            SELECT coalesce(sum(p.amount), 0)::bigint FROM wallet.ledger_transactions t
            JOIN wallet.postings p ON p.transaction_id = t.id AND p.recorded_at = t.recorded_at
            JOIN wallet.accounts a ON a.id = p.account_id AND a.kind = 'revenue_fee_recovered' AND a.currency = $2
            WHERE t.ref_id = $1 AND t.kind = 'sale'
            """, Charge.SubjectId, Charge.CurrencyCode).Scalar<long>(stop), Charge.CurrencyCode);
        await names.Learn([Charge.PayerId, Charge.DecidedBy], [Charge.SubjectId.ToString()], stop);
    }

    public Task<IActionResult> OnPostTakeAsync(CancellationToken stop) => Decide(true, stop);

    public Task<IActionResult> OnPostGiveUpAsync(CancellationToken stop) => Decide(false, stop);

    private async Task<IActionResult> Decide(bool take, CancellationToken stop)
    {
        await Load();
        var request = new DecidePayment.Request(take, Input.Reason);
        new DecidePayment.Validator().MustAccept(request);
        var payment = await decide.Handle(Id, request, stop);
        this.Toast(payment.State switch
        {
            PaymentState.Captured => texts["The money is taken."],
            PaymentState.Failed => texts["The payment is given up. Nothing was taken."],
            _ => texts["The provider has not answered. It is asked again."],
        });
        return LocalRedirect($"/admin/payments/{Id}");
    }

    public sealed class Form
    {
        public string? Reason { get; set; }
    }
}
