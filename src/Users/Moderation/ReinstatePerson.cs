using FluentValidation;
using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.Users;

/// <summary>A suspension or ban ends: by staff, or because its time is over.</summary>
internal static class ReinstatePerson
{
    public sealed record Request(string Reason);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator() => RuleFor(r => r.Reason).Must(r => !string.IsNullOrWhiteSpace(r) && r.Length <= Sanction.ReasonLength).WithErrorCode("reason").WithMessage("Say why, in up to 1,000 characters. The person reads it.");
    }

    /// <exception cref="Refused">404; 403 <c>own_account</c>, <c>staff_protected</c>; 409 <c>not_sanctioned</c>.</exception>
    public static async Task<SanctionView> Handle(Guid id, Request request, Caller caller, UsersDb db, UnitOfWork work, LiveSessions sessions, IAudit audit, TimeProvider clock)
    {
        caller.MustHave(Rights.People);
        var account = await SanctionPerson.Judged(id, caller, db);
        var open = await db.Sanctions.SingleOrDefaultAsync(s => s.Account == id && s.LiftedAt == null) ?? throw new Refused("not_sanctioned", 409, "This account is neither suspended nor banned.");
        await Lift(account, open, caller.Account, request.Reason, caller, work, sessions, audit, clock);
        return SanctionView.Of(open, await db.Appeals.FindAsync(open.Id));
    }

    public static async Task Lift(Account account, Sanction open, Guid? by, string reason, Caller caller, UnitOfWork work, LiveSessions sessions, IAudit audit, TimeProvider clock)
    {
        open.Lift(account, by, reason, clock);
        work.Publish(new PersonReinstated(account.Id, open.Id));
        sessions.ForgetAccount(account.Id, work);
        await audit.Write(caller, "users.person_reinstated", "account", account.Id, new { sanction = open.Id });
    }
}

/// <summary>Lifts what was imposed for a time.</summary>
internal sealed class LiftSanctions(Writes writes, NpgsqlDataSource source, UsersDb db, UnitOfWork work, LiveSessions sessions, IAudit audit, TimeProvider clock) : IJob
{
    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        var due = await source.Command("SELECT account FROM users.sanctions WHERE lifted_at IS NULL AND until <= $1 ORDER BY until LIMIT 500", now).List(r => r.GetGuid(0), stop);
        foreach (var id in due) await writes.Run(() => Lift(id, now));
    }

    private async Task Lift(Guid id, DateTimeOffset now)
    {
        if (await SanctionPerson.Locked(id, db) is not { } account) return;
        if (await db.Sanctions.SingleOrDefaultAsync(s => s.Account == id && s.LiftedAt == null && s.Until <= now) is not { } open) return;
        await ReinstatePerson.Lift(account, open, null, "Its time is over.", Caller.System, work, sessions, audit, clock);
    }
}
