using FluentValidation;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Identity;

namespace Marketplace.Users;

/// <summary>The old address takes the account back: whoever is signed in is signed out, and a link to choose a password is mailed.</summary>
internal static class RevertEmail
{
    public sealed record Request(string Token);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator() => RuleFor(r => r.Token).NotEmpty().MaximumLength(100);
    }

    /// <exception cref="Refused">409 <c>email_link_used</c>, <c>email_taken</c>.</exception>
    public static async Task Handle(Request request, MailedLinks links, PasswordLinks passwords, ILookupNormalizer normalizer, IAudit audit, UnitOfWork work, LiveSessions sessions, TimeProvider clock)
    {
        if (await links.Use(request.Token, [LinkPurpose.RevertEmail]) is not { } link) throw EmailChanges.Used();
        await EmailChanges.Put(link.Account, link.Email!, normalizer, work, clock);
        await links.Void(link.Account, Enum.GetValues<LinkPurpose>());
        await work.ActFor(link.Account);
        await work.Command("UPDATE users.sessions SET ended_at = greatest($2, created_at) WHERE account = $1 AND ended_at IS NULL", link.Account, clock.GetUtcNow()).Execute();
        await work.Command("UPDATE users.pending_sign_ins SET used_at = greatest($2, asked_at) WHERE account = $1 AND used_at IS NULL", link.Account, clock.GetUtcNow()).Execute();
        await passwords.Make(link.Account, PasswordLinkReason.Forgotten);
        await audit.Write(Caller.For(link.Account), "users.email_reverted", "account", link.Account);
        work.Publish(new AccountSecured(link.Account, SecurityChange.EmailReverted, link.Id));
        sessions.ForgetAccount(link.Account, work);
    }
}
