using Marketplace.Kernel;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>All disputes as staff sees them, newest first.</summary>
internal static class BrowseDisputes
{
    public sealed record Request([FromQuery(Name = "state")] string? State = null, [FromQuery(Name = "cursor")] string? Cursor = null, [FromQuery(Name = "limit")] int? Limit = null);

    /// <param name="Reference">The provider's name of it.</param>
    /// <param name="Subject">The order, or the account that topped up.</param>
    /// <param name="Answered">What is sent to the provider is decided: nothing more can be said.</param>
    /// <param name="AnsweredAt">When the provider had it.</param>
    /// <param name="Borne">What nobody had left to give: the market's.</param>
    /// <param name="FaultSeller">Who pays the fee of a lost one.</param>
    public sealed record Row(
        Guid Id, string Provider, string Reference, Guid Payment, string Purpose, Guid Subject, Guid Payer, Money Amount, Money Fee, string Reason, DisputeState State, DateTimeOffset OpenedAt,
        DateTimeOffset? EvidenceDue, DateTimeOffset? EndedAt, bool Answered, DateTimeOffset? AnsweredAt, Money? Borne, Guid? FaultSeller, string? FaultReason)
    {
        public static Row Of(Dispute d) => new(
            d.Id, d.Provider, d.Reference, d.PaymentId, d.Purpose, d.SubjectId, d.PayerId, d.Amount, d.FeeAmount, d.Reason, d.State, d.OpenedAt, d.EvidenceDue, d.EndedAt, d.Answer is not null, d.AnsweredAt,
            d.Borne is { } borne ? d.Amount with { Minor = borne } : null, d.FaultSeller, d.FaultReason);
    }

    /// <param name="Draft">What would be sent now; null when nothing is sent any more.</param>
    public sealed record Detail(Row Dispute, IReadOnlyList<Part> Parts, IReadOnlyList<Said> Evidence, string? Draft, string? Answer);

    /// <param name="Item">The line that was sold; of a top-up its payment.</param>
    /// <param name="Owner">Who gave.</param>
    public sealed record Part(Guid Item, Guid Owner, Money Amount);

    /// <param name="FileUrl">Path of a file.</param>
    public sealed record Said(Guid Id, Guid Author, bool ByStaff, string? Text, string? FileName, string? FileUrl, bool Erased, DateTimeOffset At);

    /// <exception cref="Refused">422 <c>state_unknown</c>.</exception>
    public static async Task<Page<Dispute>> Handle(Request request, WalletDb db, Cursors cursors, CancellationToken stop)
    {
        var (limit, state) = (Cursors.Limit(request.Limit), ReadDisputes.StateOf(request.State));
        var filters = new { list = "admin disputes", state };
        var rows = db.Disputes.AsNoTracking().Where(d => state == null || d.State == state);
        if (cursors.Read(request.Cursor, filters) is { } after)
        {
            var (at, id) = (after[0].GetDateTimeOffset(), after[1].GetGuid());
            rows = rows.Where(d => d.OpenedAt < at || d.OpenedAt == at && d.Id.CompareTo(id) < 0);
        }

        return cursors.Page(await rows.OrderByDescending(d => d.OpenedAt).ThenByDescending(d => d.Id).Take(limit + 1).ToListAsync(stop), limit, filters, d => [d.OpenedAt, d.Id]);
    }

    /// <exception cref="Refused">404.</exception>
    public static async Task<Detail> One(Guid id, WalletDb db, NpgsqlDataSource source, AnswerDispute answer, CancellationToken stop)
    {
        var dispute = await db.Disputes.AsNoTracking().SingleOrDefaultAsync(d => d.Id == id, stop) ?? throw Refused.NotFound();
        return new Detail(
            Row.Of(dispute),
            (await DisputeParts.Of(source, id, stop)).ConvertAll(p => new Part(p.Item, p.Owner, dispute.Amount with { Minor = p.Amount })),
            (await DisputeEvidence.Of(id, source, stop)).ConvertAll(s => new Said(s.Id, s.Author, s.ByStaff, s.Text, s.FileName, s.FileName is null ? null : $"/media/disputes/{s.Id}", s.Erased, s.At)),
            dispute.TakesEvidence ? await answer.Compose(dispute, null, stop) : null, dispute.Answer);
    }
}
