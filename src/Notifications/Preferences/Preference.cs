namespace Marketplace.Notifications;

internal enum Way
{
    Inbox,
    Mail,
}

/// <summary>What somebody once said about one type and way.</summary>
internal sealed record Preference(Guid Account, NoticeType Type, Way Way, bool Off, DateTimeOffset ChangedAt);
