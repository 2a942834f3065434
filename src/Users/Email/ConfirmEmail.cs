using FluentValidation;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Identity;

namespace Marketplace.Users;

/// <summary>Follows a link that was mailed to an address: it arrives there. Verifies the account's own, or puts a new one in its place.</summary>
internal static class ConfirmEmail
{
    /// <summary>For so long the old address can undo a change.</summary>
    public static readonly TimeSpan Regret = TimeSpan.FromDays(7);

    public sealed record Request(string Token);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator() => RuleFor(r => r.Token).NotEmpty().MaximumLength(100);
    }

    /// <exception cref="Refused">409 <c>email_link_used</c>, <c>email_taken</c>.</exception>
    public static async Task Handle(Request request, MailedLinks links, ILookupNormalizer normalizer, IAudit audit, UnitOfWork work, LiveSessions sessions, TimeProvider clock)
    {
        if (await links.Use(request.Token, [LinkPurpose.VerifyEmail, LinkPurpose.ChangeEmail]) is not { } link) throw EmailChanges.Used();
        var old = (await work.Command("SELECT email FROM users.accounts WHERE id = $1 AND status IN ('active', 'suspended') FOR UPDATE", link.Account).Scalar<string>()) ?? throw EmailChanges.Used();
        if (link.Purpose == LinkPurpose.VerifyEmail)
        {
            // The address may have been changed since.
            if (old != link.Email) throw EmailChanges.Used();
            await work.Command("UPDATE users.accounts SET email_verified_at = coalesce(email_verified_at, $2) WHERE id = $1", link.Account, clock.GetUtcNow()).Execute();
            return;
        }

        await EmailChanges.Put(link.Account, link.Email!, normalizer, work, clock);
        await links.Void(link.Account, LinkPurpose.SignIn, LinkPurpose.Proof, LinkPurpose.VerifyEmail, LinkPurpose.ChangeEmail);
        await links.Make(new WantedLink(link.Account, LinkPurpose.RevertEmail, Regret) { Email = old });
        await audit.Write(Caller.For(link.Account), "users.email_changed", "account", link.Account);
        work.Publish(new AccountSecured(link.Account, SecurityChange.EmailChanged, link.Id));
        sessions.ForgetAccount(link.Account, work);
    }
}
