using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.Users;

/// <summary>What was reported, one line a thing: those that wait, oldest first, or those that are judged, newest first.</summary>
internal static class ReportQueue
{
    private const int Limit = 30;

    /// <param name="First">Of its reports in this state.</param>
    public sealed record Line(string Kind, Guid Subject, int Reports, DateTimeOffset First, DateTimeOffset Last, string[] Reasons);

    public static async Task<Page<Line>> Handle(bool judged, string? cursor, NpgsqlDataSource source, Cursors cursors, CancellationToken stop)
    {
        var filters = new { list = "reports", judged };
        var after = cursors.Read(cursor, filters);
        var (which, column, than, way) = judged ? ("verdict IS NOT NULL", "last", "<", "DESC") : ("verdict IS NULL", "first", ">", "ASC");
        var rows = await source.Command(
            $"""
            SELECT * FROM (SELECT kind, subject, count(*)::int AS reports, min(made_at) AS first, max(coalesce(verdict_at, made_at)) AS last, array_agg(DISTINCT reason ORDER BY reason) AS reasons
                           FROM users.reports WHERE {which} GROUP BY kind, subject) t
            WHERE $1::timestamptz IS NULL OR ({column}, subject) {than} ($1, $2::uuid) ORDER BY {column} {way}, subject {way} LIMIT $3
            """, after?[0].GetDateTimeOffset(), after?[1].GetGuid(), Limit + 1)
            .List(r => new Line(r.GetString(0), r.GetGuid(1), r.GetInt32(2), r.GetFieldValue<DateTimeOffset>(3), r.GetFieldValue<DateTimeOffset>(4), r.GetFieldValue<string[]>(5)), stop);
        return cursors.Page(rows, Limit, filters, r => [judged ? r.Last : r.First, r.Subject]);
    }

    public static Task<List<Report>> About(Guid subject, UsersDb db, CancellationToken stop) =>
        db.Reports.AsNoTracking().Where(r => r.Subject == subject).OrderBy(r => r.Verdict != null).ThenByDescending(r => r.MadeAt).Take(200).ToListAsync(stop);

    public static async Task<Page<MakeReport.Reply>> Own(string? cursor, int? limit, Caller caller, UsersDb db, Cursors cursors, CancellationToken stop)
    {
        var take = Cursors.Limit(limit);
        var filters = new { list = "own reports", caller.Account };
        var after = cursors.Read(cursor, filters)?[0].GetGuid();
        var rows = await db.Reports.AsNoTracking().Where(r => r.Reporter == caller.Account && (after == null || r.Id.CompareTo(after.Value) < 0)).OrderByDescending(r => r.Id).Take(take + 1).ToListAsync(stop);
        return cursors.Page(rows, take, filters, r => [r.Id]).Map(MakeReport.View);
    }
}
