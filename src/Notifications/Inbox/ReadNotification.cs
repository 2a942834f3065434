using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Notifications;

/// <summary>Somebody has seen it, or puts it away. Once or again.</summary>
internal static class ReadNotification
{
    /// <exception cref="Refused">404 for another's as for one that is not there.</exception>
    public static async Task<NotificationReply> Read(Guid id, Caller caller, NotificationsDb db, Wording wording, TimeProvider clock)
    {
        var mine = await Locked(id, caller, db);
        mine.Read(clock.GetUtcNow());
        return await Reply(mine, wording);
    }

    /// <inheritdoc cref="Read"/>
    public static async Task<NotificationReply> Archive(Guid id, Caller caller, NotificationsDb db, Wording wording, TimeProvider clock)
    {
        var mine = await Locked(id, caller, db);
        mine.Archive(clock.GetUtcNow());
        return await Reply(mine, wording);
    }

    /// <returns>How many were unread.</returns>
    public static async Task<UnreadCount> All(Caller caller, UnitOfWork work, TimeProvider clock) => new(await work.Command(
        "UPDATE notifications.notifications SET state = 'read', read_at = greatest($2, created_at) WHERE account = $1 AND state = 'unread'",
        caller.Account, clock.GetUtcNow()).Execute());

    private static async Task<Notification> Locked(Guid id, Caller caller, NotificationsDb db)
    {
        var account = caller.Account;
        return (await db.Notifications.FromSql($"SELECT * FROM notifications.notifications WHERE id = {id} AND account = {account} FOR UPDATE").ToListAsync()).SingleOrDefault()
            ?? throw Refused.NotFound();
    }

    private static async Task<NotificationReply> Reply(Notification mine, Wording wording) =>
        NotificationReply.Of(mine, wording.Of(mine.Type, Facts.Of(mine.Data), await wording.Titles([Facts.Of(mine.Data)])));
}
