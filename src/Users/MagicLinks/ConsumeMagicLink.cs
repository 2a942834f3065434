using FluentValidation;
using Marketplace.Kernel;

namespace Marketplace.Users;

/// <summary>Signs in by a mailed link, once, for who asked for it. That the mail arrived proves the address.</summary>
internal static class ConsumeMagicLink
{
    /// <param name="Token">Of the mail.</param>
    /// <param name="Nonce">Of the one who asked.</param>
    public sealed record Request(string Token, string Nonce, Platform Platform = Platform.Market);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Token).NotEmpty().MaximumLength(100);
            RuleFor(r => r.Nonce).NotEmpty().MaximumLength(100);
        }
    }

    /// <exception cref="Refused">401 <c>magic_link_refused</c>, 403 <c>account_banned</c>, 429 <c>too_many_attempts</c>.</exception>
    public static async Task<(Entered Entered, string? ReturnUrl)> Handle(Request request, Visit visit, MailedLinks links, Entrance entrance, Throttle throttle, Writes writes, UnitOfWork work, TimeProvider clock)
    {
        await throttle.Check(Throttle.Addresses(visit));
        var followed = await writes.Run(async () =>
        {
            if (await links.Use(request.Token, [LinkPurpose.SignIn], request.Nonce, request.Platform) is not { } link) return default((Entered, string?)?);
            await work.Command("UPDATE users.accounts SET email_verified_at = coalesce(email_verified_at, $2) WHERE id = $1", link.Account, clock.GetUtcNow()).Execute();
            return (await entrance.Enter(link.Account, Way.MailedLink, visit, request.Platform), link.ReturnUrl);
        });
        if (followed is { } entered) return entered;
        await throttle.Charge(Throttle.Addresses(visit));
        throw new Refused("magic_link_refused", 401, "This link has been used, is older than ten minutes, or was asked for in another browser. Ask for a new one here.");
    }
}
