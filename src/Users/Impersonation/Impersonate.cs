using FluentValidation;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Users;

/// <summary>
/// Staff with the right <c>people</c> looks at the market through a person's eyes, for half an hour, with a reason that the log keeps. Not
/// through those of staff. What it may do there, <see cref="Kernel.Impersonation"/> says: look.
/// </summary>
internal static class Impersonate
{
    public sealed record Request(string Reason);

    public sealed record Reply(string Token, DateTimeOffset ExpiresAt);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator() => RuleFor(r => r.Reason).Must(r => !string.IsNullOrWhiteSpace(r) && r.Length <= 500).WithErrorCode("reason").WithMessage("Say why, in up to 500 characters. It stays in the audit log.");
    }

    /// <exception cref="Refused">403 <c>step_up_required</c>, <c>own_account</c>, <c>staff_protected</c>; 404.</exception>
    public static async Task<Reply> Handle(Guid id, Request request, Visit visit, Caller caller, UsersDb db, UnitOfWork work, IAudit audit, TimeProvider clock)
    {
        caller.MustHave(Rights.People);
        caller.MustBeFresh(clock);
        if (id == caller.Account) throw new Refused("own_account", 403, "Nobody decides about their own account.");
        var account = await db.Accounts.SingleOrDefaultAsync(a => a.Id == id && (a.Status == AccountStatus.Active || a.Status == AccountStatus.Suspended)) ?? throw Refused.NotFound();
        if (await db.Rights.AnyAsync(r => r.Account == id)) throw new Refused("staff_protected", 403, "Only an owner decides about staff, and nobody about an owner. Take the rights away first.");

        var session = Session.OpenFor(account.Id, caller.Account, visit, clock, out var token);
        db.Sessions.Add(session);
        await work.ActFor(account.Id);
        await audit.Write(caller, "users.impersonation_started", "account", id, new { session = session.Id, reason = request.Reason.Trim() });
        return new Reply(token, session.CreatedAt + Session.ImpersonationLife);
    }

    /// <summary>Back to one's own eyes. Ending what has ended changes nothing.</summary>
    public static async Task Stop(Caller caller, UnitOfWork work, LiveSessions sessions, IAudit audit, TimeProvider clock)
    {
        if (caller.Impersonator is null || caller.Session is not { } session) return;
        await work.Command("UPDATE users.sessions SET ended_at = coalesce(ended_at, greatest($2, created_at)) WHERE id = $1", session, clock.GetUtcNow()).Execute();
        sessions.ForgetSession(session, work);
        await audit.Write(caller, "users.impersonation_stopped", "account", caller.Account, new { session });
    }
}
