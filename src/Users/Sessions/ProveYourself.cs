using System.Security.Cryptography;
using FluentValidation;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.WebUtilities;
using Npgsql;

namespace Marketplace.Users;

/// <summary>By what an account can prove itself.</summary>
internal sealed record Proofs(bool Password, bool Code, bool Passkey)
{
    /// <summary>The mailbox, for who has nothing else.</summary>
    public bool Mail => !Password && !Code && !Passkey;

    /// <summary>Where codes are set up, the password alone, which may be what was stolen, is no proof.</summary>
    public bool PasswordAlone => Password && !Code;

    public static async Task<Proofs> Of(Guid account, NpgsqlDataSource source, CancellationToken stop = default) => (await source.Command(
            """
            SELECT a.password_hash IS NOT NULL, EXISTS (SELECT FROM users.authenticators f WHERE f.account = a.id AND f.confirmed_at IS NOT NULL), EXISTS (SELECT FROM users.passkeys p WHERE p.account = a.id)
            FROM users.accounts a WHERE a.id = $1
            """, account).List(r => new Proofs(r.GetBoolean(0), r.GetBoolean(1), r.GetBoolean(2)), stop)).SingleOrDefault() ?? throw Refused.NotFound();
}

/// <summary>Step-up: the person at this session proves once more to be themselves. The session gets a new token by it; the one before is worth nothing.</summary>
internal static class ProveYourself
{
    /// <summary>One of them.</summary>
    public sealed record Request(string? Password = null, string? Code = null, PasskeyAnswer? Passkey = null, string? Link = null);

    public sealed record Reply(string Token, DateTimeOffset ProvedAt, DateTimeOffset ExpiresAt);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r).Must(r => new object?[] { r.Password, r.Code, r.Passkey, r.Link }.Count(p => p is not null) == 1)
                .OverridePropertyName("Password").WithErrorCode("proof").WithMessage("Give one proof: a password, a code, a passkey or the token of a mailed link.");
            RuleFor(r => r.Password!).Must(p => p.Length is >= 1 and <= PasswordRules.Longest).WithErrorCode("password_length").WithMessage("Give your password.").When(r => r.Password is not null);
            RuleFor(r => r.Code!).CodeForm().When(r => r.Code is not null);
            RuleFor(r => r.Passkey!).SetValidator(new PasskeyAnswer.Validator()).When(r => r.Passkey is not null);
            RuleFor(r => r.Link!).NotEmpty().MaximumLength(100).When(r => r.Link is not null);
        }
    }

    /// <exception cref="Refused">401 <c>proof_refused</c>, <c>code_refused</c>, <c>passkey_refused</c>; 422 <c>code_needed</c>; 429 <c>too_many_attempts</c>.</exception>
    public static async Task<Reply> Handle(
        Request request, Caller caller, HttpContext http, NpgsqlDataSource source, Passwords passwords, Authenticators authenticators, PasskeyCeremony passkeys, MailedLinks links, Throttle throttle, Writes writes, UnitOfWork work, LiveSessions sessions, TimeProvider clock)
    {
        var session = OwnSession(caller);
        var proofs = await Proofs.Of(caller.Account, source);
        if (request.Password is not null && proofs is { Password: true, PasswordAlone: false }) throw new Refused("code_needed", 422, "Give a code of your authenticator app: it guards this account.");

        var attempts = Throttle.Proofs(caller.Account);
        if (request.Passkey is null) await throttle.Enter(attempts);
        if (request.Password is { } password)
        {
            var hash = await source.Command("SELECT password_hash FROM users.accounts WHERE id = $1", caller.Account).Scalar<string>();
            if (await passwords.Verify(hash, password) == PasswordVerificationResult.Failed) throw new Refused("proof_refused", 401, "This is not the password of your account.");
        }

        return await writes.Run(async () =>
        {
            if (request.Code is { } code && await authenticators.Accept(caller.Account, code) is null) throw EnterCode.WrongCode();
            if (request.Passkey is { } answer && await passkeys.Assert(answer, PasskeyUse.Proof, http) != caller.Account) throw PasskeyCeremony.NotAccepted();
            if (request.Link is { } link && (!proofs.Mail || await links.Use(link, [LinkPurpose.Proof], session: session) is null)) throw LinkRefused();
            await throttle.Forgive(attempts);
            return await Renew(session, caller, work, sessions, clock);
        });
    }

    /// <summary>Mails a link, for who has nothing else to prove themselves by.</summary>
    /// <exception cref="Refused">409 <c>proof_by_mail_refused</c>, 429 <c>too_many_attempts</c>.</exception>
    public static async Task Mail(string? returnUrl, Caller caller, NpgsqlDataSource source, MailedLinks links, Throttle throttle, Writes writes)
    {
        var session = OwnSession(caller);
        if (!(await Proofs.Of(caller.Account, source)).Mail) throw new Refused("proof_by_mail_refused", 409, "Confirm by your password, a code or a passkey: a mailed link is for accounts that have none of them.");
        await throttle.Enter(new Throttle.Bucket($"proof_mails:{caller.Account}", 5, TimeSpan.FromMinutes(15), TimeSpan.FromHours(6)));
        await writes.Run(() => links.Make(new WantedLink(caller.Account, LinkPurpose.Proof, AskMagicLink.Life) { Session = session, ReturnUrl = LocalUrls.IsLocal(returnUrl) ? returnUrl : null }));
    }

    internal static Refused LinkRefused() => new("proof_link_refused", 401, "This link has been used, is older than ten minutes, or was asked for in another browser.");

    private static Guid OwnSession(Caller caller)
    {
        if (caller.Impersonator is not null) throw Refused.Forbidden();
        return caller.Session ?? throw Refused.SignInFirst();
    }

    private static async Task<Reply> Renew(Guid session, Caller caller, UnitOfWork work, LiveSessions sessions, TimeProvider clock)
    {
        var (token, now) = (WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32)), clock.GetUtcNow());
        var renewed = (await work.Command(
                """
                UPDATE users.sessions s SET token_hash = $3, proved_at = $4 WHERE id = $1 AND account = $2 AND ended_at IS NULL
                RETURNING created_at, EXISTS (SELECT FROM users.account_rights r WHERE r.account = s.account)
                """, session, caller.Account, Session.HashOf(token), now)
            .List(r => r.GetFieldValue<DateTimeOffset>(0) + Session.Lifetime(r.GetBoolean(1)).Absolute)).ToList();
        if (renewed is not [var expires]) throw Refused.SignInFirst();
        sessions.ForgetSession(session, work);
        return new Reply(token, now, expires);
    }
}
