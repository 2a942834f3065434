using System.Text.Json;
using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Notifications;

/// <summary>What somebody was told, newest first, in the words of who reads.</summary>
internal sealed class ListNotifications(NotificationsDb db, Wording wording, Cursors cursors)
{
    /// <param name="state">As in replies: <c>unread</c>, <c>read</c>, <c>archived</c>; <see cref="Kept"/> is what is not archived; null is all.</param>
    /// <param name="notices">Only this class.</param>
    /// <exception cref="Refused">422 <c>state_unknown</c>, <c>class_unknown</c>.</exception>
    public async Task<Page<NotificationReply>> Handle(string? state, string? notices, string? cursor, int? limit, Caller caller, CancellationToken stop)
    {
        var account = caller.Account;
        var take = Cursors.Limit(limit);
        var filters = new { list = "notifications", account, state, notices };
        var after = cursors.Read(cursor, filters)?[0].GetGuid();
        var rows = db.Notifications.AsNoTracking().Where(n => n.Account == account);
        if (state == Kept) rows = rows.Where(n => n.State != NoticeState.Archived);
        else if (One<NoticeState>(state, new Refused("state_unknown", 422, "A notification has no such state.")) is { } only) rows = rows.Where(n => n.State == only);
        if (One<NoticeClass>(notices, new Refused("class_unknown", 422, "There is no such class of notifications.")) is { } one) rows = rows.Where(n => n.Class == one);
        if (after is { } last) rows = rows.Where(n => n.Id < last);
        var page = cursors.Page(await rows.OrderByDescending(n => n.Id).Take(take + 1).ToListAsync(stop), take, filters, n => [n.Id]);

        var titles = await wording.Titles(page.Data.Select(n => Facts.Of(n.Data)), stop);
        return page.Map(n => NotificationReply.Of(n, wording.Of(n.Type, Facts.Of(n.Data), titles)));
    }

    /// <summary>For the page: what is not archived.</summary>
    public const string Kept = "kept";

    private static TEnum? One<TEnum>(string? text, Refused unknown)
        where TEnum : struct, Enum =>
        text is null ? null : Enum.GetValues<TEnum>().Cast<TEnum?>().FirstOrDefault(v => Naming.Snake(v!.Value.ToString()) == text) ?? throw unknown;
}

/// <param name="Title">In the language of the request, as is <paramref name="Text"/>.</param>
/// <param name="Link">A page of this market.</param>
/// <param name="Data">Ids, amounts and numbers that the words are made of.</param>
internal sealed record NotificationReply(
    Guid Id, NoticeType Type, NoticeClass Class, NoticeState State, string Title, string Text, SubjectReply? Subject, Guid? Actor, string Link, JsonElement Data,
    DateTimeOffset CreatedAt, DateTimeOffset? ReadAt, DateTimeOffset? ArchivedAt)
{
    public static NotificationReply Of(Notification n, Words words) => new(
        n.Id, n.Type, n.Class, n.State, words.Title, words.Text, n.SubjectKind is null ? null : new SubjectReply(n.SubjectKind, n.SubjectId!.Value), n.Actor, n.Link, n.Data,
        n.CreatedAt, n.ReadAt, n.ArchivedAt);
}

/// <param name="Kind"><c>order</c>, <c>product</c> …</param>
internal sealed record SubjectReply(string Kind, Guid Id);
