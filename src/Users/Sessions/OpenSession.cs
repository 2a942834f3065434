using Marketplace.Kernel;

namespace Marketplace.Users;

/// <summary>The answer to a sign-in: the token is shown here and never again.</summary>
internal sealed record Entry(string Token, DateTimeOffset ExpiresAt, AccountView Account);

/// <summary>Every sign-in makes a new token: one that somebody else planted before is worth nothing after.</summary>
internal static class OpenSession
{
    public static async Task<Entry> Handle(Guid account, Visit visit, UsersDb db, TimeProvider clock)
    {
        var session = Session.Open(account, visit, clock, out var token);
        db.Sessions.Add(session);
        var view = await AccountView.Read(account, db);
        return new Entry(token, session.CreatedAt + Session.Lifetime(view.Rights.Count > 0).Absolute, view);
    }
}
