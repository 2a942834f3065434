using FluentValidation;
using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Users;

/// <summary>
/// Another password, or a first one, for who has just proved to be themselves. Whoever was signed in elsewhere is signed out. Commits in a
/// step of its own: the password is hashed while no transaction is open.
/// </summary>
internal static class ChangePassword
{
    public sealed record Request(string Password);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator() => RuleFor(r => r.Password).Cascade(CascadeMode.Stop).PasswordForm();
    }

    /// <exception cref="Refused">403 <c>step_up_required</c>, 422 <c>invalid</c>.</exception>
    public static async Task Handle(Request request, Caller caller, Passwords passwords, UsersDb db, IAudit audit, Writes writes, UnitOfWork work, LiveSessions sessions, TimeProvider clock)
    {
        caller.MustBeFresh(clock);
        var account = await db.Accounts.AsNoTracking().SingleAsync(a => a.Id == caller.Account);
        PasswordRules.MustNotBeTheName(request.Password, account.Email, account.Username, account.DisplayName);
        var hash = await passwords.Hash(request.Password);
        await writes.Run(async () =>
        {
            await work.Command("UPDATE users.accounts SET password_hash = $2, security_stamp = $3 WHERE id = $1", account.Id, hash, Guid.CreateVersion7().ToString("N")).Execute();
            await work.Command("UPDATE users.password_links SET used_at = greatest($2, asked_at) WHERE account = $1 AND used_at IS NULL", account.Id, clock.GetUtcNow()).Execute();
            await EndSessions.Others(caller, work, sessions, clock);
            await audit.Write(caller, "users.password_changed", "account", account.Id);
            work.Publish(new AccountSecured(account.Id, SecurityChange.PasswordChanged, Ids.New(clock)));
        });
    }
}
