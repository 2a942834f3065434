using Marketplace.Kernel;

namespace Marketplace.Users;

internal enum SanctionKind
{
    /// <summary>May sign in, read and appeal, but not trade.</summary>
    Suspension,

    /// <summary>Cannot sign in.</summary>
    Ban,
}

/// <summary>What staff did to somebody's account. At most one of an account is open; it ends by staff or by its time.</summary>
internal sealed class Sanction
{
    public const int ReasonLength = 1000;

    private Sanction()
    {
    }

    public Guid Id { get; private set; }

    public Guid Account { get; private set; }

    public SanctionKind Kind { get; private set; }

    /// <summary>The person reads it.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>Null: until staff lifts it.</summary>
    public DateTimeOffset? Until { get; private set; }

    public Guid By { get; private set; }

    public DateTimeOffset At { get; private set; }

    public DateTimeOffset? LiftedAt { get; private set; }

    /// <summary>Null once it is lifted: its time was over.</summary>
    public Guid? LiftedBy { get; private set; }

    public string? LiftReason { get; private set; }

    public bool IsOpen => LiftedAt is null;

    public static Sanction Impose(Account account, SanctionKind kind, string reason, DateTimeOffset? until, Guid by, TimeProvider clock)
    {
        account.Take(kind == SanctionKind.Ban ? AccountStatus.Banned : AccountStatus.Suspended);
        return new Sanction { Id = Ids.New(clock), Account = account.Id, Kind = kind, Reason = reason.Trim(), Until = until, By = by, At = clock.GetUtcNow() };
    }

    /// <param name="by">Null: its time is over.</param>
    public void Lift(Account account, Guid? by, string reason, TimeProvider clock)
    {
        (LiftedAt, LiftedBy, LiftReason) = (clock.GetUtcNow(), by, reason.Trim());
        account.Take(AccountStatus.Active);
    }

    /// <summary>A suspension became a ban.</summary>
    public void GiveWay(Guid by, string reason, TimeProvider clock) => (LiftedAt, LiftedBy, LiftReason) = (clock.GetUtcNow(), by, reason.Trim());
}

/// <summary>What the person says to it, once, and what staff answers, once.</summary>
internal sealed class Appeal
{
    public const int TextLength = 4000;

    private Appeal()
    {
    }

    public Guid Sanction { get; private set; }

    public string Text { get; private set; } = "";

    public DateTimeOffset MadeAt { get; private set; }

    public bool? Accepted { get; private set; }

    public string? Answer { get; private set; }

    public Guid? AnsweredBy { get; private set; }

    public DateTimeOffset? AnsweredAt { get; private set; }

    public static Appeal Make(Sanction sanction, string text, DateTimeOffset now) => new() { Sanction = sanction.Id, Text = text.Trim(), MadeAt = now };

    /// <exception cref="Refused">409 <c>appeal_answered</c>.</exception>
    public void Decide(bool accepted, string answer, Guid by, DateTimeOffset now)
    {
        if (AnsweredAt is not null) throw new Refused("appeal_answered", 409, "This appeal has been answered.");
        (Accepted, Answer, AnsweredBy, AnsweredAt) = (accepted, answer.Trim(), by, now);
    }
}

/// <summary>A sanction as its person and staff read it.</summary>
internal sealed record SanctionView(
    Guid Id, SanctionKind Kind, string Reason, DateTimeOffset? Until, DateTimeOffset At, DateTimeOffset? LiftedAt, string? LiftReason, AppealView? Appeal)
{
    public static SanctionView Of(Sanction s, Appeal? a) =>
        new(s.Id, s.Kind, s.Reason, s.Until, s.At, s.LiftedAt, s.LiftReason, a is null ? null : new AppealView(a.Text, a.MadeAt, a.Accepted, a.Answer, a.AnsweredAt));
}

internal sealed record AppealView(string Text, DateTimeOffset MadeAt, bool? Accepted, string? Answer, DateTimeOffset? AnsweredAt);
