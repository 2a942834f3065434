using FluentValidation;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Users;

/// <summary>Signs in by a passkey: no address, no password, no second factor.</summary>
internal static class SignInByPasskey
{
    public sealed record Request(string Challenge, string Credential, Platform Platform = Platform.Market);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Challenge).NotEmpty().MaximumLength(4_000).WithMessage("Your browser has not given a passkey. Try again.");
            RuleFor(r => r.Credential).NotEmpty().MaximumLength(40_000).WithMessage("Your browser has not given a passkey. Try again.");
        }
    }

    /// <exception cref="Refused">401 <c>passkey_refused</c>, 403 <c>account_banned</c>, 429 <c>too_many_attempts</c>.</exception>
    public static async Task<Entered> Handle(Request request, Visit visit, HttpContext http, PasskeyCeremony ceremony, Entrance entrance, Throttle throttle, Writes writes)
    {
        await throttle.Check(Throttle.Addresses(visit));
        try
        {
            return await writes.Run(async () =>
                await entrance.Enter(await ceremony.Assert(new PasskeyAnswer(request.Challenge, request.Credential), PasskeyUse.SignIn, http), Way.Passkey, visit, request.Platform));
        }
        catch (Refused refused) when (refused.Code == "passkey_refused")
        {
            await throttle.Charge(Throttle.Addresses(visit));
            throw;
        }
    }
}
