using Marketplace.Kernel;

namespace Marketplace.Users;

/// <summary>Its owner cannot sign in by it any more.</summary>
internal static class RemovePasskey
{
    /// <exception cref="Refused">404, 403 <c>step_up_required</c>.</exception>
    public static async Task Handle(Guid id, Caller caller, IAudit audit, UnitOfWork work, TimeProvider clock)
    {
        caller.MustBeFresh(clock);
        if (await work.Command("DELETE FROM users.passkeys WHERE id = $1 AND account = $2", id, caller.Account).Execute() == 0) throw Refused.NotFound();
        await audit.Write(caller, "users.passkey_removed", "passkey", id);
        work.Publish(new AccountSecured(caller.Account, SecurityChange.PasskeyRemoved, id));
    }
}
