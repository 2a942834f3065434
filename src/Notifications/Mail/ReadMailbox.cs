using Marketplace.Kernel;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Notifications;

/// <summary>A developer looks at what the market wrote. There is nothing to see where mail is really sent.</summary>
internal sealed class ReadMailbox(NotificationsDb db, MailSettings settings, Cursors cursors)
{
    /// <exception cref="Refused">404 outside development, or with a mail server.</exception>
    public async Task<Page<Delivered>> List(string? cursor, CancellationToken stop = default)
    {
        if (settings.Way != MailWay.Mailbox) throw Refused.NotFound();
        var filters = new { list = "mailbox" };
        var after = cursors.Read(cursor, filters)?[0].GetGuid();
        var rows = db.Mailbox.AsNoTracking();
        if (after is { } last) rows = rows.Where(m => m.Id < last);
        return cursors.Page(await rows.OrderByDescending(m => m.Id).Take(31).ToListAsync(stop), 30, filters, m => [m.Id]);
    }

    /// <inheritdoc cref="List"/>
    public async Task<Delivered> One(Guid id, CancellationToken stop = default)
    {
        if (settings.Way != MailWay.Mailbox) throw Refused.NotFound();
        return await db.Mailbox.AsNoTracking().SingleOrDefaultAsync(m => m.Id == id, stop) ?? throw Refused.NotFound();
    }

    /// <summary>The mail's own page, for a frame: it may show its styles and lead away, and nothing else.</summary>
    public static async Task<IResult> Html(Guid id, ReadMailbox mailbox, HttpContext http, CancellationToken stop)
    {
        var mail = await mailbox.One(id, stop);
        http.Response.Headers.ContentSecurityPolicy =
            "sandbox allow-top-navigation-by-user-activation; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
        return Results.Text(mail.Html, "text/html", System.Text.Encoding.UTF8);
    }
}
