using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Users;

/// <param name="Browser">Null when it is none that we know.</param>
internal sealed record OwnSession(Guid Id, Platform Platform, string? Browser, string? System, string Address, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, bool IsCurrent);

/// <summary>Where the caller is signed in, last used first.</summary>
internal static class OwnSessions
{
    /// <summary>How many are ever shown: the last used.</summary>
    public const int Most = 100;

    public static async Task<IReadOnlyList<OwnSession>> Handle(Caller caller, UsersDb db, UnitOfWork work, TimeProvider clock)
    {
        var holdsRights = await db.Rights.AnyAsync(r => r.Account == caller.Account);
        var (idle, absolute) = Session.Lifetime(holdsRights);
        var now = clock.GetUtcNow();
        DateTimeOffset usedAfter = now - idle, openedAfter = now - absolute;
        var sessions = await work.Read(() => db.Sessions.AsNoTracking()
            .Where(s => s.Account == caller.Account && s.EndedAt == null && s.Impersonator == null && s.CreatedAt > openedAfter && s.LastSeenAt > usedAfter)
            .OrderByDescending(s => s.Id == caller.Session).ThenByDescending(s => s.LastSeenAt).Take(Most).ToListAsync());
        return sessions.Select(s => new OwnSession(
            s.Id, s.Platform, Devices.Browser(s.UserAgent), Devices.System(s.UserAgent), s.Address?.ToString() ?? "", s.CreatedAt, s.LastSeenAt, s.Id == caller.Session)).ToList();
    }

    /// <summary>As a list of the API, newest first.</summary>
    /// <param name="platform">Only there; all when null.</param>
    /// <exception cref="Refused">422 <c>invalid</c>, <c>limit_out_of_range</c>; 400 <c>cursor_invalid</c>.</exception>
    public static async Task<Page<OwnSession>> Paged(string? platform, string? cursor, int? limit, Caller caller, UsersDb db, UnitOfWork work, Cursors cursors, TimeProvider clock)
    {
        var only = platform is null ? (Platform?)null : Enum.GetValues<Platform>().Cast<Platform?>().FirstOrDefault(p => Naming.Snake(p.ToString()!) == platform)
            ?? throw Refused.Invalid(new FieldError("/platform", "platform", "A platform is market, weokto or stam."));
        var (count, filters) = (Cursors.Limit(limit), new { list = "sessions", platform, caller.Account });
        var after = cursors.Read(cursor, filters)?[0].GetGuid();
        var rows = (await Handle(caller, db, work, clock)).Where(s => (only is null || s.Platform == only) && (after is not { } last || s.Id.CompareTo(last) < 0)).OrderByDescending(s => s.Id);
        return cursors.Page(rows.Take(count + 1).ToList(), count, filters, s => [s.Id]);
    }
}
