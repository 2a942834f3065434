using System.Text.Json;
using Marketplace.Kernel;

namespace Marketplace.Notifications;

/// <summary>How loudly it is said.</summary>
internal enum NoticeClass
{
    Info,
    Alert,
    Promo,
    Update,
}

internal enum NoticeState
{
    Unread,
    Read,
    Archived,
}

/// <summary>Something that one person is told, once.</summary>
internal sealed class Notification
{
    private Notification()
    {
    }

    public Guid Id { get; private set; }

    public Guid Account { get; private set; }

    public NoticeClass Class { get; private set; }

    public NoticeType Type { get; private set; }

    public NoticeState State { get; private set; }

    public string Cause { get; private set; } = "";

    public Guid? Actor { get; private set; }

    public string? SubjectKind { get; private set; }

    public Guid? SubjectId { get; private set; }

    /// <summary>A page of this market.</summary>
    public string Link { get; private set; } = "";

    /// <summary><see cref="Facts"/>.</summary>
    public JsonElement Data { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset? ReadAt { get; private set; }

    public DateTimeOffset? ArchivedAt { get; private set; }

    /// <summary>Once or again.</summary>
    public void Read(DateTimeOffset now)
    {
        if (State != NoticeState.Unread) return;
        State = NoticeState.Read;
        ReadAt = now;
    }

    /// <summary>Out of sight, and so read.</summary>
    public void Archive(DateTimeOffset now)
    {
        if (State == NoticeState.Archived) return;
        Read(now);
        State = NoticeState.Archived;
        ArchivedAt = now;
    }
}
