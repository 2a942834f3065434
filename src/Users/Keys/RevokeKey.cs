using Marketplace.Kernel;

namespace Marketplace.Users;

/// <summary>Ends a key: on this host at once, on the others within five seconds. Needs no fresh proof, for it takes power away.</summary>
internal static class RevokeKey
{
    /// <exception cref="Refused">404 when it is not the caller's, or revoked already.</exception>
    public static async Task Handle(Guid id, Caller caller, UnitOfWork work, LiveKeys keys, IAudit audit, TimeProvider clock)
    {
        var ended = await work.Command("UPDATE users.api_keys SET revoked_at = greatest($3, created_at) WHERE id = $1 AND account = $2 AND revoked_at IS NULL", id, caller.Account, clock.GetUtcNow()).Execute();
        if (ended == 0) throw Refused.NotFound();
        await audit.Write(caller, "users.key_revoked", "key", id);
        keys.ForgetKey(id, work);
    }
}
