using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Wallet.Pages;

/// <summary>One dispute for finance: who gave what, what speaks for the seller, the answer, and whose fault it was.</summary>
[Authorize("right:finance"), WritesInSteps]
internal sealed class AdminDisputePage(
    WalletDb db, UnitOfWork work, Writes writes, NpgsqlDataSource source, Ledger ledger, AnswerDispute answer, LedgerNames names, Caller caller, IAudit audit, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    [FromRoute]
    public Guid Id { get; set; }

    [BindProperty]
    public Form Input { get; set; } = new();

    public Dispute Dispute { get; private set; } = null!;

    public IReadOnlyList<DisputeParts.Part> Parts { get; private set; } = [];

    public IReadOnlyList<DisputeEvidence.Said> Said { get; private set; } = [];

    /// <summary>What would be sent now.</summary>
    public string? Draft { get; private set; }

    public string? Refused => TempData[DisputeRoutes.RefusedKey] as string;

    public bool CanBlame => Dispute is { State: DisputeState.Lost, Purpose: Charge.ForOrder, Fee: > 0, FaultAt: null } && Parts.Count > 0;

    public LedgerNames Names => names;

    public override async Task Load()
    {
        var stop = HttpContext.RequestAborted;
        Dispute = await db.Disputes.AsNoTracking().SingleOrDefaultAsync(d => d.Id == Id, stop) ?? throw Kernel.Refused.NotFound();
        Parts = await DisputeParts.Of(source, Id, stop);
        Said = await DisputeEvidence.Of(Id, source, stop);
        if (Dispute.TakesEvidence) Draft = await answer.Compose(Dispute, null, stop);
        Guid?[] people = [Dispute.PayerId, Dispute.AnsweredBy, Dispute.FaultSeller, .. Parts.Select(p => (Guid?)p.Owner), .. Said.Select(s => (Guid?)s.Author)];
        await names.Learn(people, [Dispute.SubjectId.ToString(), .. Parts.Select(p => p.Item.ToString())], stop);
    }

    public async Task<IActionResult> OnPostAnswerAsync(CancellationToken stop)
    {
        await Load();
        var request = new AnswerDispute.Request(Input.Statement);
        new AnswerDispute.Validator().MustAccept(request);
        this.Toast(await answer.Handle(Id, request, caller, stop) ? texts["The answer is sent."] : texts["The provider has not answered. It is asked again."]);
        return LocalRedirect($"/admin/disputes/{Id}#answer");
    }

    public async Task<IActionResult> OnPostSayAsync()
    {
        await Load();
        var request = new DisputeEvidence.Request(Input.Text ?? "");
        new DisputeEvidence.Validator().MustAccept(request);
        await writes.Run(() => DisputeEvidence.Say(Id, request, caller, work, clock));
        return LocalRedirect($"/admin/disputes/{Id}#evidence");
    }

    public async Task<IActionResult> OnPostBlameAsync()
    {
        await Load();
        var request = new ChargeDisputeFee.Request(Input.Seller, Input.Reason ?? "");
        new ChargeDisputeFee.Validator().MustAccept(request);
        await writes.Once(IdempotencyKey.Of(caller, Request.Form["idempotency_key"], $"POST /admin/disputes/{Id}/fault", request), async () =>
        {
            await ChargeDisputeFee.Handle(Id, request, caller, db, work, ledger, audit, clock);
            return true;
        });
        this.Toast(texts["The fee is charged."]);
        return LocalRedirect($"/admin/disputes/{Id}");
    }

    public sealed class Form
    {
        public string? Statement { get; set; }

        public string? Text { get; set; }

        public Guid Seller { get; set; }

        public string? Reason { get; set; }
    }
}
