using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>What somebody has received and what they said of it, newest first.</summary>
internal static class OwnReviews
{
    public const string ToWrite = "to_write", Written = "written", All = "all";

    /// <param name="Review">Null: not written yet.</param>
    public sealed record Line(Guid LineId, ReviewedProduct Product, string Shop, ReviewSubjectKind Kind, DateTimeOffset ReceivedAt, bool Refunded, OwnReview? Review);

    /// <exception cref="Refused">422 <c>unknown_state</c>, <c>limit_out_of_range</c>; 400 <c>cursor_invalid</c>.</exception>
    public static async Task<Page<Line>> Handle(string? state, string? cursor, int? limit, Caller caller, CatalogDb db, NpgsqlDataSource source, Cursors cursors, TimeProvider clock, CancellationToken stop)
    {
        state = string.IsNullOrWhiteSpace(state) ? All : state;
        if (state is not (ToWrite or Written or All)) throw Refused.Invalid(new FieldError("/state", "unknown_state", "to_write, written or all."));
        var take = Cursors.Limit(limit);
        var filters = new { list = "own reviews", caller.Account, state };
        var after = cursors.Read(cursor, filters);
        const string Mine = "EXISTS (SELECT FROM catalog.reviews v WHERE v.line_id = r.line_id AND v.author_id = $1 AND v.subject_kind <> 'profile')";
        var rows = await source.Command(
            $"""
            SELECT r.line_id, p.id, p.title, p.slug, p.kind, p.cover_version, s.name, r.subject_kind, r.allowed_at, r.refunded_at IS NOT NULL
            FROM catalog.review_rights r JOIN catalog.products p ON p.id = r.product_id JOIN catalog.shops s ON s.id = r.shop_id
            WHERE r.buyer_id = $1 {(state == ToWrite ? $"AND r.refunded_at IS NULL AND NOT {Mine}" : state == Written ? $"AND {Mine}" : "")}
              AND ($2::timestamptz IS NULL OR (r.allowed_at, r.line_id) < ($2, $3::uuid))
            ORDER BY r.allowed_at DESC, r.line_id DESC LIMIT $4
            """,
            caller.Account, after?[0].GetDateTimeOffset(), after?[1].GetGuid(), take + 1).List(r => new Line(
                r.GetGuid(0), ReviewedProduct.Read(r, 1), r.GetString(6), r.GetString(7).ReadChoice<ReviewSubjectKind>()!.Value, r.GetFieldValue<DateTimeOffset>(8), r.GetBoolean(9), null), stop);
        var page = cursors.Page(rows, take, filters, r => [r.ReceivedAt, r.LineId]);
        var (lines, now) = (page.Data.Select(l => l.LineId).ToList(), clock.GetUtcNow());
        var written = await db.Reviews.AsNoTracking().Where(v => lines.Contains(v.LineId) && v.AuthorId == caller.Account && v.SubjectKind != ReviewSubjectKind.Profile).ToDictionaryAsync(v => v.LineId, stop);
        return page.Map(l => l with { Review = written.TryGetValue(l.LineId, out var review) ? OwnReview.Of(review, now) : null });
    }

    /// <summary>One line of the caller's, as one side of it, with what they wrote.</summary>
    /// <exception cref="Refused">404.</exception>
    public static async Task<(ReviewRight Right, OwnReview? Review)> Of(Guid line, bool profile, Caller caller, CatalogDb db, TimeProvider clock, CancellationToken stop)
    {
        var right = await db.ReviewRights.AsNoTracking().FirstOrDefaultAsync(r => r.LineId == line, stop);
        if (right is null || !right.Serves(caller.Account, profile)) throw Refused.NotFound();
        var review = await db.Reviews.AsNoTracking().FirstOrDefaultAsync(v => v.LineId == line && v.AuthorId == caller.Account && v.SubjectKind == ReviewSubjectKind.Profile == profile, stop);
        return (right, review is null ? null : OwnReview.Of(review, clock.GetUtcNow()));
    }
}
