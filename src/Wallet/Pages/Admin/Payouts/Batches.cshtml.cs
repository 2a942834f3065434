using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Marketplace.Wallet.Pages;

/// <summary>Files for the market's bank.</summary>
[Authorize("right:finance"), StepUp, WritesInSteps]
internal sealed class PayoutBatchesPage(
    Caller caller, WalletDb db, UnitOfWork work, Writes writes, Ledger ledger, PayoutTerms terms, Secrets secrets, IAudit audit, TimeProvider clock, LedgerNames names, IStringLocalizer<Texts> texts) : FormPage
{
    public IReadOnlyList<WaitingForBatch> Waiting { get; private set; } = [];

    public IReadOnlyList<BatchView> Made { get; private set; } = [];

    public LedgerNames Names => names;

    public override async Task Load()
    {
        var stop = HttpContext.RequestAborted;
        (Waiting, Made) = await work.Read(async () => (await PayoutBatches.Waiting(db, secrets, stop), await PayoutBatches.Made(work, stop)));
        await names.Learn(Made.Select(b => (Guid?)b.MadeBy), [], stop);
    }

    public async Task<IActionResult> OnPostMakeAsync(string? format, string? currency, string? idempotency_key)
    {
        var request = new PayoutBatches.Request(format ?? "", currency ?? "");
        new PayoutBatches.Validator().MustAccept(request);
        await writes.Once(IdempotencyKey.Of(caller, idempotency_key, "POST /admin/payouts/batches", request), () => PayoutBatches.Make(request, caller, db, work, ledger, secrets, terms, audit, clock));
        this.Toast(texts["The file is made. Download it and give it to the bank."]);
        return LocalRedirect("/admin/payouts/batches");
    }

    public async Task<IActionResult> OnPostDownloadAsync(Guid id)
    {
        var (name, type, content) = await writes.Run(() => PayoutBatches.Download(id, caller, work, secrets, audit, clock));
        Response.Headers.CacheControl = "private, no-store";
        return File(content, type, name);
    }
}
