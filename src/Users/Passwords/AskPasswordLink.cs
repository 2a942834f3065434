using System.Security.Cryptography;
using System.Text;
using FluentValidation;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Identity;

namespace Marketplace.Users;

/// <summary>"Forgot your password?": a link is mailed, if the address has an account. The answer and the work are the same if not.</summary>
internal static class AskPasswordLink
{
    public sealed record Request(string Email);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator() => RuleFor(r => r.Email).EmailAddressForm();
    }

    /// <exception cref="Refused">429 <c>too_many_attempts</c>.</exception>
    public static async Task Handle(Request request, Visit visit, ILookupNormalizer normalizer, PasswordLinks links, Throttle throttle, Writes writes, UnitOfWork work)
    {
        var email = normalizer.NormalizeEmail(request.Email.Trim());
        var asked = new Throttle.Bucket($"password_link:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(email)))}", 4, TimeSpan.FromMinutes(15), TimeSpan.FromHours(6));
        await throttle.Enter(Throttle.Mails(visit));
        await throttle.Enter(asked);
        await writes.Run(async () =>
        {
            // A write in either case, so that both wait for a commit alike.
            await work.Command("UPDATE users.sign_in_attempts SET last_at = last_at WHERE bucket = $1", asked.Key).Execute();
            var account = await work.Command("SELECT id FROM users.accounts WHERE normalized_email = $1 AND status IN ('active', 'suspended')", email).Scalar<Guid?>();
            if (account is { } known) await links.Make(known, PasswordLinkReason.Forgotten);
        });
    }
}
