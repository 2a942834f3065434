using FluentValidation;
using Marketplace.Kernel;

namespace Marketplace.Users;

/// <summary>Turns the authenticator app on and off, and makes its recovery codes anew. Each asks for a fresh proof and is told to the owner.</summary>
internal static class ManageAuthenticator
{
    public sealed record Request(string Code);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator() => RuleFor(r => r.Code).CodeForm();
    }

    /// <param name="Secret">For an app that cannot read the QR code.</param>
    /// <param name="Uri">What the QR code says.</param>
    public sealed record Setup(string Secret, string Uri);

    /// <param name="Codes">Shown here and never again.</param>
    public sealed record Recovery(IReadOnlyList<string> Codes);

    /// <exception cref="Refused">409 <c>authenticator_on</c>, 403 <c>step_up_required</c>.</exception>
    public static async Task Begin(Caller caller, Authenticators authenticators, TimeProvider clock)
    {
        caller.MustBeFresh(clock);
        await authenticators.Begin(caller.Account);
    }

    /// <returns>Null when nothing is being set up.</returns>
    public static async Task<Setup?> Shown(Caller caller, Authenticators authenticators, UsersDb db) => await authenticators.Waiting(caller.Account) is { } seed
        ? new Setup(Totp.Base32(seed), Totp.Uri(seed, (await AccountView.Read(caller.Account, db)).Email))
        : null;

    /// <exception cref="Refused">401 <c>code_refused</c>, 403 <c>step_up_required</c>.</exception>
    public static async Task<Recovery> Confirm(Request request, Caller caller, Authenticators authenticators, IAudit audit, UnitOfWork work, TimeProvider clock)
    {
        caller.MustBeFresh(clock);
        if (!await authenticators.Confirm(caller.Account, request.Code)) throw EnterCode.WrongCode();
        var codes = await authenticators.MakeRecoveryCodes(caller.Account);
        await Tell(SecurityChange.AuthenticatorOn, "users.authenticator_on", caller, audit, work, clock);
        return new Recovery(codes);
    }

    /// <exception cref="Refused">404 when it is off, 403 <c>step_up_required</c>.</exception>
    public static async Task<Recovery> Renew(Caller caller, Authenticators authenticators, IAudit audit, UnitOfWork work, TimeProvider clock)
    {
        caller.MustBeFresh(clock);
        if (!(await authenticators.State(caller.Account)).IsOn) throw Refused.NotFound();
        var codes = await authenticators.MakeRecoveryCodes(caller.Account);
        await Tell(SecurityChange.RecoveryCodesMade, "users.recovery_codes_made", caller, audit, work, clock);
        return new Recovery(codes);
    }

    /// <exception cref="Refused">403 <c>step_up_required</c>.</exception>
    public static async Task TurnOff(Caller caller, Authenticators authenticators, IAudit audit, UnitOfWork work, TimeProvider clock)
    {
        caller.MustBeFresh(clock);
        if (await authenticators.TurnOff(caller.Account)) await Tell(SecurityChange.AuthenticatorOff, "users.authenticator_off", caller, audit, work, clock);
    }

    private static async Task Tell(SecurityChange change, string act, Caller caller, IAudit audit, UnitOfWork work, TimeProvider clock)
    {
        await audit.Write(caller, act, "account", caller.Account);
        work.Publish(new AccountSecured(caller.Account, change, Ids.New(clock)));
    }
}
