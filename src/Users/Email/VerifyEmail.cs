using Marketplace.Kernel;

namespace Marketplace.Users;

/// <summary>Mails a link to the account's own address, to show that it arrives.</summary>
internal static class VerifyEmail
{
    /// <exception cref="Refused">409 <c>email_verified</c>, 429 <c>too_many_attempts</c>.</exception>
    public static async Task Handle(Caller caller, MailedLinks links, Throttle throttle, Writes writes, UnitOfWork work)
    {
        await throttle.Enter(ChangeEmail.EmailMails(caller.Account));
        await writes.Run(async () =>
        {
            var email = await work.Command("SELECT email FROM users.accounts WHERE id = $1 AND email_verified_at IS NULL", caller.Account).Scalar<string>()
                ?? throw new Refused("email_verified", 409, "Your address is confirmed already.");
            await links.Make(new WantedLink(caller.Account, LinkPurpose.VerifyEmail, ChangeEmail.Life) { Email = email });
        });
    }
}
