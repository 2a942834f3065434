using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Notifications;

/// <summary>What reaches somebody, type by type. Receipts and failed payments are not among them: they always come.</summary>
internal static class ReadPreferences
{
    public static async Task<PreferencesReply> Handle(Caller caller, NotificationsDb db, CancellationToken stop = default)
    {
        var account = caller.Account;
        var off = (await db.Preferences.AsNoTracking().Where(p => p.Account == account && p.Off).ToListAsync(stop)).Select(p => (p.Type, p.Way)).ToHashSet();
        return new PreferencesReply(NoticeRule.Optional.Select(r => new Wish(r.Type, !off.Contains((r.Type, Way.Inbox)), !off.Contains((r.Type, Way.Mail)))).ToList());
    }
}

internal sealed record PreferencesReply(IReadOnlyList<Wish> Data);

/// <param name="Inbox">Shown in the market's inbox.</param>
/// <param name="Mail">Sent by mail.</param>
internal sealed record Wish(NoticeType Type, bool Inbox, bool Mail);
