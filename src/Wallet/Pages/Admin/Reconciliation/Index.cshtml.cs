using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Wallet.Pages;

/// <summary>Which days were compared with providers' books, what differs, and why.</summary>
[Authorize("right:finance"), WritesInSteps]
internal sealed class ReconciliationPage(NpgsqlDataSource source, Cursors cursors, Reconcile reconcile, UnitOfWork work, Writes writes, LedgerNames names, Caller caller, IAudit audit, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    [BindProperty(SupportsGet = true, Name = "state")]
    public string? Asked { get; set; }

    [BindProperty]
    public Form Input { get; set; } = new();

    public string State => Asked is "explained" or "settled" ? Asked : "open";

    public Page<ReadReconciliation.Day> Days { get; private set; } = new([], false, null);

    public Page<ReadReconciliation.Difference> Differences { get; private set; } = new([], false, null);

    public IReadOnlyList<string> Providers => reconcile.Providers;

    public DateOnly Yesterday => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime).AddDays(-1);

    /// <summary>Whose form was refused.</summary>
    public Guid? Explaining { get; private set; }

    public LedgerNames Names => names;

    public DateTimeOffset At(DateOnly day) => new(day, new TimeOnly(12, 0), TimeSpan.Zero);

    public override async Task Load()
    {
        var stop = HttpContext.RequestAborted;
        Days = await ReadReconciliation.Days(null, 60, source, cursors, stop);
        Differences = await ReadReconciliation.Differences(new ReadReconciliation.Request(State, null, Request.Query["cursor"], 50), source, cursors, stop);
        await names.Learn(Differences.Data.Select(d => d.ExplainedBy), [], stop);
    }

    public async Task<IActionResult> OnPostCompareAsync(string? provider, DateOnly? day, CancellationToken stop)
    {
        var request = new CompareDay.Request(provider, day);
        new CompareDay.Validator().MustAccept(request);
        var compared = await CompareDay.Handle(request, caller, reconcile, stop);
        this.Toast(compared.Found == 0 ? texts["Compared: no new difference."] : texts["Compared: {0} new differences.", compared.Found]);
        return LocalRedirect("/admin/reconciliation");
    }

    public async Task<IActionResult> OnPostExplainAsync(Guid id)
    {
        Explaining = id;
        var request = new ExplainDifference.Request(Input.Note ?? "");
        new ExplainDifference.Validator().MustAccept(request);
        await writes.Run(() => ExplainDifference.Handle(id, request, caller, work, audit, clock));
        this.Toast(texts["The difference is explained."]);
        return LocalRedirect("/admin/reconciliation#differences");
    }

    public sealed class Form
    {
        public string? Note { get; set; }
    }
}
