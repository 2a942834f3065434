using FluentValidation;
using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Users;

/// <summary>Staff suspends somebody, for a time or until further notice, or bans them: a ban ends every session at once.</summary>
internal static class SanctionPerson
{
    /// <param name="Reason">The person reads it.</param>
    /// <param name="Until">Of a suspension; without it, until staff lifts it.</param>
    public sealed record Request(SanctionKind Kind, string Reason, DateTimeOffset? Until = null);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Reason).Must(r => !string.IsNullOrWhiteSpace(r) && r.Length <= Sanction.ReasonLength).WithErrorCode("reason").WithMessage("Say why, in up to 1,000 characters. The person reads it.");
            RuleFor(r => r.Until).Null().When(r => r.Kind == SanctionKind.Ban).WithErrorCode("until").WithMessage("A ban has no end. Suspend for a time instead.");
        }
    }

    /// <exception cref="Refused">404; 403 <c>own_account</c>, <c>staff_protected</c>; 409 <c>already_sanctioned</c>; 422 <c>until</c>.</exception>
    public static async Task<SanctionView> Handle(Guid id, Request request, Caller caller, UsersDb db, UnitOfWork work, LiveSessions sessions, IAudit audit, TimeProvider clock)
    {
        caller.MustHave(Rights.People);
        var now = clock.GetUtcNow();
        if (request.Until <= now) throw Refused.Invalid(new FieldError("/until", "until", "The end lies in the past."));
        var account = await Judged(id, caller, db);
        var open = await db.Sanctions.SingleOrDefaultAsync(s => s.Account == id && s.LiftedAt == null);
        if (open is not null)
        {
            if (open.Kind == SanctionKind.Ban || request.Kind == SanctionKind.Suspension) throw new Refused("already_sanctioned", 409, "This account is suspended or banned already. Reinstate it first.");
            open.GiveWay(caller.Account, request.Reason, clock);
            await work.Flush();
        }

        var sanction = Sanction.Impose(account, request.Kind, request.Reason, request.Until, caller.Account, clock);
        db.Sanctions.Add(sanction);
        if (request.Kind == SanctionKind.Ban)
        {
            await work.Command("UPDATE users.sessions SET ended_at = greatest($2, created_at) WHERE account = $1 AND ended_at IS NULL", id, now).Execute();
            work.Publish(new PersonBanned(id, sanction.Id));
        }
        else work.Publish(new PersonSuspended(id, sanction.Id, sanction.Until));
        sessions.ForgetAccount(id, work);
        await audit.Write(caller, request.Kind == SanctionKind.Ban ? "users.person_banned" : "users.person_suspended", "account", id, new { sanction = sanction.Id, until = request.Until });
        return SanctionView.Of(sanction, null);
    }

    /// <summary>The account, locked, once it is clear that the caller may judge it: nobody themselves, nobody an owner, only an owner staff.</summary>
    /// <exception cref="Refused">404; 403 <c>own_account</c>, <c>staff_protected</c>.</exception>
    public static async Task<Account> Judged(Guid id, Caller caller, UsersDb db)
    {
        if (id == caller.Account) throw new Refused("own_account", 403, "Nobody decides about their own account.");
        var account = await Locked(id, db) ?? throw Refused.NotFound();
        var rights = await db.Rights.Where(r => r.Account == id).Select(r => r.Name).ToListAsync();
        if (rights.Contains(Rights.Owner) || (rights.Count > 0 && !caller.Has(Rights.Owner)))
            throw new Refused("staff_protected", 403, "Only an owner decides about staff, and nobody about an owner. Take the rights away first.");
        return account;
    }

    public static async Task<Account?> Locked(Guid id, UsersDb db) =>
        (await db.Accounts.FromSql($"SELECT * FROM users.accounts WHERE id = {id} AND status <> 'deleted' FOR UPDATE").ToListAsync()).SingleOrDefault();
}
