using System.Globalization;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Notifications.Pages;

/// <summary>What one was told, day by day. To open one is a POST: it is read from then on.</summary>
[Authorize]
internal sealed class InboxPage(
    ListNotifications list, Caller caller, NpgsqlDataSource source, NotificationsDb db, Wording wording, UnitOfWork work, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    [BindProperty(SupportsGet = true)]
    public string? Tab { get; set; }

    [FromQuery]
    public string? Cursor { get; set; }

    public Page<NotificationReply> List { get; private set; } = null!;

    public int Unread { get; private set; }

    public IReadOnlyList<Day> Days { get; private set; } = [];

    public override async Task Load()
    {
        if (Tab is not ("unread" or "archived")) Tab = null;
        List = await list.Handle(Tab ?? ListNotifications.Kept, null, Cursor, 40, caller, HttpContext.RequestAborted);
        Unread = (await CountUnread.Handle(caller, source, HttpContext.RequestAborted)).Count;
        var zone = Request.Cookies["zone"] is { Length: > 0 and < 64 } id && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var known) ? known : TimeZoneInfo.Utc;
        DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);
        var today = DayOf(clock.GetUtcNow());
        Days = List.Data.GroupBy(n => DayOf(n.CreatedAt)).Select(g => new Day(Name(g.Key, today), g.ToList())).ToList();
    }

    public async Task<IActionResult> OnPostOpenAsync(Guid id) =>
        LocalRedirect((await ReadNotification.Read(id, caller, db, wording, clock)).Link);

    public async Task<IActionResult> OnPostArchiveAsync(Guid id)
    {
        await ReadNotification.Archive(id, caller, db, wording, clock);
        return LocalRedirect(Tab is "unread" or "archived" ? $"/inbox?tab={Tab}" : "/inbox");
    }

    public async Task<IActionResult> OnPostReadAllAsync()
    {
        await ReadNotification.All(caller, work, clock);
        return LocalRedirect("/inbox");
    }

    private string Name(DateOnly day, DateOnly today) => (today.DayNumber - day.DayNumber) switch
    {
        0 => texts["Today"],
        1 => texts["Yesterday"],
        < 7 => Capital(day.ToString("dddd", CultureInfo.CurrentCulture)),
        _ => day.ToString("D", CultureInfo.CurrentCulture),
    };

    private static string Capital(string word) => char.ToUpper(word[0], CultureInfo.CurrentCulture) + word[1..];

    internal sealed record Day(string Name, IReadOnlyList<NotificationReply> Notices);
}
