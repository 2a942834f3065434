using Marketplace.Kernel;
using Marketplace.Users;

namespace Marketplace.Notifications;

/// <summary>Somebody reads what staff did to their account, and where to appeal.</summary>
internal sealed class OnPersonSuspended(Tell tell) : IReaction<PersonSuspended>
{
    public Task Handle(PersonSuspended happened, CancellationToken stop) => tell.Handle(new Notice(
        happened.Account, NoticeType.AccountSuspended, happened.Sanction.ToString(), new Facts { Sanction = happened.Sanction, Until = happened.Until }, "/account/standing"));
}

internal sealed class OnPersonBanned(Tell tell) : IReaction<PersonBanned>
{
    public Task Handle(PersonBanned happened, CancellationToken stop) => tell.Handle(new Notice(
        happened.Account, NoticeType.AccountBanned, happened.Sanction.ToString(), new Facts { Sanction = happened.Sanction }, "/"));
}

internal sealed class OnPersonReinstated(Tell tell) : IReaction<PersonReinstated>
{
    public Task Handle(PersonReinstated happened, CancellationToken stop) => tell.Handle(new Notice(
        happened.Account, NoticeType.AccountReinstated, happened.Sanction.ToString(), new Facts { Sanction = happened.Sanction }, "/"));
}

internal sealed class OnAppealAnswered(Tell tell) : IReaction<AppealAnswered>
{
    public Task Handle(AppealAnswered happened, CancellationToken stop) => tell.Handle(new Notice(
        happened.Account, NoticeType.AppealAnswered, happened.Sanction.ToString(), new Facts { Sanction = happened.Sanction }, "/account/standing"));
}

/// <summary>A reporter hears the outcome, not what was done to whom.</summary>
internal sealed class OnReportDecided(Tell tell) : IReaction<ReportDecided>
{
    public Task Handle(ReportDecided happened, CancellationToken stop)
    {
        var verdict = happened.Upheld ? "upheld" : "rejected";
        return tell.Handle(new Notice(happened.Reporter, NoticeType.ReportDecided, $"{happened.Report} {verdict}", new Facts { Kind = happened.Kind, Verdict = verdict }, "/account/reports"));
    }
}

internal sealed class OnReportFalse(Tell tell) : IReaction<ReportFalse>
{
    public Task Handle(ReportFalse happened, CancellationToken stop) => tell.Handle(new Notice(
        happened.Reporter, NoticeType.FalseReport, happened.Report.ToString(), new Facts { Strikes = happened.Strikes, Until = happened.Until }, "/account/reports"));
}

/// <summary>Somebody's data can be fetched.</summary>
internal sealed class OnDataExported(Tell tell) : IReaction<DataExported>
{
    public Task Handle(DataExported happened, CancellationToken stop) => tell.Handle(new Notice(happened.Account, NoticeType.DataReady, happened.Export.ToString(), new Facts(), "/account/data"));
}

/// <summary>Somebody reads until when they can change their mind.</summary>
internal sealed class OnErasureAsked(Tell tell) : IReaction<ErasureAsked>
{
    public Task Handle(ErasureAsked happened, CancellationToken stop) => tell.Handle(new Notice(
        happened.Account, NoticeType.ErasureScheduled, $"{happened.DueAt.ToUniversalTime():O}", new Facts { Until = happened.DueAt }, "/sign-in"));
}
