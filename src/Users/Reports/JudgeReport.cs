using FluentValidation;
using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Users;

/// <summary>A moderator judges a report, or reverses an earlier verdict: the strikes of its reporter are counted anew. Nobody judges their own report, nor one about their own thing.</summary>
internal static class JudgeReport
{
    /// <param name="Note">For staff.</param>
    public sealed record Request(ReportVerdict Verdict, string? Note = null);

    /// <param name="Strikes">False reports of the reporter now.</param>
    public sealed record Reply(Guid Id, ReportVerdict Verdict, DateTimeOffset At, int Strikes);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Verdict).IsInEnum();
            RuleFor(r => r.Note).MaximumLength(1000);
        }
    }

    /// <exception cref="Refused">404; 403 <c>own_report</c>.</exception>
    public static async Task<Reply> Handle(Guid id, Request request, Caller caller, UsersDb db, UnitOfWork work, Subjects subjects, IAudit audit, TimeProvider clock)
    {
        caller.MustHave(Rights.Moderation);
        var reporter = await work.Command("SELECT reporter FROM users.reports WHERE id = $1", id).Scalar<Guid?>() ?? throw Refused.NotFound();
        // Verdicts on one person's reports take turns, so that each counts the ones before.
        await work.Command("SELECT pg_advisory_xact_lock(hashtextextended('users.reports ' || $1::text, 0))", reporter.ToString()).Execute();
        var report = (await db.Reports.FromSql($"SELECT * FROM users.reports WHERE id = {id} FOR UPDATE").ToListAsync()).Single();
        var about = (await subjects.Find([report.Subject])).GetValueOrDefault(report.Subject);
        if (reporter == caller.Account || about?.Owner == caller.Account) throw new Refused("own_report", 403, "Somebody else judges what you reported, and what is yours.");

        var news = report.Judge(request.Verdict, request.Note, caller.Account, clock.GetUtcNow());
        await work.Flush();
        var strikes = await Strikes.Of(reporter, work);
        if (news)
        {
            await audit.Write(caller, "users.report_judged", report.Kind, report.Subject, new { report = report.Id, verdict = request.Verdict, strikes = strikes.Count });
            work.Publish(request.Verdict == ReportVerdict.False
                ? new ReportFalse(reporter, report.Id, strikes.Count, strikes.Until is { } until && until < DateTimeOffset.MaxValue ? until : null)
                : new ReportDecided(reporter, report.Id, report.Kind, request.Verdict == ReportVerdict.Upheld));
        }

        return new Reply(report.Id, request.Verdict, report.VerdictAt!.Value, strikes.Count);
    }
}
