using Marketplace.Kernel;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Users;

/// <summary>The question that a passkey answers: who is not signed in is asked for any, who is for one of theirs. Nothing is written.</summary>
internal static class AskForPasskey
{
    public static async Task<PasskeyQuestion> Handle(Caller caller, HttpContext http, PasskeyCeremony ceremony, UsersDb db) => caller.AccountOrNull is { } id
        ? await ceremony.Ask(PasskeyUse.Proof, await db.Accounts.AsNoTracking().SingleAsync(a => a.Id == id), http)
        : await ceremony.Ask(PasskeyUse.SignIn, null, http);
}
