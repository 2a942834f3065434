using System.Globalization;
using System.Runtime.CompilerServices;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Marketplace.Users;

/// <summary>The audit log as staff with the right <c>system</c> reads it, newest first.</summary>
internal static class BrowseAudit
{
    private const int Limit = 50;

    /// <summary>The filter as it is typed.</summary>
    /// <param name="Actor">A username or an id: who did it, or looked through whose eyes.</param>
    /// <param name="Act">The beginning of an act: <c>users.</c></param>
    /// <param name="Subject">A username or any id.</param>
    /// <param name="From">The first day, in UTC.</param>
    /// <param name="To">The last day.</param>
    public sealed record Asked(
        [FromQuery(Name = "actor")] string? Actor = null, [FromQuery(Name = "act")] string? Act = null, [FromQuery(Name = "subject")] string? Subject = null,
        [FromQuery(Name = "from")] DateOnly? From = null, [FromQuery(Name = "to")] DateOnly? To = null)
    {
        public bool IsEmpty => string.IsNullOrWhiteSpace(Actor) && string.IsNullOrWhiteSpace(Act) && string.IsNullOrWhiteSpace(Subject) && From is null && To is null;
    }

    public static async Task<Page<AuditRow>> Handle(Asked asked, string? cursor, NpgsqlDataSource source, Cursors cursors, CancellationToken stop)
    {
        var filters = new { list = "audit", asked };
        var after = cursors.Read(cursor, filters)?[0].GetInt64();
        return cursors.Page(await Rows(await Filter.Of(asked, source, stop), after, Limit + 1, source, stop), Limit, filters, r => [r.Id]);
    }

    /// <summary>All that the filter shows, as a file: ids and codes, as the log has them.</summary>
    public static IResult File(Asked asked, NpgsqlDataSource source) => Csv.File(
        "audit.csv", ["id", "at", "actor", "impersonator", "session", "key", "act", "subject_kind", "subject", "detail", "request"], Lines(asked, source));

    /// <summary>The last acts about or by an account.</summary>
    public static Task<List<AuditRow>> About(Guid account, int limit, NpgsqlDataSource source, CancellationToken stop) => source.Command(
        $"""
        SELECT * FROM (
          (SELECT {AuditRow.Columns} FROM users.audit_log a WHERE a.subject = $1 ORDER BY a.id DESC LIMIT $2) UNION
          (SELECT {AuditRow.Columns} FROM users.audit_log a WHERE a.actor = $1 ORDER BY a.id DESC LIMIT $2)) a
        ORDER BY 1 DESC LIMIT $2
        """, account, limit).List(r => AuditRow.Read(r), stop);

    private static async IAsyncEnumerable<IReadOnlyList<object?>> Lines(Asked asked, NpgsqlDataSource source, [EnumeratorCancellation] CancellationToken stop = default)
    {
        const int pageSize = 1_000;
        var filter = await Filter.Of(asked, source, stop);
        long? after = null;
        while (true)
        {
            var rows = await Rows(filter, after, pageSize, source, stop);
            foreach (var r in rows) yield return [r.Id, r.At, r.Actor, r.Impersonator, r.Session, r.Key, r.Act, r.SubjectKind, r.Subject, r.Detail, r.Request];
            if (rows.Count < pageSize) yield break;
            after = rows[^1].Id;
        }
    }

    private static Task<List<AuditRow>> Rows(Filter filter, long? after, int limit, NpgsqlDataSource source, CancellationToken stop)
    {
        List<string> conditions = ["true"];
        List<object?> values = [];
        void Where(object? value, string condition)
        {
            if (value is null) return;
            values.Add(value);
            conditions.Add(string.Format(CultureInfo.InvariantCulture, condition, "$" + values.Count));
        }

        Where(after, "a.id < {0}");
        Where(filter.Actor, "(a.actor = {0} OR a.impersonator = {0})");
        Where(filter.Act, "starts_with(a.act, {0})");
        Where(filter.Subject, "a.subject = {0}");
        Where(filter.From, "a.at >= {0}");
        Where(filter.Before, "a.at < {0}");
        values.Add(limit);
        return source.Command($"SELECT {AuditRow.Columns} FROM users.audit_log a WHERE {string.Join(" AND ", conditions)} ORDER BY a.id DESC LIMIT ${values.Count}", [.. values]).List(r => AuditRow.Read(r), stop);
    }

    private sealed record Filter(Guid? Actor, string? Act, Guid? Subject, DateTimeOffset? From, DateTimeOffset? Before)
    {
        public static async Task<Filter> Of(Asked asked, NpgsqlDataSource source, CancellationToken stop) => new(
            await Id(asked.Actor, source, stop), Clean(asked.Act), await Id(asked.Subject, source, stop), Day(asked.From), Day(asked.To)?.AddDays(1));

        // A name that nobody has finds nothing, rather than everything.
        private static async Task<Guid?> Id(string? typed, NpgsqlDataSource source, CancellationToken stop)
        {
            if (Clean(typed) is not { } text) return null;
            if (Guid.TryParse(text, CultureInfo.InvariantCulture, out var id)) return id;
            return await source.Command("SELECT id FROM users.accounts WHERE username = $1", text.TrimStart('@').ToLowerInvariant()).Scalar<Guid>(stop);
        }

        private static string? Clean(string? text) => string.Concat((text ?? "").Where(c => !char.IsControl(c)).Take(100)).Trim() is { Length: > 0 } clean ? clean : null;

        private static DateTimeOffset? Day(DateOnly? day) => day is { } d ? new DateTimeOffset(d, TimeOnly.MinValue, TimeSpan.Zero) : null;
    }
}
