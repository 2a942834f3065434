using Marketplace.Kernel;
using Marketplace.Ui;
using Marketplace.Wallet;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Marketplace.Orders.Pages;

/// <summary>One subscription of the caller: what comes next, another plan, another way to pay, its end.</summary>
[Authorize, WritesInSteps]
internal sealed class SubscriptionPage(
    OrdersDb db, ChangePlan change, ChangeWayToPay payBy, IWallet wallet, Writes writes, UnitOfWork work, TimeProvider clock, Caller caller, IStringLocalizer<Texts> texts) : FormPage
{
    [FromRoute]
    public Guid Id { get; set; }

    public SubscriptionReply Subscription { get; private set; } = null!;

    /// <summary>Other plans, with what a change to each means.</summary>
    public IReadOnlyList<PlanChange> Choices { get; private set; } = [];

    public IReadOnlyList<SavedPaymentMethod> Saved { get; private set; } = [];

    public Money Available { get; private set; }

    public bool IsOpen => Subscription.State is SubscriptionState.PastDue or SubscriptionState.Unpaid;

    public bool Runs => Subscription.State is SubscriptionState.Trialing or SubscriptionState.Active;

    public string ValueOf(SavedPaymentMethod saved) => $"{saved.Method}/{saved.Token}";

    public bool IsPaidBy(SavedPaymentMethod saved) => Subscription.PayBy.Method == saved.Method && Subscription.PayBy.Brand == saved.Brand && Subscription.PayBy.Last4 == saved.Last4;

    public override async Task Load()
    {
        var stop = HttpContext.RequestAborted;
        var account = caller.Account;
        var subscription = await db.Subscriptions.AsNoTracking().SingleOrDefaultAsync(s => s.Id == Id && s.Account == account, stop) ?? throw Refused.NotFound();
        Subscription = await ReadSubscription.Of(subscription, db, stop);
        Choices = await change.Choices(subscription, stop);
        if (subscription.HasEnded) return;
        Saved = [.. (await wallet.SavedMethods(account, stop)).Where(s => s.Usable)];
        Available = await wallet.Available(account, subscription.Plan.Price.Currency, stop);
    }

    public async Task<IActionResult> OnPostCancelAsync()
    {
        await writes.Run(() => CancelSubscription.Handle(Id, caller, db, work, clock));
        return Done(texts["Cancelled. What is paid for stays yours until it is over."]);
    }

    public async Task<IActionResult> OnPostResumeAsync()
    {
        await writes.Run(() => CancelSubscription.Resume(Id, caller, db));
        return Done(texts["It goes on as before."]);
    }

    public async Task<IActionResult> OnPostChangeAsync([FromForm] Guid offer, [FromForm] long? accepted, [FromForm(Name = "accepted_currency")] string? currency, CancellationToken stop)
    {
        var request = new ChangePlan.Request(offer, accepted is { } sum ? Money.Of(sum, currency ?? "") : null);
        var key = IdempotencyKey.Of(caller, Request.Form["idempotency_key"], $"POST /subscriptions/{Id}/change", request);
        var changed = (await change.Handle(key, Id, request, caller, stop)).Value;
        // The bank wants to ask: the order's page leads there.
        if (changed.Open is { Kind: ChargeKind.Change } open) return LocalRedirect($"/orders/{open.OrderId}");
        return Done(changed.NextPlan is null ? texts["Your plan is changed."] : texts["Your plan changes with the next period."]);
    }

    public async Task<IActionResult> OnPostPayByAsync([FromForm] string? way, CancellationToken stop)
    {
        var (method, token) = PaymentChoice.Read(way, null);
        var request = new ChangeWayToPay.Request(method, token);
        new ChangeWayToPay.Validator().MustAccept(request);
        await payBy.Handle(Id, request, caller, stop);
        return Done(texts["Saved. It is used from now on."]);
    }

    private LocalRedirectResult Done(string said)
    {
        this.Toast(said);
        return LocalRedirect($"/subscriptions/{Id}");
    }
}
