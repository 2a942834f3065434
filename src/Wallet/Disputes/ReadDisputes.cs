using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>Disputes of a seller's sales, newest first; who disputes is not theirs to know.</summary>
internal static class ReadDisputes
{
    public sealed record Request([FromQuery(Name = "state")] string? State = null, [FromQuery(Name = "cursor")] string? Cursor = null, [FromQuery(Name = "limit")] int? Limit = null);

    /// <param name="Amount">What was taken of the seller's lines, before tax and commission.</param>
    /// <param name="Gave">What of it the seller gave.</param>
    /// <param name="Reason">Code of the payer's bank: <c>fraudulent</c>.</param>
    /// <param name="EvidenceDue">Until when the market can answer.</param>
    /// <param name="TakesEvidence">Something can still be said.</param>
    /// <param name="FeeCharged">The provider's fee, when it was lost by the seller's fault.</param>
    public sealed record Reply(
        Guid Id, DisputeState State, string Reason, Money Amount, Money Gave, DateTimeOffset OpenedAt, DateTimeOffset? EvidenceDue, DateTimeOffset? EndedAt, bool TakesEvidence,
        Money? FeeCharged, string? FaultReason, IReadOnlyList<Part> Lines, IReadOnlyList<Evidence> Evidence);

    /// <param name="Item">The line that was sold.</param>
    /// <param name="Title">What was sold, and in which order.</param>
    public sealed record Part(Guid Item, string? Title, Money Amount, Money Gave);

    /// <param name="Text">Null for a file.</param>
    /// <param name="FileUrl">Path of a file.</param>
    public sealed record Evidence(Guid Id, string? Text, string? FileName, string? FileUrl, DateTimeOffset At);

    /// <exception cref="Refused">422 <c>state_unknown</c>.</exception>
    public static DisputeState? StateOf(string? text) => string.IsNullOrEmpty(text)
        ? null
        : Enum.GetValues<DisputeState>().Cast<DisputeState?>().FirstOrDefault(s => Naming.Snake(s!.Value.ToString()) == text) ?? throw new Refused("state_unknown", 422, "A dispute has no such state.");

    public static async Task<Page<Reply>> Handle(Request request, Caller caller, NpgsqlDataSource source, Subjects subjects, Cursors cursors, CancellationToken stop)
    {
        var limit = Cursors.Limit(request.Limit);
        var state = StateOf(request.State) is { } asked ? Naming.Snake(asked.ToString()) : null;
        var filters = new { list = "disputes", owner = caller.Account, state };
        var after = cursors.Read(request.Cursor, filters);
        var found = await source.Command(
            """
            SELECT d.id, d.opened_at FROM wallet.payment_disputes d
            WHERE d.purpose = 'order' AND EXISTS (SELECT FROM wallet.dispute_parts p WHERE p.dispute_id = d.id AND p.owner_id = $1)
              AND ($2::text IS NULL OR d.state = $2) AND ($3::timestamptz IS NULL OR (d.opened_at, d.id) < ($3, $4))
            ORDER BY d.opened_at DESC, d.id DESC LIMIT $5
            """,
            caller.Account, state, after?[0].GetDateTimeOffset(), after?[1].GetGuid(), limit + 1).List(r => (Id: r.GetGuid(0), At: r.GetFieldValue<DateTimeOffset>(1)), stop);
        var page = cursors.Page(found, limit, filters, d => [d.At, d.Id]);
        var replies = (await Load(page.Data.Select(d => d.Id).ToArray(), caller.Account, source, subjects, stop)).ToDictionary(d => d.Id);
        return page.Map(d => replies[d.Id]);
    }

    /// <exception cref="Refused">404.</exception>
    public static async Task<Reply> One(Guid id, Caller caller, NpgsqlDataSource source, Subjects subjects, CancellationToken stop) =>
        (await Load([id], caller.Account, source, subjects, stop)).SingleOrDefault() ?? throw Refused.NotFound();

    private static async Task<List<Reply>> Load(Guid[] ids, Guid seller, NpgsqlDataSource source, Subjects subjects, CancellationToken stop)
    {
        var parts = (await source.Command(
            "SELECT dispute_id, item_id, amount, from_hold + from_available + as_debt FROM wallet.dispute_parts WHERE dispute_id = ANY ($1) AND owner_id = $2 ORDER BY dispute_id, item_id", ids, seller)
            .List(r => (Dispute: r.GetGuid(0), Item: r.GetGuid(1), Amount: r.GetInt64(2), Gave: r.GetInt64(3)), stop)).ToLookup(p => p.Dispute);
        var said = (await source.Command(
            "SELECT dispute_id, id, text, file_name, created_at FROM wallet.dispute_evidence WHERE dispute_id = ANY ($1) AND author_id = $2 AND NOT erased ORDER BY created_at, id", ids, seller)
            .List(r => (Dispute: r.GetGuid(0), Evidence: new Evidence(r.GetGuid(1), r.IsDBNull(2) ? null : r.GetString(2), r.IsDBNull(3) ? null : r.GetString(3),
                r.IsDBNull(3) ? null : $"/media/disputes/{r.GetGuid(1)}", r.GetFieldValue<DateTimeOffset>(4))), stop)).ToLookup(e => e.Dispute, e => e.Evidence);
        var titles = await subjects.Find(parts.SelectMany(p => p).Select(p => p.Item).ToList(), stop);
        return await source.Command(
            """
            SELECT id, state, reason, currency, opened_at, evidence_due, ended_at, state = 'needs_response' AND answer IS NULL, CASE WHEN fault_seller = $2 THEN fee END, CASE WHEN fault_seller = $2 THEN fault_reason END
            FROM wallet.payment_disputes WHERE id = ANY ($1) AND purpose = 'order' AND EXISTS (SELECT FROM wallet.dispute_parts p WHERE p.dispute_id = id AND p.owner_id = $2)
            """, ids, seller).List(r =>
            {
                var (id, currency) = (r.GetGuid(0), Currency.Of(r.GetString(3)));
                DateTimeOffset? At(int column) => r.IsDBNull(column) ? null : r.GetFieldValue<DateTimeOffset>(column);
                return new Reply(id, StateOf(r.GetString(1))!.Value, r.GetString(2), new Money(parts[id].Sum(p => p.Amount), currency), new Money(parts[id].Sum(p => p.Gave), currency),
                    r.GetFieldValue<DateTimeOffset>(4), At(5), At(6), r.GetBoolean(7), r.IsDBNull(8) ? null : new Money(r.GetInt64(8), currency), r.IsDBNull(9) ? null : r.GetString(9),
                    parts[id].Select(p => new Part(p.Item, titles.GetValueOrDefault(p.Item)?.Title, new Money(p.Amount, currency), new Money(p.Gave, currency))).ToList(), said[id].ToList());
            }, stop);
    }
}
