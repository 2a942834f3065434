using Marketplace.Kernel;
using Marketplace.Users;
using Marketplace.Wallet;

namespace Marketplace.Notifications;

/// <summary>Its person hears where their money is. That somebody wants it, whoever may approve it hears; never the one whose money it is.</summary>
internal sealed class OnPayoutMoved(Tell tell, IUsers users) : IReaction<PayoutMoved>
{
    public async Task Handle(PayoutMoved happened, CancellationToken stop)
    {
        Notice To(Guid account, NoticeType type, string link) =>
            new(account, type, happened.Payout.ToString(), new Facts { Amount = happened.Amount }, $"{link}/{happened.Payout}") { Subject = ("payout", happened.Payout) };
        await tell.Handle(happened.Step == PayoutStep.Requested
            ? (await users.Holders(Rights.Finance, stop)).Where(a => a != happened.Account).Select(a => To(a, NoticeType.PayoutRequested, "/admin/payouts")).ToList()
            : [To(happened.Account, Type(happened.Step), "/wallet/payouts")]);
    }

    private static NoticeType Type(PayoutStep step) => step switch
    {
        PayoutStep.Approved => NoticeType.PayoutApproved,
        PayoutStep.Sent => NoticeType.PayoutSent,
        PayoutStep.Paid => NoticeType.PayoutPaid,
        PayoutStep.Rejected => NoticeType.PayoutRejected,
        PayoutStep.Returned => NoticeType.PayoutReturned,
        _ => NoticeType.PayoutFailed,
    };
}

/// <summary>Whoever named a new place for the money, the owner hears of it, long before anything can go there.</summary>
internal sealed class OnPayoutDestinationAdded(Tell tell) : IReaction<PayoutDestinationAdded>
{
    public Task Handle(PayoutDestinationAdded happened, CancellationToken stop) => tell.Handle(new Notice(
        happened.Account, NoticeType.DestinationAdded, happened.Destination.ToString(), new Facts { Until = happened.UsableFrom }, "/wallet/payouts/destinations"));
}

internal sealed class OnPayoutDestinationDecided(Tell tell) : IReaction<PayoutDestinationDecided>
{
    public Task Handle(PayoutDestinationDecided happened, CancellationToken stop) => tell.Handle(new Notice(
        happened.Account, happened.Verified ? NoticeType.DestinationVerified : NoticeType.DestinationRefused, happened.Destination.ToString(), new Facts(), "/wallet/payouts/destinations"));
}

internal sealed class OnWalletAdjusted(Tell tell) : IReaction<WalletAdjusted>
{
    public Task Handle(WalletAdjusted happened, CancellationToken stop) => tell.Handle(new Notice(
        happened.Account, NoticeType.WalletAdjusted, happened.Adjustment.ToString(), new Facts { Amount = happened.Amount }, "/wallet/payouts#adjustments"));
}

internal sealed class OnDebtWrittenOff(Tell tell) : IReaction<DebtWrittenOff>
{
    public Task Handle(DebtWrittenOff happened, CancellationToken stop) => tell.Handle(new Notice(
        happened.Account, NoticeType.DebtWrittenOff, happened.WriteOff.ToString(), new Facts { Amount = happened.Amount }, "/wallet"));
}
