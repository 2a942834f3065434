using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Wallet.Pages;

/// <summary>One event as it came, and what became of it.</summary>
[Authorize("right:finance")]
internal sealed class PaymentEventPage(NpgsqlDataSource source, Caller caller, UnitOfWork work, IAudit audit, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    [FromRoute]
    public Guid Id { get; set; }

    public BrowseEvents.Detail Detail { get; private set; } = null!;

    /// <summary>The page of what it is about.</summary>
    public string? AboutUrl { get; private set; }

    public override async Task Load()
    {
        Detail = await BrowseEvents.One(Id, source, HttpContext.RequestAborted);
        AboutUrl = Detail.Event switch
        {
            { About: "payment", Subject: { } payment } when Guid.TryParse(payment, out var id) && await Exists("SELECT EXISTS (SELECT FROM wallet.payments WHERE id = $1)", id) => $"/admin/payments/{id}",
            { About: "refund", Subject: { } refund } when Guid.TryParse(refund, out var id) => await source.Command("SELECT payment_id FROM wallet.payment_refunds WHERE id = $1", id).Scalar<Guid?>() is { } of ? $"/admin/payments/{of}#refunds" : null,
            { About: "dispute", Subject: { } reference, Provider: var provider } => await source.Command("SELECT id FROM wallet.payment_disputes WHERE provider = $1 AND reference = $2", provider, reference).Scalar<Guid?>() is { } of ? $"/admin/disputes/{of}" : null,
            _ => null,
        };
    }

    public async Task<IActionResult> OnPostReplayAsync()
    {
        await ReplayEvent.Handle(Id, caller, work, audit, clock);
        this.Toast(texts["It is handled again in a moment."]);
        return LocalRedirect($"/admin/payment-events/{Id}");
    }

    private Task<bool> Exists(string sql, Guid id) => source.Command(sql, id).Scalar<bool>();
}
