using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Notifications;

/// <summary>The operator has mended what kept a mail from leaving.</summary>
internal static class RetryMail
{
    /// <exception cref="Refused">404, 409 <c>mail_not_waiting</c>.</exception>
    public static async Task Handle(Guid id, Caller caller, NotificationsDb db, IAudit audit, TimeProvider clock)
    {
        caller.MustHave(Rights.System);
        var mail = (await db.Mails.FromSql($"SELECT * FROM notifications.mails WHERE id = {id} FOR UPDATE").ToListAsync()).SingleOrDefault() ?? throw Refused.NotFound();
        mail.Retry(clock.GetUtcNow());
        await audit.Write(caller, "notifications.mail_retried", "mail", mail.Id);
    }
}
