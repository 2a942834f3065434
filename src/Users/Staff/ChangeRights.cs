using Marketplace.Kernel;

namespace Marketplace.Users;

/// <summary>
/// An owner gives somebody a right or takes it away, after a fresh proof. There is always an owner: two who take ownership from each other
/// (or each from themselves) wait for one another, and the last one keeps it.
/// </summary>
internal static class ChangeRights
{
    public sealed record Reply(Guid Account, IReadOnlyList<string> Rights);

    /// <exception cref="Refused">403 <c>step_up_required</c>; 404; 409 <c>account_not_active</c>; 422 <c>unknown_right</c>.</exception>
    public static async Task<Reply> Grant(Guid account, string right, Caller caller, UnitOfWork work, LiveSessions sessions, IAudit audit, TimeProvider clock)
    {
        var rights = await Locked(account, right, caller, work, clock);
        if (await work.Command("SELECT status FROM users.accounts WHERE id = $1", account).Scalar<string>() != "active") throw new Refused("account_not_active", 409, "Only somebody whose account is active can join the team.");
        if (await work.Command("INSERT INTO users.account_rights (account, name, granted_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", account, right, clock.GetUtcNow()).Execute() == 0) return new Reply(account, rights);

        await Tell(account, right, true, caller, work, sessions, audit);
        return new Reply(account, Rights.All.Where(r => r == right || rights.Contains(r, StringComparer.Ordinal)).ToList());
    }

    /// <exception cref="Refused">403 <c>step_up_required</c>; 404; 409 <c>last_owner</c>; 422 <c>unknown_right</c>.</exception>
    public static async Task<Reply> Withdraw(Guid account, string right, Caller caller, UnitOfWork work, LiveSessions sessions, IAudit audit, TimeProvider clock)
    {
        var rights = await Locked(account, right, caller, work, clock);
        if (!rights.Contains(right, StringComparer.Ordinal)) return new Reply(account, rights);
        if (right == Rights.Owner && await work.Command("SELECT count(*) FROM users.account_rights r JOIN users.accounts a ON a.id = r.account WHERE r.name = 'owner' AND a.status = 'active' AND r.account <> $1", account).Scalar<long>() == 0)
            throw new Refused("last_owner", 409, "This is the last owner. Make somebody else an owner first.");
        await work.Command("DELETE FROM users.account_rights WHERE account = $1 AND name = $2", account, right).Execute();
        await Tell(account, right, false, caller, work, sessions, audit);
        return new Reply(account, rights.Where(r => r != right).ToList());
    }

    // One change of rights at a time in the whole market: they are rare, and the last owner is counted.
    private static async Task<IReadOnlyList<string>> Locked(Guid account, string right, Caller caller, UnitOfWork work, TimeProvider clock)
    {
        caller.MustHave(Rights.Owner);
        caller.MustBeFresh(clock);
        if (!Rights.All.Contains(right, StringComparer.Ordinal)) throw Refused.Invalid(new FieldError("/right", "unknown_right", $"One of: {string.Join(", ", Rights.All)}."));
        await work.Command("SELECT pg_advisory_xact_lock(hashtext('users.account_rights'))").Execute();
        // As it is now: the session that asks may have been an owner's a moment ago.
        if (!await work.Command("SELECT EXISTS (SELECT FROM users.account_rights WHERE account = $1 AND name = 'owner')", caller.Account).Scalar<bool>()) throw Refused.Forbidden();
        if (!await work.Command("SELECT EXISTS (SELECT FROM users.accounts WHERE id = $1 AND status <> 'deleted')", account).Scalar<bool>()) throw Refused.NotFound();
        return await work.Command("SELECT name FROM users.account_rights WHERE account = $1", account).List(r => r.GetString(0));
    }

    private static async Task Tell(Guid account, string right, bool granted, Caller caller, UnitOfWork work, LiveSessions sessions, IAudit audit)
    {
        sessions.ForgetAccount(account, work);
        await audit.Write(caller, granted ? "users.right_granted" : "users.right_withdrawn", "account", account, new { right });
        work.Publish(new RightsChanged(account, right, granted));
    }
}
