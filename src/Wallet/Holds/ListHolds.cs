using Marketplace.Kernel;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>What of a person's money is held, soonest to be released first: the parts of the pending balance.</summary>
internal static class ListHolds
{
    public sealed record Request(
        [FromQuery(Name = "currency")] string? Currency, [FromQuery(Name = "cursor")] string? Cursor, [FromQuery(Name = "limit")] int? Limit);

    /// <param name="Item">The line that was sold.</param>
    /// <param name="Title">What was sold, and in which order.</param>
    /// <param name="Url">Where its seller sees it.</param>
    /// <param name="Amount">What was held at first.</param>
    /// <param name="Remaining">What is still held: refunds were taken from it.</param>
    /// <param name="Rule">Why: <c>after_sale</c>; in words in <paramref name="Basis"/>.</param>
    /// <param name="ReleaseAt">When it becomes available by itself; null while it waits for something to happen.</param>
    public sealed record Row(Guid Id, Guid Item, string? Title, string? Url, Money Amount, Money Remaining, string Rule, DateTimeOffset? ReleaseAt, DateTimeOffset HeldSince, HoldBasis Basis);

    public static async Task<Page<Row>> Handle(Request request, Caller caller, NpgsqlDataSource source, Subjects subjects, Cursors cursors, CancellationToken stop)
    {
        var limit = Cursors.Limit(request.Limit);
        var currency = string.IsNullOrEmpty(request.Currency) ? null : Currency.Of(request.Currency).Code;
        var filters = new { list = "holds", owner = caller.Account, currency };
        var after = cursors.Read(request.Cursor, filters);
        var held = await source.Command(
            $"""
            SELECT {Holds.Columns} FROM {Holds.Tables}
            WHERE h.owner_id = $1 AND h.state = 'held' AND ($2::text IS NULL OR h.currency = $2)
              AND ($3::timestamptz IS NULL OR (coalesce(h.release_at, '9999-01-01Z'), h.id) > ($3, $4))
            ORDER BY coalesce(h.release_at, '9999-01-01Z'), h.id LIMIT $5
            """,
            caller.Account, currency, after?[0].GetDateTimeOffset(), after?[1].GetGuid(), limit + 1).List(Holds.Read, stop);
        var about = await subjects.Find(held.Select(h => h.Subject).ToList(), stop);
        return cursors.Page(held, limit, filters, h => [h.ReleaseAt ?? new DateTimeOffset(9999, 1, 1, 0, 0, 0, TimeSpan.Zero), h.Id]).Map(h =>
        {
            var subject = about.GetValueOrDefault(h.Subject);
            return new Row(h.Id, h.Subject, subject?.Title, subject?.OwnerUrl, h.Amount, h.Remaining, h.Rule, h.ReleaseAt, h.CreatedAt, h.Basis);
        });
    }
}
