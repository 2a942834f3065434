using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Notifications.Pages;

[AllowAnonymous]
internal sealed class MailboxMessagePage(ReadMailbox mailbox) : PageModel
{
    public Delivered Mail { get; private set; } = null!;

    public async Task OnGetAsync(Guid id, CancellationToken stop) => Mail = await mailbox.One(id, stop);
}
