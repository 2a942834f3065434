using FluentValidation;
using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Users;

/// <summary>A person makes a key for a program of theirs.</summary>
internal static class CreateKey
{
    /// <param name="Scopes">One at least: <see cref="Users.Scopes.All"/>.</param>
    /// <param name="ExpiresInDays">1 to 365; 365 when nothing is said.</param>
    /// <param name="IpRanges">Where it may be used from, at most 20; from anywhere when empty.</param>
    public sealed record Request(string Name, IReadOnlyList<string> Scopes, int? ExpiresInDays = null, IReadOnlyList<string>? IpRanges = null, KeyMode Mode = KeyMode.Live);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Name).KeyNameForm();
            RuleFor(r => r.Scopes).ScopesForm();
            RuleFor(r => r.ExpiresInDays).InclusiveBetween(1, ApiKey.LongestDays).WithErrorCode("expires_in_days").WithMessage("A key lives 1 to 365 days.").When(r => r.ExpiresInDays is not null);
            RuleFor(r => r.IpRanges).Must(ranges => ranges!.Count <= 20).WithErrorCode("ip_ranges").WithMessage("At most 20 ranges.").When(r => r.IpRanges is not null);
            RuleFor(r => r.Mode).IsInEnum();
        }
    }

    /// <exception cref="Refused">403 <c>step_up_required</c>, 409 <c>too_many_keys</c>, 422.</exception>
    public static async Task<NewKey> Handle(Request request, Caller caller, UsersDb db, UnitOfWork work, IAudit audit, TimeProvider clock)
    {
        caller.MustBeFresh(clock);
        var now = clock.GetUtcNow();
        await work.Command("SELECT FROM users.accounts WHERE id = $1 FOR NO KEY UPDATE", caller.Account).Execute();
        if (await db.Keys.CountAsync(k => k.Account == caller.Account && k.RevokedAt == null && k.ReplacedBy == null && k.ExpiresAt > now) >= ApiKey.Most)
            throw new Refused("too_many_keys", 409, "An account has at most 20 API keys. Revoke one first.");

        var made = ApiKey.Make(caller.Account, request.Name, request.Mode, request.Scopes, request.IpRanges ?? [], TimeSpan.FromDays(request.ExpiresInDays ?? ApiKey.LongestDays), clock, out var key);
        db.Keys.Add(made);
        await audit.Write(caller, "users.key_created", "key", made.Id, new { made.Mode, made.Scopes, made.ExpiresAt });
        work.Publish(new ApiKeyCreated(caller.Account, made.Id));
        return new NewKey(key, KeyView.Of(made));
    }
}

internal static class KeyRules
{
    public static IRuleBuilderOptions<T, string> KeyNameForm<T>(this IRuleBuilder<T, string> rule) =>
        rule.Must(name => name?.Trim() is { Length: >= 1 and <= 60 } && !name.Any(char.IsControl)).WithErrorCode("name_length").WithMessage("Give it a name of up to 60 letters, such as the program's.");

    public static IRuleBuilderOptions<T, IReadOnlyList<string>> ScopesForm<T>(this IRuleBuilder<T, IReadOnlyList<string>> rule) =>
        rule.Must(scopes => scopes is { Count: >= 1 } && scopes.All(s => Scopes.All.Contains(s, StringComparer.Ordinal))).WithErrorCode("scopes").WithMessage("Choose what the key may do.");
}
