using FluentValidation;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Identity;
using Npgsql;

namespace Marketplace.Users;

/// <summary>
/// By address and password. Known and unknown addresses get the same answer after the same work. Commits in steps of its own: the
/// attempt is counted first, the password is verified while no transaction is open, then the session is made, or a code is asked for.
/// </summary>
internal static class SignIn
{
    public sealed record Request(string Email, string Password, Platform Platform = Platform.Market);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Email).EmailAddressForm();
            RuleFor(r => r.Password).Must(password => password is { Length: >= 1 and <= PasswordRules.Longest }).WithErrorCode("password_length").WithMessage("Give your password.");
        }
    }

    /// <exception cref="Refused">401 <c>sign_in_failed</c>, 403 <c>account_banned</c> (only with the right password), 429 <c>too_many_attempts</c>.</exception>
    public static async Task<Entered> Handle(
        Request request, Visit visit, ILookupNormalizer normalizer, NpgsqlDataSource source, Passwords passwords, Throttle throttle, Entrance entrance, Writes writes, UnitOfWork work)
    {
        var email = normalizer.NormalizeEmail(request.Email.Trim());
        var found = (await source.CommandOn("users.sessions",
            """
            SELECT a.id, a.password_hash, a.status, EXISTS (SELECT FROM users.sessions s WHERE s.account = a.id AND s.address <<= $2::cidr)
            FROM users.accounts a WHERE a.normalized_email = $1
            """, email, visit.Prefix).List(r => new Found(r.GetGuid(0), r.IsDBNull(1) ? null : r.GetString(1), r.GetString(2), r.GetBoolean(3)))).SingleOrDefault();
        var attempts = Throttle.Account(email, visit, found is { Known: true });
        await throttle.Check(Throttle.Addresses(visit));
        await throttle.Enter(attempts);

        var verified = await passwords.Verify(found?.PasswordHash, request.Password);
        if (found is null or { Status: "deleted" } || verified == PasswordVerificationResult.Failed)
        {
            await throttle.Charge(Throttle.Addresses(visit));
            throw new Refused("sign_in_failed", 401, "The e-mail address or the password is wrong.");
        }

        if (found.Status == "banned") throw new Refused("account_banned", 403, "This account is banned.");
        var better = verified == PasswordVerificationResult.SuccessRehashNeeded ? await passwords.Hash(request.Password) : null;
        return await writes.Run(async () =>
        {
            await throttle.Forgive(attempts);
            if (better is not null) await work.Command("UPDATE users.accounts SET password_hash = $3 WHERE id = $1 AND password_hash = $2", found.Id, found.PasswordHash, better).Execute();
            return await entrance.Enter(found.Id, Way.Password, visit, request.Platform);
        });
    }

    private sealed record Found(Guid Id, string? PasswordHash, string Status, bool Known);
}
