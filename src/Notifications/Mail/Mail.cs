using System.Text.Json;
using Marketplace.Kernel;

namespace Marketplace.Notifications;

internal enum MailState
{
    /// <summary>Waits for its turn, or for its next try.</summary>
    Queued,

    /// <summary>Some host has it in hand. When that host dies, its time runs out and another takes it.</summary>
    Sending,
    Sent,

    /// <summary>Refused for good, or tried too often: a person must look.</summary>
    Failed,

    /// <summary>There is nobody any more to write to.</summary>
    Dropped,
}

/// <summary>A mail, from the queue to its end.</summary>
internal sealed class Mail
{
    private Mail()
    {
    }

    public Guid Id { get; private set; }

    public Guid Account { get; private set; }

    public NoticeType Template { get; private set; }

    public string Cause { get; private set; } = "";

    public string? Language { get; private set; }

    public string Link { get; private set; } = "";

    /// <summary><see cref="Notifications.Facts"/>.</summary>
    public JsonElement Data { get; private set; }

    public byte[]? Secret { get; private set; }

    public MailState State { get; private set; }

    public int Attempts { get; private set; }

    public DateTimeOffset NextAt { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset? SentAt { get; private set; }

    public string? Error { get; private set; }

    /// <summary>Waits although it was tried, or was given up. What had a secret has it no longer: it is asked for anew.</summary>
    public bool MayBeRetried => (State == MailState.Failed && Template is not (NoticeType.PasswordLink or NoticeType.CartLeft)) || (State == MailState.Queued && Attempts > 0);

    /// <summary>From the beginning, now: what kept it from arriving has been mended.</summary>
    /// <exception cref="Refused">409 <c>mail_not_waiting</c>.</exception>
    public void Retry(DateTimeOffset now)
    {
        if (!MayBeRetried) throw new Refused("mail_not_waiting", 409, "This mail does not wait for another try.");
        State = MailState.Queued;
        Attempts = 0;
        NextAt = now;
    }
}
