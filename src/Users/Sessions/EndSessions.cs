using Marketplace.Kernel;

namespace Marketplace.Users;

/// <summary>Signing out: this session, another of one's own, or all others.</summary>
internal static class EndSessions
{
    /// <summary>Ending what has ended changes nothing.</summary>
    /// <exception cref="Refused">404 when the session is not the caller's.</exception>
    public static async Task One(Guid session, Caller caller, UnitOfWork work, LiveSessions sessions, TimeProvider clock)
    {
        var own = await work.Command("UPDATE users.sessions SET ended_at = coalesce(ended_at, greatest($3, created_at)) WHERE id = $1 AND account = $2", session, caller.Account, clock.GetUtcNow()).Execute();
        if (own == 0) throw Refused.NotFound();
        sessions.ForgetSession(session, work);
    }

    /// <exception cref="Refused">401 when there is no session to end.</exception>
    public static Task Current(Caller caller, UnitOfWork work, LiveSessions sessions, TimeProvider clock) =>
        One(caller.Session ?? throw Refused.SignInFirst(), caller, work, sessions, clock);

    public static async Task Others(Caller caller, UnitOfWork work, LiveSessions sessions, TimeProvider clock)
    {
        await work.Command("UPDATE users.sessions SET ended_at = greatest($3, created_at) WHERE account = $1 AND id <> $2 AND ended_at IS NULL", caller.Account, caller.Session, clock.GetUtcNow()).Execute();
        sessions.ForgetAccount(caller.Account, work);
    }
}
