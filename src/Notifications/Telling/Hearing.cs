using Marketplace.Kernel;

namespace Marketplace.Notifications;

/// <summary>
/// Which event a reaction hears just now. Some events may happen again with the very same content (two releases alike to the cent, a
/// product sent back twice): their place in the listener's line tells them apart, and stays the same when one is heard again.
/// </summary>
internal sealed class Hearing(UnitOfWork work)
{
    /// <summary>Only the head of a line is delivered, and its row is ours until this transaction ends.</summary>
    public async Task<string> Event<TReaction>(string key, CancellationToken stop) => $"event {await work.Command(
        "SELECT min(id) FROM kernel.deliveries WHERE listener = $1 AND key = $2 AND state <> 'done'", Outbox.NameOf(typeof(TReaction)), key).Scalar<long>(stop)}";
}
