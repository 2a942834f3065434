using FluentValidation;
using Marketplace.Kernel;

namespace Marketplace.Users;

/// <summary>Anybody signed in says that something is against the rules: once, until staff has judged it.</summary>
internal static class MakeReport
{
    /// <param name="Kind">product, shop, review or account.</param>
    public sealed record Request(string Kind, Guid Id, ReportReason Reason, string? Text = null);

    public sealed record Reply(Guid Id, string Kind, Guid Subject, ReportReason Reason, string Text, DateTimeOffset MadeAt, ReportVerdict? Verdict, DateTimeOffset? VerdictAt);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Kind).NotEmpty().MaximumLength(40);
            RuleFor(r => r.Reason).IsInEnum();
            RuleFor(r => r.Text).Must(t => t is null || t.Length <= Report.TextLength).WithErrorCode("text").WithMessage("Write up to 2,000 characters.");
            RuleFor(r => r.Text).Must(t => !string.IsNullOrWhiteSpace(t)).When(r => r.Reason == ReportReason.Other).WithErrorCode("text_missing").WithMessage("Say what is wrong with it.");
        }
    }

    /// <exception cref="Refused">404; 403 <c>own_thing</c>, <c>reporting_blocked</c>; 409 <c>already_reported</c>.</exception>
    public static async Task<Reply> Handle(Request request, Caller caller, UsersDb db, UnitOfWork work, Subjects subjects, TimeProvider clock)
    {
        var about = await subjects.Reportable(request.Kind, request.Id) ?? throw Refused.NotFound();
        if (about.Owner == caller.Account) throw new Refused("own_thing", 403, "This is yours. Change it, or take it off sale.");
        var strikes = await Strikes.Of(caller.Account, work);
        if (strikes.StopAt(clock.GetUtcNow())) throw new Refused("reporting_blocked", 403, "Too many of your reports were false. Yours are not taken just now.");

        var report = Report.Make(caller.Account, about, request.Reason, request.Text ?? "", clock);
        db.Reports.Add(report);
        work.Publish(new ThingReported(report.Id, about.Kind, about.Id));
        await work.Flush(("reports_one_open", new Refused("already_reported", 409, "You have reported this already. We look at it.")));
        return View(report);
    }

    public static Reply View(Report r) => new(r.Id, r.Kind, r.Subject, r.Reason, r.Text, r.MadeAt, r.Verdict, r.VerdictAt);
}
