using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>A subscription as its member sees it.</summary>
/// <param name="NextPlan">From the next period on; null: the same.</param>
/// <param name="PeriodEnd">Until when is paid for (or the trial runs).</param>
/// <param name="NextChargeAt">Null when nothing more will be taken.</param>
/// <param name="CancelledAt">It ends with the period.</param>
/// <param name="AccessUntil">While a bill is open: benefits end then.</param>
/// <param name="Open">The bill that is open; its order can be paid in any way.</param>
/// <param name="EndReason">cancelled, completed, unpaid, refunded, withdrawn, staff, erased.</param>
/// <param name="Charges">What was paid, the newest first; null in lists.</param>
internal sealed record SubscriptionReply(
    Guid Id, SubscriptionState State, Guid ProductId, string Title, string Slug, string? CoverUrl, string ShopName, PlanReply Plan, PlanReply? NextPlan, DateTimeOffset CreatedAt,
    DateTimeOffset PeriodStart, DateTimeOffset PeriodEnd, DateTimeOffset? NextChargeAt, Money? NextAmount, WayReply PayBy, DateTimeOffset? CancelledAt, DateTimeOffset? AccessUntil,
    SubscriptionChargeReply? Open, DateTimeOffset? EndedAt, EndReason? EndReason, int PaidPeriods, IReadOnlyList<SubscriptionChargeReply>? Charges)
{
    public static SubscriptionReply Of(Subscription s, IReadOnlyList<SubscriptionChargeReply>? charges = null) => new(
        s.Id, s.State, s.Product, s.Title, s.Slug, s.CoverUrl, s.ShopName, PlanReply.Of(s.Plan), s.NextPlan is { } next ? PlanReply.Of(next) : null, s.CreatedAt,
        s.PeriodStart, s.PeriodEnd, s.Runs && s.Continues ? s.PeriodEnd : null, s.Runs && s.Continues ? s.Coming.Price : null, new WayReply(s.Method, s.CardBrand, s.CardLast4), s.CancelledAt,
        s.AccessUntil, charges?.FirstOrDefault(c => c.State == ChargeState.Open), s.EndedAt, s.EndReason, s.PaidPeriods, charges);
}

/// <param name="Interval">month, quarter or year.</param>
internal sealed record PlanReply(Guid OfferId, string Name, string Interval, Money Price, int? MaxPeriods)
{
    public static PlanReply Of(AgreedPlan plan) => new(plan.Offer, plan.Name, plan.Option, plan.Price, plan.MaxPeriods);
}

/// <param name="Method"><c>wallet</c>, or the key of the way that was saved.</param>
internal sealed record WayReply(string Method, string? Brand, string? Last4);

/// <param name="NextTryAt">When the market tries it again by itself.</param>
internal sealed record SubscriptionChargeReply(
    ChargeKind Kind, Guid OrderId, long OrderNumber, Money Amount, DateTimeOffset StartsAt, DateTimeOffset EndsAt, ChargeState State, DateTimeOffset CreatedAt, DateTimeOffset? PaidAt,
    string? Failure, DateTimeOffset? NextTryAt);

internal static class ReadSubscription
{
    /// <exception cref="Refused">404 for others' as for what is not there.</exception>
    public static async Task<SubscriptionReply> Handle(Guid id, Caller caller, OrdersDb db, CancellationToken stop)
    {
        var account = caller.Account;
        return await Of(await db.Subscriptions.AsNoTracking().SingleOrDefaultAsync(s => s.Id == id && s.Account == account, stop) ?? throw Refused.NotFound(), db, stop);
    }

    public static async Task<SubscriptionReply> Of(Subscription subscription, OrdersDb db, CancellationToken stop)
    {
        var charges = await db.SubscriptionCharges.AsNoTracking().Where(c => c.SubscriptionId == subscription.Id).OrderByDescending(c => c.CreatedAt).ThenByDescending(c => c.Id)
            .Join(db.Orders, c => c.OrderId, o => o.Id, (c, o) => new { Charge = c, o.Number }).ToListAsync(stop);
        return SubscriptionReply.Of(subscription, [.. charges.Select(c => new SubscriptionChargeReply(
            c.Charge.Kind, c.Charge.OrderId, c.Number, c.Charge.Sum, c.Charge.StartsAt, c.Charge.EndsAt, c.Charge.State, c.Charge.CreatedAt, c.Charge.PaidAt, c.Charge.Failure, c.Charge.NextTryAt))]);
    }

    /// <summary>The caller's, newest first.</summary>
    /// <exception cref="Refused">400 <c>cursor_invalid</c>.</exception>
    public static async Task<Page<SubscriptionReply>> List(string? cursor, int? limit, Caller caller, OrdersDb db, Cursors cursors, CancellationToken stop)
    {
        var account = caller.Account;
        var take = Cursors.Limit(limit);
        var filters = new { list = "subscriptions", account };
        var found = db.Subscriptions.AsNoTracking().Where(s => s.Account == account);
        if (cursors.Read(cursor, filters)?[0].GetGuid() is { } last) found = found.Where(s => s.Id < last);
        return cursors.Page(await found.OrderByDescending(s => s.Id).Take(take + 1).ToListAsync(stop), take, filters, s => [s.Id]).Map(s => SubscriptionReply.Of(s));
    }

    /// <summary>Everybody's, for staff.</summary>
    public static async Task<Page<Subscription>> ForStaff(SubscriptionState? state, Guid? account, string? cursor, OrdersDb db, Cursors cursors, CancellationToken stop)
    {
        var filters = new { list = "all_subscriptions", state, account };
        var found = db.Subscriptions.AsNoTracking();
        if (state is { } one) found = found.Where(s => s.State == one);
        if (account is { } whose) found = found.Where(s => s.Account == whose);
        if (cursors.Read(cursor, filters)?[0].GetGuid() is { } last) found = found.Where(s => s.Id < last);
        return cursors.Page(await found.OrderByDescending(s => s.Id).Take(51).ToListAsync(stop), 50, filters, s => [s.Id]);
    }
}
