using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Marketplace.Notifications.Pages.Admin;

/// <summary>The queue of mails: what waits, what failed and why, and another try.</summary>
[Authorize("right:system")]
internal sealed class MailPage(ListMails list, Caller caller, NotificationsDb db, MailSettings settings, Wording wording, IAudit audit, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    [BindProperty(SupportsGet = true)]
    public MailState? State { get; set; }

    [FromQuery]
    public string? Cursor { get; set; }

    public Page<MailLine> Mails { get; private set; } = null!;

    public IReadOnlyDictionary<MailState, int> Counts { get; private set; } = new Dictionary<MailState, int>();

    public MailWay Way => settings.Way;

    public override async Task Load()
    {
        Mails = await list.Handle(State, Cursor, caller, HttpContext.RequestAborted);
        Counts = await list.Counts(caller, HttpContext.RequestAborted);
    }

    public async Task<IActionResult> OnPostRetryAsync(Guid id)
    {
        await RetryMail.Handle(id, caller, db, audit, clock);
        return LocalRedirect(State is { } state ? $"/admin/mail?state={Naming.Snake(state.ToString())}" : "/admin/mail");
    }

    public string NameOf(NoticeType template) => wording.NameOf(template);

    public string NameOf(MailState state) => state switch
    {
        MailState.Queued => texts["Waiting"],
        MailState.Sending => texts["Being sent"],
        MailState.Sent => texts["Sent"],
        MailState.Failed => texts["Failed"],
        _ => texts["Dropped"],
    };
}
