using FluentValidation;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Identity;

namespace Marketplace.Users;

/// <summary>
/// Chooses a password by a mailed link, which proves the address, too. Whoever was signed in elsewhere is signed out. Commits in a step
/// of its own: the password is hashed while no transaction is open.
/// </summary>
internal static class ChoosePassword
{
    public sealed record Request(string Token, string Password);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Token).NotEmpty().MaximumLength(100);
            RuleFor(r => r.Password).Cascade(CascadeMode.Stop).PasswordForm();
        }
    }

    /// <returns>Whose password it is now.</returns>
    /// <exception cref="Refused">409 <c>password_link_used</c>, 422 <c>invalid</c>, 429 <c>too_many_attempts</c>.</exception>
    public static async Task<Guid> Handle(
        Request request, Visit visit, Caller caller, PasswordLinks links, Passwords passwords, ILookupNormalizer normalizer, Throttle throttle, IAudit audit, Writes writes, UnitOfWork work, LiveSessions sessions, TimeProvider clock)
    {
        await throttle.Check(Throttle.Addresses(visit));
        if (await links.Find(request.Token) is not { } account)
        {
            await throttle.Charge(Throttle.Addresses(visit));
            throw Used();
        }

        PasswordRules.MustNotBeTheName(request.Password, account.Email, account.Username, account.DisplayName);
        var hash = await passwords.Hash(request.Password);
        await writes.Run(async () =>
        {
            if (!await links.Use(request.Token)) throw Used();
            await work.Command(
                "UPDATE users.accounts SET password_hash = $2, security_stamp = $3, email_verified_at = coalesce(email_verified_at, $4) WHERE id = $1",
                account.Account, hash, Guid.CreateVersion7().ToString("N"), clock.GetUtcNow()).Execute();
            await work.ActFor(account.Account);
            await work.Command(
                "UPDATE users.sessions SET ended_at = greatest($3, created_at) WHERE account = $1 AND id IS DISTINCT FROM $2::uuid AND ended_at IS NULL", account.Account, caller.Session, clock.GetUtcNow()).Execute();
            sessions.ForgetAccount(account.Account, work);
            await audit.Write(Caller.For(account.Account), "users.password_changed", "account", account.Account);
            // A first password is news to nobody: its owner has just chosen it by the welcome.
            if (account.HasPassword) work.Publish(new AccountSecured(account.Account, SecurityChange.PasswordChanged, Ids.New(clock)));
            var email = normalizer.NormalizeEmail(account.Email);
            foreach (var known in new[] { true, false }) await throttle.Forgive(Throttle.Account(email, visit, known));
        });
        return account.Account;
    }

    private static Refused Used() => new("password_link_used", 409, "This link has been used, or it is older than a day. Ask for a new one.");
}
