using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Notifications.Pages;

/// <summary>Asks first: a link is also opened by machines. The answer goes to <see cref="Unsubscribe.Post"/>.</summary>
[AllowAnonymous]
internal sealed class UnsubscribePage(Unsubscribe unsubscribe, NotificationsDb db, Wording wording) : PageModel
{
    public string Name { get; private set; } = "";

    public bool Off { get; private set; }

    public async Task OnGetAsync(string? token, CancellationToken stop)
    {
        var (account, type) = unsubscribe.Read(token);
        Response.Headers["Referrer-Policy"] = "no-referrer";
        Name = wording.NameOf(type);
        Off = await db.Preferences.AnyAsync(p => p.Account == account && p.Type == type && p.Way == Way.Mail && p.Off, stop);
    }
}
