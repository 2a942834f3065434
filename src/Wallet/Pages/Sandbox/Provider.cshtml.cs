using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Wallet.Pages;

/// <summary>Plays what happens at a provider by itself: disputes, decisions, events that come twice or late. Only in a market with the sandbox.</summary>
[Authorize("right:finance"), WritesInSteps]
internal sealed class SandboxProviderPage(IEnumerable<SandboxVoices> sandboxes, NpgsqlDataSource source, TimeProvider clock, IStringLocalizer<Texts> texts) : PageModel
{
    public sealed record DisputeRow(string Reference, DisputeState State, Money Amount);

    public sealed record PaymentRow(Guid Id, Money Amount, DateTimeOffset At);

    public sealed record EventRow(string Id, string Type, DateTimeOffset At, DateTimeOffset? SendAt);

    public IReadOnlyList<DisputeRow> Disputes { get; private set; } = [];

    public IReadOnlyList<PaymentRow> Payments { get; private set; } = [];

    public IReadOnlyList<EventRow> Events { get; private set; } = [];

    private SandboxVoices Sandbox => sandboxes.FirstOrDefault() ?? throw Refused.NotFound();

    public async Task OnGetAsync(CancellationToken stop)
    {
        _ = Sandbox;
        Disputes = await source.Command("SELECT reference, state, amount, currency FROM wallet.sandbox_disputes ORDER BY opened_at DESC LIMIT 20")
            .List(r => new DisputeRow(r.GetString(0), ReadDisputes.StateOf(r.GetString(1))!.Value, Money.Of(r.GetInt64(2), r.GetString(3))), stop);
        Payments = await source.Command("SELECT payment_id, amount, currency, created_at FROM wallet.sandbox_charges WHERE state = 'captured' ORDER BY created_at DESC LIMIT 20")
            .List(r => new PaymentRow(r.GetGuid(0), Money.Of(r.GetInt64(1), r.GetString(2)), r.GetFieldValue<DateTimeOffset>(3)), stop);
        Events = await source.Command("SELECT id, body::jsonb ->> 'type', created_at, send_at FROM wallet.sandbox_events ORDER BY created_at DESC LIMIT 20")
            .List(r => new EventRow(r.GetString(0), r.GetString(1), r.GetFieldValue<DateTimeOffset>(2), r.IsDBNull(3) ? null : r.GetFieldValue<DateTimeOffset>(3)), stop);
    }

    public async Task<IActionResult> OnPostOpenAsync(Guid payment, bool later, CancellationToken stop)
    {
        if (await Sandbox.OpenDispute(payment, tellAt: later ? clock.GetUtcNow().AddHours(1) : null, stop: stop) is null) throw Refused.NotFound();
        return Done();
    }

    public async Task<IActionResult> OnPostDecideAsync(string? reference, bool won, CancellationToken stop)
    {
        await Sandbox.DecideDispute(reference ?? "", won, stop: stop);
        return Done();
    }

    public async Task<IActionResult> OnPostAgainAsync(string? id, CancellationToken stop)
    {
        await Sandbox.TellAgain(id ?? "", stop: stop);
        return Done();
    }

    private LocalRedirectResult Done()
    {
        this.Toast(texts["Done. The market hears of it in a moment."]);
        return LocalRedirect("/sandbox/provider");
    }
}
