using FluentValidation;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Users;

/// <summary>
/// An account made in passing, inside a step of another module: an e-mail address is enough. In two halves, because a password is hashed
/// while no transaction is open, and the account stands or falls with the caller's.
/// </summary>
internal sealed class GuestAccounts(
    UsersDb db, UnitOfWork work, Writes writes, Passwords passwords, PasswordLinks links, Throttle throttle, ILookupNormalizer normalizer, Entrance entrance, FrontDoor door, TimeProvider clock)
{
    private const string Nameless = "Member";

    public async Task<NewAccount> Prepare(string email, string? displayName, string? password, Visit visit)
    {
        var typed = new Typed(email.Trim(), Given(displayName), string.IsNullOrEmpty(password) ? null : password);
        var checkedForm = new Validator().Validate(typed);
        if (!checkedForm.IsValid) throw Refused.Invalid(checkedForm.Errors.Select(e => new FieldError($"/{Naming.Snake(e.PropertyName)}", e.ErrorCode, e.ErrorMessage)).ToArray());

        await throttle.Check(Throttle.SignUps(visit));
        var name = typed.DisplayName ?? Nameless;
        return new NewAccount(
            typed.Email, await FreeUsername(name, typed.DisplayName is null), name, typed.Password is null ? null : await passwords.Hash(typed.Password), visit);
    }

    /// <summary>Joins the transaction.</summary>
    public async Task<Guid> Open(NewAccount wanted, IUsers people)
    {
        var normalized = normalizer.NormalizeEmail(wanted.Email);
        // Asked beforehand, although the constraint would say it, because who tries many addresses is counted.
        if (await work.Command("SELECT EXISTS (SELECT FROM users.accounts WHERE normalized_email = $1)", normalized).Scalar<bool>())
        {
            await throttle.Charge(Throttle.SignUps(wanted.Visit));
            throw AccountStore.Taken[0].Refusal;
        }

        var account = Account.Open(Ids.New(clock), wanted.Email, wanted.Username, wanted.DisplayName, wanted.PasswordHash, clock.GetUtcNow());
        account.NormalizedEmail = normalized;
        account.SecurityStamp = Guid.CreateVersion7().ToString("N");
        db.Accounts.Add(account);
        await work.Flush(AccountStore.Taken);
        await people.Grant(account.Id, Capabilities.CanBuy);
        work.Publish(new AccountOpened(account.Id));
        if (wanted.PasswordHash is null) await links.Make(account.Id, PasswordLinkReason.Welcome);
        return account.Id;
    }

    /// <returns>Where to go: to the page that asks for a code, if the account wants one.</returns>
    public async Task<string> SignIn(Guid account, Way way, string? returnUrl, HttpContext http) =>
        await door.Let(await writes.Run(() => entrance.Enter(account, way, Visit.Of(http), Platform.Market)), returnUrl, http);

    // A name that is taken cannot be told to somebody who chose none.
    private async Task<string> FreeUsername(string displayName, bool nameless)
    {
        var username = Usernames.From(displayName, nameless);
        for (var tries = 1; tries < 20 && await db.Accounts.AnyAsync(a => a.Username == username); tries++) username = Usernames.From(displayName, true);
        return username;
    }

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private sealed record Typed(string Email, string? DisplayName, string? Password);

    private sealed class Validator : AbstractValidator<Typed>
    {
        public Validator()
        {
            RuleFor(r => r.Email).EmailAddressForm();
            RuleFor(r => r.DisplayName).DisplayNameForm().When(r => r.DisplayName is not null);
            RuleFor(r => r.Password!).Cascade(CascadeMode.Stop).PasswordForm().NotTheNameOf(r => [r.Email, r.DisplayName]).When(r => r.Password is not null);
        }
    }
}
