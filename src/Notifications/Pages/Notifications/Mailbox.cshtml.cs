using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Notifications.Pages;

[AllowAnonymous]
internal sealed class MailboxPage(ReadMailbox mailbox) : PageModel
{
    [FromQuery]
    public string? Cursor { get; set; }

    public Page<Delivered> Mails { get; private set; } = null!;

    public async Task OnGetAsync(CancellationToken stop) => Mails = await mailbox.List(Cursor, stop);
}
