using Marketplace.Kernel;

namespace Marketplace.Users;

internal enum ReportReason
{
    Spam,
    Copyright,
    Fraud,
    Offensive,
    Illegal,
    Other,
}

internal enum ReportVerdict
{
    /// <summary>It is against the rules.</summary>
    Upheld,

    /// <summary>It is not, but to ask was fair.</summary>
    Rejected,

    /// <summary>The report itself is an abuse: a strike.</summary>
    False,
}

/// <summary>What somebody says of a thing, and how staff judges it. A verdict may be reversed; the audit log has each.</summary>
internal sealed class Report
{
    public const int TextLength = 2000;

    private Report()
    {
    }

    public Guid Id { get; private set; }

    public Guid Reporter { get; private set; }

    /// <summary>An <see cref="ISubject.Kind"/> that is reportable.</summary>
    public string Kind { get; private set; } = "";

    public Guid Subject { get; private set; }

    public ReportReason Reason { get; private set; }

    public string Text { get; private set; } = "";

    public DateTimeOffset MadeAt { get; private set; }

    public ReportVerdict? Verdict { get; private set; }

    public Guid? VerdictBy { get; private set; }

    public DateTimeOffset? VerdictAt { get; private set; }

    /// <summary>For staff.</summary>
    public string? Note { get; private set; }

    public static Report Make(Guid reporter, Subject about, ReportReason reason, string text, TimeProvider clock) => new()
    {
        Id = Ids.New(clock), Reporter = reporter, Kind = about.Kind, Subject = about.Id, Reason = reason, Text = text.Trim(), MadeAt = clock.GetUtcNow(),
    };

    /// <returns>Whether that is news.</returns>
    public bool Judge(ReportVerdict verdict, string? note, Guid by, DateTimeOffset now)
    {
        if (Verdict == verdict) return false;
        (Verdict, VerdictBy, VerdictAt, Note) = (verdict, by, now, note?.Trim());
        return true;
    }
}

/// <summary>Whether somebody may report: three false reports stop them for 30 days, five for good.</summary>
/// <param name="Count">Reports that are judged false now.</param>
/// <param name="Until">Null: they may; <see cref="DateTimeOffset.MaxValue"/>: never again.</param>
internal readonly record struct Strikes(int Count, DateTimeOffset? Until)
{
    public const int ForAWhile = 3, ForGood = 5;
    public static readonly TimeSpan While = TimeSpan.FromDays(30);

    public bool StopAt(DateTimeOffset now) => Until > now;

    /// <summary>Counted from the verdicts as this transaction leaves them.</summary>
    public static async Task<Strikes> Of(Guid reporter, UnitOfWork work)
    {
        var at = await work.Command("SELECT verdict_at FROM users.reports WHERE reporter = $1 AND verdict = 'false' ORDER BY verdict_at", reporter).List(r => r.GetFieldValue<DateTimeOffset>(0));
        return new Strikes(at.Count, at.Count >= ForGood ? DateTimeOffset.MaxValue : at.Count >= ForAWhile ? at[ForAWhile - 1] + While : null);
    }
}
