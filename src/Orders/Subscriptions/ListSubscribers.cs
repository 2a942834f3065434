using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.Orders;

/// <summary>A member of the seller's. Who they are is not the seller's to know here.</summary>
/// <param name="NextAmount">What the next period brings before commission; null when there is none.</param>
internal sealed record SubscriberLine(
    Guid Id, Guid ProductId, string Title, string Plan, string Interval, SubscriptionState State, DateTimeOffset Since, DateTimeOffset PeriodEnd, Money? NextAmount, bool Cancelled, int PaidPeriods,
    DateTimeOffset? EndedAt, EndReason? EndReason);

/// <summary>How a seller's memberships do, a currency.</summary>
/// <param name="Monthly">Monthly recurring revenue: what all members who pay agreed to, by the month, before commission.</param>
/// <param name="Members">Who pay or try.</param>
/// <param name="Started">In the last 30 days.</param>
/// <param name="Ended">In the last 30 days.</param>
/// <param name="Churn">Of those who were members 30 days ago, how many have left, in basis points; null when there were none.</param>
internal sealed record SubscriberTotals(Money Monthly, int Members, int Trialing, int Started, int Ended, int? Churn);

internal sealed class ListSubscribers(OrdersDb db, NpgsqlDataSource source, Cursors cursors, TimeProvider clock)
{
    /// <exception cref="Refused">400 <c>cursor_invalid</c>.</exception>
    public async Task<Page<SubscriberLine>> Handle(string? cursor, int? limit, Caller caller, CancellationToken stop)
    {
        var seller = caller.Account;
        var take = Cursors.Limit(limit);
        var filters = new { list = "subscribers", seller };
        var found = db.Subscriptions.AsNoTracking().Where(s => s.Seller == seller);
        if (cursors.Read(cursor, filters)?[0].GetGuid() is { } last) found = found.Where(s => s.Id < last);
        return cursors.Page(await found.OrderByDescending(s => s.Id).Take(take + 1).ToListAsync(stop), take, filters, s => [s.Id]).Map(s => new SubscriberLine(
            s.Id, s.Product, s.Title, s.Plan.Name, s.Plan.Option, s.State, s.CreatedAt, s.PeriodEnd, s.Continues ? s.Coming.Price : null, s.CancelledAt is not null, s.PaidPeriods, s.EndedAt, s.EndReason));
    }

    public async Task<IReadOnlyList<SubscriberTotals>> Totals(Caller caller, CancellationToken stop) => await source.Command(
        """
        SELECT currency, coalesce(round(sum(price / months) FILTER (WHERE state IN ('active', 'past_due'))), 0)::bigint, count(*) FILTER (WHERE ended_at IS NULL)::int, count(*) FILTER (WHERE state = 'trialing')::int,
               count(*) FILTER (WHERE created_at > $2)::int, count(*) FILTER (WHERE ended_at > $2)::int,
               count(*) FILTER (WHERE created_at <= $2 AND ended_at > $2)::int, count(*) FILTER (WHERE created_at <= $2 AND (ended_at IS NULL OR ended_at > $2))::int
        FROM (SELECT *, plan -> 'price' ->> 'currency' AS currency, (plan -> 'price' ->> 'amount')::numeric AS price, CASE plan ->> 'option' WHEN 'year' THEN 12 WHEN 'quarter' THEN 3 ELSE 1 END AS months
              FROM orders.subscriptions WHERE seller = $1) s
        GROUP BY currency ORDER BY currency
        """, caller.Account, clock.GetUtcNow().AddDays(-30)).List(r => new SubscriberTotals(
            Money.Of(r.GetInt64(1), r.GetString(0)), r.GetInt32(2), r.GetInt32(3), r.GetInt32(4), r.GetInt32(5), r.GetInt32(7) == 0 ? null : (int)Money.Portion(r.GetInt32(6), 10_000, r.GetInt32(7))), stop);
}

/// <param name="Data">One a currency.</param>
internal sealed record SubscriberTotalsReply(IReadOnlyList<SubscriberTotals> Data);

/// <summary>What the audit log points at when it says a subscription.</summary>
internal sealed class SubscriptionSubjects(OrdersDb db) : ISubject
{
    public string Kind => "subscription";

    public async Task<IReadOnlyDictionary<Guid, Subject>> Find(IReadOnlyCollection<Guid> ids, CancellationToken stop = default) =>
        (await db.Subscriptions.AsNoTracking().Where(s => ids.Contains(s.Id)).Select(s => new { s.Id, s.Title, s.Account }).ToListAsync(stop))
        .ToDictionary(s => s.Id, s => new Subject(Kind, s.Id, s.Title, $"/admin/subscriptions/{s.Id}", s.Account) { OwnerUrl = $"/subscriptions/{s.Id}" });
}
