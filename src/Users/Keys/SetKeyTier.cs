using FluentValidation;
using Marketplace.Kernel;

namespace Marketplace.Users;

/// <summary>Staff decides how much a key may ask in a minute.</summary>
internal static class SetKeyTier
{
    public sealed record Request(KeyTier Tier);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator() => RuleFor(r => r.Tier).IsInEnum();
    }

    /// <exception cref="Refused">404 when there is no such key, or it was revoked.</exception>
    public static async Task Handle(Guid id, Request request, Caller caller, UnitOfWork work, LiveKeys keys, IAudit audit)
    {
        caller.MustHave(Rights.System);
        var changed = await work.Command("UPDATE users.api_keys SET tier = $2 WHERE id = $1 AND revoked_at IS NULL", id, Naming.Snake(request.Tier.ToString())).Execute();
        if (changed == 0) throw Refused.NotFound();
        await audit.Write(caller, "users.key_tier_set", "key", id, new { request.Tier });
        keys.ForgetKey(id, work);
    }
}
