using FluentValidation;
using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Users;

/// <summary>Who is suspended says why not, once.</summary>
internal static class MakeAppeal
{
    public sealed record Request(string Text);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator() => RuleFor(r => r.Text).Must(t => !string.IsNullOrWhiteSpace(t) && t.Length <= Appeal.TextLength).WithErrorCode("text").WithMessage("Write up to 4,000 characters.");
    }

    /// <exception cref="Refused">409 <c>not_sanctioned</c>, <c>appeal_made</c>.</exception>
    public static async Task<SanctionView> Handle(Request request, Caller caller, UsersDb db, UnitOfWork work, TimeProvider clock)
    {
        var open = await db.Sanctions.SingleOrDefaultAsync(s => s.Account == caller.Account && s.LiftedAt == null) ?? throw new Refused("not_sanctioned", 409, "This account is neither suspended nor banned.");
        var appeal = Appeal.Make(open, request.Text, clock.GetUtcNow());
        db.Appeals.Add(appeal);
        await work.Flush(("appeals_pkey", new Refused("appeal_made", 409, "You have appealed already. Staff reads it and answers here.")));
        return SanctionView.Of(open, appeal);
    }
}

/// <summary>Staff answers an appeal; accepting it reinstates the person.</summary>
internal static class AnswerAppeal
{
    public sealed record Request(bool Accepted, string Answer);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator() => RuleFor(r => r.Answer).Must(t => !string.IsNullOrWhiteSpace(t) && t.Length <= Sanction.ReasonLength).WithErrorCode("answer").WithMessage("Say why, in up to 1,000 characters. The person reads it.");
    }

    /// <exception cref="Refused">404; 403 <c>own_account</c>, <c>staff_protected</c>; 409 <c>appeal_answered</c>.</exception>
    public static async Task<SanctionView> Handle(Guid id, Request request, Caller caller, UsersDb db, UnitOfWork work, LiveSessions sessions, IAudit audit, TimeProvider clock)
    {
        caller.MustHave(Rights.People);
        var account = await SanctionPerson.Judged(id, caller, db);
        var appeal = (await db.Appeals.FromSql($"SELECT a.* FROM users.appeals a JOIN users.sanctions s ON s.id = a.sanction WHERE s.account = {id} ORDER BY a.made_at DESC LIMIT 1 FOR UPDATE OF a").ToListAsync()).SingleOrDefault() ?? throw Refused.NotFound();
        var sanction = await db.Sanctions.SingleAsync(s => s.Id == appeal.Sanction);
        appeal.Decide(request.Accepted, request.Answer, caller.Account, clock.GetUtcNow());
        await audit.Write(caller, "users.appeal_answered", "account", id, new { sanction = sanction.Id, accepted = request.Accepted });
        if (request.Accepted && sanction.IsOpen) await ReinstatePerson.Lift(account, sanction, caller.Account, request.Answer, caller, work, sessions, audit, clock);
        else work.Publish(new AppealAnswered(id, sanction.Id));
        return SanctionView.Of(sanction, appeal);
    }
}

/// <summary>What was done to an account, newest first.</summary>
internal static class Standing
{
    public static async Task<IReadOnlyList<SanctionView>> Of(Guid account, UsersDb db, CancellationToken stop)
    {
        var sanctions = await db.Sanctions.AsNoTracking().Where(s => s.Account == account).OrderByDescending(s => s.At).Take(50).ToListAsync(stop);
        var ids = sanctions.Select(s => s.Id).ToList();
        var appeals = (await db.Appeals.AsNoTracking().Where(a => ids.Contains(a.Sanction)).ToListAsync(stop)).ToDictionary(a => a.Sanction);
        return sanctions.Select(s => SanctionView.Of(s, appeals.GetValueOrDefault(s.Id))).ToList();
    }
}
