using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Users;

/// <param name="Browser">Null when it is none that we know.</param>
internal sealed record OwnSession(Guid Id, string? Browser, string? System, string Address, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, bool IsCurrent);

/// <summary>Where the caller is signed in, last used first.</summary>
internal static class OwnSessions
{
    public static async Task<IReadOnlyList<OwnSession>> Handle(Caller caller, UsersDb db, TimeProvider clock)
    {
        var holdsRights = await db.Rights.AnyAsync(r => r.Account == caller.Account);
        var (idle, absolute) = Session.Lifetime(holdsRights);
        var now = clock.GetUtcNow();
        DateTimeOffset usedAfter = now - idle, openedAfter = now - absolute;
        var sessions = await db.Sessions.AsNoTracking()
            .Where(s => s.Account == caller.Account && s.EndedAt == null && s.CreatedAt > openedAfter && s.LastSeenAt > usedAfter)
            .OrderByDescending(s => s.Id == caller.Session).ThenByDescending(s => s.LastSeenAt).Take(100).ToListAsync();
        return sessions.Select(s => new OwnSession(
            s.Id, Named(s.UserAgent, Browsers), Named(s.UserAgent, Systems), s.Address?.ToString() ?? "", s.CreatedAt, s.LastSeenAt, s.Id == caller.Session)).ToList();
    }

    // The first that fits: they all claim to be each other.
    private static readonly (string Mark, string Name)[] Browsers =
        [("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox/", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];

    private static readonly (string Mark, string Name)[] Systems =
        [("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")];

    private static string? Named(string agent, (string Mark, string Name)[] names) => names.FirstOrDefault(n => agent.Contains(n.Mark, StringComparison.Ordinal)).Name;
}
