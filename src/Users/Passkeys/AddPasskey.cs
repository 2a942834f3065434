using FluentValidation;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Users;

/// <summary>Adds a passkey that the browser has made.</summary>
internal static class AddPasskey
{
    public const int Most = 20;

    public sealed record Request(string Name, string Challenge, string Credential);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Name).PasskeyName();
            RuleFor(r => r.Challenge).NotEmpty().MaximumLength(4_000).WithMessage("Your browser has not made a passkey. Try again.");
            RuleFor(r => r.Credential).NotEmpty().MaximumLength(40_000).WithMessage("Your browser has not made a passkey. Try again.");
        }
    }

    /// <exception cref="Refused">401 <c>passkey_refused</c>, 403 <c>step_up_required</c>, 409 <c>too_many_passkeys</c>.</exception>
    public static async Task Handle(Request request, Caller caller, HttpContext http, PasskeyCeremony ceremony, AccountStore store, UsersDb db, IAudit audit, UnitOfWork work, TimeProvider clock)
    {
        caller.MustBeFresh(clock);
        var account = await db.Accounts.FromSqlRaw("SELECT * FROM users.accounts WHERE id = {0} FOR UPDATE", caller.Account).SingleAsync();
        if ((await store.GetPasskeysAsync(account, default)).Count >= Most) throw new Refused("too_many_passkeys", 409, "An account has at most 20 passkeys. Remove one first.");
        var passkey = await ceremony.Attest(new PasskeyAnswer(request.Challenge, request.Credential), caller.Account, http);
        passkey.Name = request.Name.Trim();
        await store.AddOrUpdatePasskeyAsync(account, passkey, default);
        var id = await work.Command("SELECT id FROM users.passkeys WHERE credential_id = $1", passkey.CredentialId).Scalar<Guid>();
        await audit.Write(caller, "users.passkey_added", "passkey", id);
        work.Publish(new AccountSecured(caller.Account, SecurityChange.PasskeyAdded, id));
    }

    public static IRuleBuilderOptions<T, string> PasskeyName<T>(this IRuleBuilder<T, string> rule) =>
        rule.Must(name => name is not null && name.Trim().Length is >= 1 and <= 60 && name.Length <= 80 && !name.Any(char.IsControl)).WithErrorCode("passkey_name").WithMessage("A passkey's name has 1 to 60 characters.");
}
