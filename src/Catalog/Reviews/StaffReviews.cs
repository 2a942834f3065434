using Marketplace.Kernel;
using Marketplace.Users;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>All that was written, for staff: what was flagged oldest first, the others newest first. What is hidden, refunded or still unseen, too.</summary>
internal static class StaffReviews
{
    public const string Flagged = "flagged", Hidden = "hidden", Refunded = "refunded", All = "all";

    /// <exception cref="Refused">403; 422 <c>unknown_state</c>, <c>limit_out_of_range</c>; 400 <c>cursor_invalid</c>.</exception>
    public static async Task<Page<Line>> Handle(string? state, string? cursor, int? limit, Caller caller, NpgsqlDataSource source, IUsers users, Cursors cursors, CancellationToken stop)
    {
        caller.MustHave(Rights.Moderation);
        state = string.IsNullOrWhiteSpace(state) ? Flagged : state;
        if (state is not (Flagged or Hidden or Refunded or All)) throw Refused.Invalid(new FieldError("/state", "unknown_state", "flagged, hidden, refunded or all."));
        var take = Cursors.Limit(limit);
        var filters = new { list = "staff reviews", state };
        var after = cursors.Read(cursor, filters);
        var (than, way) = state == Flagged ? (">", "ASC") : ("<", "DESC");
        var where = state switch { Flagged => "v.state = 'flagged'", Hidden => "v.state = 'hidden'", Refunded => "v.refunded_at IS NOT NULL", _ => "true" };
        var rows = await source.Command(
            $"{Select} WHERE {where} AND ($1::timestamptz IS NULL OR (v.created_at, v.id) {than} ($1, $2::uuid)) ORDER BY v.created_at {way}, v.id {way} LIMIT $3",
            after?[0].GetDateTimeOffset(), after?[1].GetGuid(), take + 1).List(Read, stop);
        return await cursors.Page(rows, take, filters, r => [r.CreatedAt, r.Id]).Named(users, stop);
    }

    /// <exception cref="Refused">403, 404.</exception>
    public static async Task<Line> One(Guid id, Caller caller, NpgsqlDataSource source, IUsers users, CancellationToken stop)
    {
        caller.MustHave(Rights.Moderation);
        var found = await source.Command($"{Select} WHERE v.id = $1", id).List(Read, stop);
        return found.Count == 1 ? (await new Page<Line>(found, false, null).Named(users, stop)).Data[0] : throw Refused.NotFound();
    }

    public static Task<int> CountFlagged(NpgsqlDataSource source, CancellationToken stop) => source.Command("SELECT count(*)::int FROM catalog.reviews WHERE state = 'flagged'").Scalar<int>(stop);

    private const string Select =
        $"""
        SELECT {ReviewLine.Columns}, p.id, p.title, p.slug, p.kind, p.cover_version, v.state, v.state_reason, v.refunded_at, v.revealed_at, v.line_id
        FROM catalog.reviews v JOIN catalog.review_rights r USING (line_id) JOIN catalog.products p ON p.id = r.product_id
        LEFT JOIN catalog.review_votes m ON m.review_id = v.id AND false
        """;

    private static Line Read(NpgsqlDataReader r)
    {
        const int At = ReviewLine.Count + 5;
        return new Line(
            ReviewLine.Read(r), ReviewedProduct.Read(r, ReviewLine.Count), r.GetString(At).ReadChoice<ReviewState>()!.Value, r.IsDBNull(At + 1) ? null : r.GetString(At + 1),
            ReviewLine.Time(r, At + 2), ReviewLine.Time(r, At + 3), r.GetGuid(At + 4));
    }

    internal sealed record Line : ReviewLine
    {
        public Line(ReviewLine review, ReviewedProduct product, ReviewState state, string? reason, DateTimeOffset? refundedAt, DateTimeOffset? revealedAt, Guid line) : base(review) =>
            (Product, State, StateReason, RefundedAt, RevealedAt, LineId) = (product, state, reason, refundedAt, revealedAt, line);

        public ReviewedProduct Product { get; }

        public ReviewState State { get; }

        public string? StateReason { get; }

        /// <summary>Its purchase went back: it counts no more, and only staff sees it.</summary>
        public DateTimeOffset? RefundedAt { get; }

        /// <summary>Null: the other side has not written yet.</summary>
        public DateTimeOffset? RevealedAt { get; }

        public Guid LineId { get; }
    }
}
