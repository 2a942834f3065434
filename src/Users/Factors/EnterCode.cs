using FluentValidation;
using Marketplace.Kernel;

namespace Marketplace.Users;

/// <summary>The second half of a sign-in: a code of the authenticator app, or a recovery code.</summary>
internal static class EnterCode
{
    /// <param name="Challenge">That the first half answered with.</param>
    public sealed record Request(string Challenge, string Code);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Challenge).NotEmpty().MaximumLength(100);
            RuleFor(r => r.Code).CodeForm();
        }
    }

    /// <exception cref="Refused">401 <c>challenge_expired</c>, <c>code_refused</c>; 429 <c>too_many_attempts</c>.</exception>
    public static async Task<Entry> Handle(Request request, Visit visit, Entrance entrance, Authenticators authenticators, IAudit audit, Throttle throttle, Writes writes, UnitOfWork work, TimeProvider clock)
    {
        if (await entrance.Waiting(request.Challenge) is not { } account) throw Expired();
        var attempts = Throttle.Proofs(account);
        await throttle.Enter(attempts);
        var entered = await writes.Run(async () =>
        {
            var kind = await authenticators.Accept(account, request.Code) ?? throw WrongCode();
            var platform = await entrance.Admit(request.Challenge) ?? throw Expired();
            if (kind == FactorKind.Recovery)
            {
                await audit.Write(Caller.For(account), "users.recovery_code_used", "account", account);
                work.Publish(new AccountSecured(account, SecurityChange.RecoveryCodeUsed, Ids.New(clock)));
            }

            await throttle.Forgive(attempts);
            return await entrance.Enter(account, Way.Code, visit, platform);
        });
        return entered.OrRefuse();
    }

    public static IRuleBuilderOptions<T, string> CodeForm<T>(this IRuleBuilder<T, string> rule) =>
        rule.Must(code => code is { Length: >= 6 and <= 60 } && !code.Any(char.IsControl)).WithErrorCode("code").WithMessage("Give the six digits of your app, or a recovery code.");

    internal static Refused WrongCode() => new("code_refused", 401, "This code is wrong, or has been used. Wait for the next one.");

    private static Refused Expired() => new("challenge_expired", 401, "This took longer than ten minutes. Sign in again.");
}
