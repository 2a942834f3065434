using Marketplace.Kernel;
using Marketplace.Users;

namespace Marketplace.Wallet;

/// <summary>Staff has an event handled once more. It asks the provider again, so that nothing happens twice.</summary>
internal static class ReplayEvent
{
    /// <exception cref="Refused">404; 409 <c>event_says_nothing</c>.</exception>
    public static async Task Handle(Guid id, Caller caller, UnitOfWork work, IAudit audit, TimeProvider clock)
    {
        caller.MustHave(Rights.Finance);
        var subject = await work.Command("SELECT subject FROM wallet.provider_events WHERE id = $1 FOR UPDATE", id).List(r => r.IsDBNull(0) ? null : r.GetString(0));
        if (subject.Count == 0) throw Refused.NotFound();
        if (subject[0] is null) throw new Refused("event_says_nothing", 409, "Nothing follows from this event: there is nothing to replay.");
        await work.Command("UPDATE wallet.provider_events SET state = 'received', attempts = 0, last_error = NULL, next_at = $2, ended_at = NULL WHERE id = $1", id, clock.GetUtcNow()).Execute();
        await audit.Write(caller, "wallet.event_replayed", "provider_event", id);
    }
}
