using FluentValidation;
using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Users;

/// <summary>A person's own name, username and language; what is not given stays.</summary>
internal static class ChangeProfile
{
    public sealed record Request(string? DisplayName = null, string? Username = null, string? Language = null);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.DisplayName).DisplayNameForm().When(r => r.DisplayName is not null);
            RuleFor(r => r.Username).UsernameForm().When(r => r.Username is not null);
            RuleFor(r => r.Language).Must(l => Languages.All.Contains(l, StringComparer.Ordinal)).WithErrorCode("language").WithMessage("We write in English (en) and French (fr).").When(r => r.Language is not null);
        }
    }

    /// <exception cref="Refused">409 <c>username_taken</c>.</exception>
    public static async Task<AccountView> Handle(Request request, Caller caller, UsersDb db, UnitOfWork work, LiveSessions sessions)
    {
        var account = await db.Accounts.SingleAsync(a => a.Id == caller.Account);
        if (request.DisplayName is not null) account.Rename(request.DisplayName);
        if (request.Username is not null) account.TakeUsername(request.Username);
        if (request.Language is not null) account.Speak(request.Language);
        await work.Flush(AccountStore.Taken);
        sessions.ForgetAccount(account.Id, work);
        return await AccountView.Read(account.Id, db);
    }
}
