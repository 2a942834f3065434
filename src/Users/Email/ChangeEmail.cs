using FluentValidation;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Identity;

namespace Marketplace.Users;

/// <summary>Asks for another address: nothing changes until the link that is mailed there is followed. Whether somebody else has the address, nobody learns.</summary>
internal static class ChangeEmail
{
    public static readonly TimeSpan Life = TimeSpan.FromHours(24);

    public sealed record Request(string Email);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator() => RuleFor(r => r.Email).EmailAddressForm();
    }

    /// <exception cref="Refused">403 <c>step_up_required</c>, 422 <c>invalid</c> for the address that one has, 429 <c>too_many_attempts</c>.</exception>
    public static async Task Handle(Request request, Caller caller, ILookupNormalizer normalizer, MailedLinks links, Throttle throttle, Writes writes, UnitOfWork work, TimeProvider clock)
    {
        caller.MustBeFresh(clock);
        var (email, account) = (request.Email.Trim(), caller.Account);
        await throttle.Enter(EmailMails(account));
        await writes.Run(async () =>
        {
            var normalized = normalizer.NormalizeEmail(email);
            var owner = await work.Command("SELECT id FROM users.accounts WHERE normalized_email = $1", normalized).Scalar<Guid?>();
            if (owner == account) throw Refused.Invalid(new FieldError("/email", "email_same", "This is your address already."));
            await links.Void(account, LinkPurpose.ChangeEmail);
            await links.Make(new WantedLink(owner is null ? account : null, LinkPurpose.ChangeEmail, Life) { Email = email });
        });
    }

    public static Throttle.Bucket EmailMails(Guid account) => new($"email_mails:{account}", 5, TimeSpan.FromMinutes(15), TimeSpan.FromHours(6));
}
