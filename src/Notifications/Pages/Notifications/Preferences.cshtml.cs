using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Marketplace.Notifications.Pages;

[Authorize]
internal sealed class PreferencesPage(Caller caller, NotificationsDb db, UnitOfWork work, Wording wording, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    /// <summary>The ticked boxes: <c>sale:mail</c>.</summary>
    [BindProperty]
    public List<string> On { get; set; } = [];

    public IReadOnlyList<Wish> Wishes { get; private set; } = [];

    public override async Task Load() => Wishes = (await ReadPreferences.Handle(caller, db, HttpContext.RequestAborted)).Data;

    public async Task<IActionResult> OnPostAsync()
    {
        var wishes = NoticeRule.Optional.Select(r => new Wish(r.Type, On.Contains(Value(r.Type, Way.Inbox)), On.Contains(Value(r.Type, Way.Mail)))).ToList();
        await ChangePreferences.Handle(new ChangePreferences.Request(wishes), caller, db, work, clock);
        this.Toast(texts["Saved"]);
        return LocalRedirect("/account/notifications");
    }

    public string NameOf(NoticeType type) => wording.NameOf(type);

    public static string Value(NoticeType type, Way way) => $"{Naming.Snake(type.ToString())}:{Naming.Snake(way.ToString())}";
}
