using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Notifications;

/// <param name="To">The username: an address is nobody's to read here.</param>
internal sealed record MailLine(Guid Id, string To, NoticeType Template, string? Language, MailState State, int Attempts, DateTimeOffset NextAt, DateTimeOffset CreatedAt, DateTimeOffset? SentAt, string? Error, bool MayBeRetried);

/// <summary>The queue and what became of it, for the operator.</summary>
internal sealed class ListMails(NotificationsDb db, IUsers users, Cursors cursors)
{
    public async Task<Page<MailLine>> Handle(MailState? state, string? cursor, Caller caller, CancellationToken stop = default)
    {
        caller.MustHave(Rights.System);
        var filters = new { list = "mails", state };
        var after = cursors.Read(cursor, filters)?[0].GetGuid();
        var mails = db.Mails.AsNoTracking().Where(m => state == null || m.State == state);
        if (after is { } last) mails = mails.Where(m => m.Id < last);
        var page = cursors.Page(await mails.OrderByDescending(m => m.Id).Take(51).ToListAsync(stop), 50, filters, m => [m.Id]);
        var people = await users.People(page.Data.Select(m => m.Account).ToList(), stop);
        return page.Map(m => new MailLine(
            m.Id, people.TryGetValue(m.Account, out var to) ? to.Username : "", m.Template, m.Language, m.State, m.Attempts, m.NextAt, m.CreatedAt, m.SentAt, m.Error, m.MayBeRetried));
    }

    public async Task<IReadOnlyDictionary<MailState, int>> Counts(Caller caller, CancellationToken stop = default)
    {
        caller.MustHave(Rights.System);
        return await db.Mails.GroupBy(m => m.State).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, stop);
    }
}
