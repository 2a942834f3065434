using FluentValidation;
using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Users;

/// <summary>A key's name and what it may do; what is not given stays. More scopes are like a new key: they need a fresh proof, too.</summary>
internal static class ChangeKey
{
    public sealed record Request(string? Name = null, IReadOnlyList<string>? Scopes = null);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Name!).KeyNameForm().When(r => r.Name is not null);
            RuleFor(r => r.Scopes!).ScopesForm().When(r => r.Scopes is not null);
        }
    }

    /// <exception cref="Refused">403 <c>step_up_required</c>, 404, 409 <c>key_ended</c>, 422.</exception>
    public static async Task<KeyView> Handle(Guid id, Request request, Caller caller, UsersDb db, UnitOfWork work, LiveKeys keys, IAudit audit, TimeProvider clock)
    {
        var key = await Own(id, caller, db);
        if (!key.IsAlive(clock.GetUtcNow())) throw ApiKey.Ended();
        if (request.Name is not null) key.Rename(request.Name);
        if (request.Scopes is not null)
        {
            if (request.Scopes.Except(key.Scopes, StringComparer.Ordinal).Any()) caller.MustBeFresh(clock);
            key.Allow(request.Scopes);
        }

        await audit.Write(caller, "users.key_changed", "key", key.Id, new { key.Scopes });
        keys.ForgetKey(key.Id, work);
        return KeyView.Of(key);
    }

    /// <exception cref="Refused">404, also when it was revoked.</exception>
    public static async Task<ApiKey> Own(Guid id, Caller caller, UsersDb db) =>
        (await db.Keys.FromSql($"SELECT * FROM users.api_keys WHERE id = {id} AND account = {caller.Account} AND revoked_at IS NULL FOR UPDATE").ToListAsync()).SingleOrDefault() ?? throw Refused.NotFound();
}
