using FluentValidation;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Users;

/// <summary>
/// Somebody joins. Commits in a step of its own, because the password is hashed before the transaction opens: hashing waits its
/// turn, and a connection must not wait with it.
/// </summary>
internal static class SignUp
{
    public sealed record Request(string Email, string Password, string DisplayName, string? Username = null);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Email).EmailAddressForm();
            RuleFor(r => r.Password).Cascade(CascadeMode.Stop).PasswordForm().NotTheNameOf(r => [r.Email, r.Username, r.DisplayName]);
            RuleFor(r => r.DisplayName).DisplayNameForm();
            RuleFor(r => r.Username).UsernameForm().When(r => r.Username is not null);
        }
    }

    /// <exception cref="Refused">409 <c>email_taken</c>, <c>username_taken</c>; 429 <c>too_many_attempts</c> for who tries many addresses that are taken.</exception>
    public static async Task<Once<AccountView>> Handle(
        Request request, Visit visit, IdempotencyKey? key, UserManager<Account> users, Passwords passwords, Throttle throttle, UsersDb db, IUsers people, Writes writes, UnitOfWork work, TimeProvider clock)
    {
        await throttle.Check(Throttle.SignUps(visit));
        var hash = await passwords.Hash(request.Password);
        var username = request.Username ?? Usernames.From(request.DisplayName, false);
        if (request.Username is null && await db.Accounts.AnyAsync(a => a.Username == username)) username = Usernames.From(request.DisplayName, true);

        for (var tries = 1; ; tries++)
        {
            try
            {
                return await writes.Once(key, () => Open(request, username, hash, users, people, db, work, clock));
            }
            catch (Refused refused) when (refused.Code == "username_taken" && request.Username is null && tries < 5)
            {
                username = Usernames.From(request.DisplayName, true);
            }
            catch (Refused refused) when (refused.Code == "email_taken")
            {
                await throttle.Charge(Throttle.SignUps(visit));
                throw;
            }
        }
    }

    private static async Task<AccountView> Open(
        Request request, string username, string hash, UserManager<Account> users, IUsers people, UsersDb db, UnitOfWork work, TimeProvider clock)
    {
        var account = Account.Open(Ids.New(clock), request.Email, username, request.DisplayName, hash, clock.GetUtcNow());
        var made = await users.CreateAsync(account);
        if (!made.Succeeded) throw new InvalidOperationException(made.ToString());
        await people.Grant(account.Id, Capabilities.CanBuy);
        work.Publish(new AccountOpened(account.Id));
        return await AccountView.Read(account.Id, db);
    }
}
