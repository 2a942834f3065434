using System.Security.Cryptography;
using System.Text;
using FluentValidation;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.WebUtilities;

namespace Marketplace.Users;

/// <summary>"Mail me a link": into the market without a password, from the browser that asks. The answer and the work are the same for an address that nobody has.</summary>
internal static class AskMagicLink
{
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    /// <param name="ReturnUrl">A page of the market to open then.</param>
    public sealed record Request(string Email, Platform Platform = Platform.Market, string? ReturnUrl = null);

    /// <param name="Nonce">To be handed back with the token of the mail: it binds the link to who asked.</param>
    public sealed record Reply(string Nonce, DateTimeOffset ExpiresAt);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Email).EmailAddressForm();
            RuleFor(r => r.ReturnUrl).Must(LocalUrls.IsLocal).WithErrorCode("return_url").WithMessage("Give a path of this market, like /library.").When(r => r.ReturnUrl is not null);
        }
    }

    /// <param name="known">The nonce that the browser has from a link that it asked for before: both work.</param>
    /// <exception cref="Refused">429 <c>too_many_attempts</c>.</exception>
    public static async Task<Reply> Handle(Request request, string? known, Visit visit, ILookupNormalizer normalizer, MailedLinks links, Throttle throttle, Writes writes, UnitOfWork work, TimeProvider clock)
    {
        var email = normalizer.NormalizeEmail(request.Email.Trim());
        var nonce = known is { Length: Session.TokenLength } ? known : WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));
        await throttle.Enter(Throttle.Mails(visit));
        await throttle.Enter(new Throttle.Bucket($"magic_link:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(email)))}", 5, TimeSpan.FromMinutes(15), TimeSpan.FromHours(6)));
        await writes.Run(async () =>
        {
            var account = await work.Command("SELECT id FROM users.accounts WHERE normalized_email = $1 AND status IN ('active', 'suspended')", email).Scalar<Guid?>();
            await links.Make(new WantedLink(account, LinkPurpose.SignIn, Life) { Nonce = nonce, Platform = request.Platform, ReturnUrl = request.ReturnUrl });
        });
        return new Reply(nonce, clock.GetUtcNow() + Life);
    }
}
