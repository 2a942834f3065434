using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Users;

/// <param name="Browser">Null when it is none that we know.</param>
internal sealed record OwnSession(Guid Id, Platform Platform, string? Browser, string? System, string Address, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, bool IsCurrent);

/// <summary>Where the caller is signed in, last used first.</summary>
internal static class OwnSessions
{
    /// <param name="platform">Only there; all when null.</param>
    /// <exception cref="Refused">422 <c>invalid</c>.</exception>
    public static async Task<IReadOnlyList<OwnSession>> Handle(string? platform, Caller caller, UsersDb db, TimeProvider clock)
    {
        var holdsRights = await db.Rights.AnyAsync(r => r.Account == caller.Account);
        var (idle, absolute) = Session.Lifetime(holdsRights);
        var only = platform is null ? (Platform?)null : Enum.TryParse<Platform>(platform, true, out var named) && !char.IsDigit(platform[0]) ? named : throw Refused.Invalid(new FieldError("/platform", "platform", "A platform is market, weokto or stam."));
        var now = clock.GetUtcNow();
        DateTimeOffset usedAfter = now - idle, openedAfter = now - absolute;
        var sessions = await db.Sessions.AsNoTracking()
            .Where(s => s.Account == caller.Account && s.EndedAt == null && (only == null || s.Platform == only) && s.CreatedAt > openedAfter && s.LastSeenAt > usedAfter)
            .OrderByDescending(s => s.Id == caller.Session).ThenByDescending(s => s.LastSeenAt).Take(100).ToListAsync();
        return sessions.Select(s => new OwnSession(
            s.Id, s.Platform, Devices.Browser(s.UserAgent), Devices.System(s.UserAgent), s.Address?.ToString() ?? "", s.CreatedAt, s.LastSeenAt, s.Id == caller.Session)).ToList();
    }
}
