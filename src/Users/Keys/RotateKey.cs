using Marketplace.Kernel;

namespace Marketplace.Users;

/// <summary>A new key in the place of one that works: for 24 hours both do, so that a program can be changed without a gap.</summary>
internal static class RotateKey
{
    /// <exception cref="Refused">403 <c>step_up_required</c>, 404, 409 <c>key_ended</c>.</exception>
    public static async Task<NewKey> Handle(Guid id, Caller caller, UsersDb db, UnitOfWork work, LiveKeys keys, IAudit audit, TimeProvider clock)
    {
        caller.MustBeFresh(clock);
        var old = await ChangeKey.Own(id, caller, db);
        var made = old.Rotate(clock, out var key);
        db.Keys.Add(made);
        // Two of a line live at a time, however often it is rotated.
        await work.Command("UPDATE users.api_keys SET revoked_at = $2 WHERE replaced_by = $1 AND revoked_at IS NULL", old.Id, clock.GetUtcNow()).Execute();
        await audit.Write(caller, "users.key_rotated", "key", old.Id, new { next = made.Id });
        work.Publish(new ApiKeyCreated(caller.Account, made.Id));
        keys.ForgetAccount(caller.Account, work);
        return new NewKey(key, KeyView.Of(made));
    }
}
