using Marketplace.Kernel;
using Marketplace.Wallet;

namespace Marketplace.Notifications;

/// <summary>Money of sales can be spent.</summary>
internal sealed class OnHoldReleased(Tell tell, Hearing hearing) : IReaction<HoldReleased>
{
    public async Task Handle(HoldReleased happened, CancellationToken stop) => await tell.Handle(new Notice(
        happened.Owner, NoticeType.HoldReleased, await hearing.Event<OnHoldReleased>(happened.Key, stop),
        new Facts { Amount = happened.Amount, Repaid = happened.RepaidDebt }, "/wallet"));
}
