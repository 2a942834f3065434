using Marketplace.Kernel;
using Marketplace.Users;

namespace Marketplace.Orders;

/// <summary>Who bought a tier sells at it, at the best of those that they bought and had; with the last purchase gone they sell at what they had before.</summary>
internal sealed class OnAccessChanged(IUsers users, UnitOfWork work) : IReaction<AccessChanged>
{
    public async Task Handle(AccessChanged happened, CancellationToken stop)
    {
        if (happened.Kind != AccessKind.SellerTier) return;
        var account = happened.Account;
        // What counts is what is held now, whichever of several changes is heard first.
        await work.Command("SELECT pg_advisory_xact_lock(hashtextextended('orders.bought_tiers/' || $1::text, 0))", account).Execute(stop);
        var held = await work.Command("SELECT target FROM orders.access_held WHERE account = $1 AND target_kind = 'seller_tier' AND sources > 0", account).List(r => r.GetString(0).ReadChoice<SellerTier>()!.Value, stop);
        var known = (await work.Command("SELECT before, bought FROM orders.bought_tiers WHERE account = $1", account).List(r => (Before: r.GetString(0).ReadChoice<SellerTier>()!.Value, Bought: r.GetString(1).ReadChoice<SellerTier>()!.Value), stop)).Select(t => ((SellerTier Before, SellerTier Bought)?)t).FirstOrDefault();
        if (await users.OwnTier(account, stop) is not { } now) return;
        // Staff has set another since: that stays theirs.
        var before = known is { } one && now == one.Bought ? one.Before : now;
        if (held.Count == 0)
        {
            if (known is null) return;
            await work.Command("DELETE FROM orders.bought_tiers WHERE account = $1", account).Execute(stop);
            if (now != before) await users.SetTier(account, before);
            return;
        }

        var best = held.Append(before).Max();
        await work.Command(
            "INSERT INTO orders.bought_tiers (account, before, bought) VALUES ($1, $2, $3) ON CONFLICT (account) DO UPDATE SET before = excluded.before, bought = excluded.bought",
            account, before.ToText(), best.ToText()).Execute(stop);
        if (now != best) await users.SetTier(account, best);
    }
}
