using Marketplace.Kernel;
using Marketplace.Orders;
using Marketplace.Users;
using Marketplace.Wallet;

namespace Marketplace.Notifications;

/// <summary>A seller hears that a bank took a sale back, and how it was decided.</summary>
internal sealed class OnSaleDisputed(Tell tell) : IReaction<SaleDisputed>
{
    public Task Handle(SaleDisputed happened, CancellationToken stop) => tell.Handle(new Notice(
        happened.Seller, NoticeType.SaleDisputed, $"{happened.Dispute} {happened.Item} {DisputeVerdict.Of(happened.State)}",
        new Facts { Number = happened.Number, Product = happened.Product, Amount = happened.Amount, Verdict = DisputeVerdict.Of(happened.State) }, $"/sell/disputes/{happened.Dispute}")
    {
        Subject = ("order", happened.Order),
    });
}

/// <summary>Staff with the right finance hears of each dispute, and how it was decided.</summary>
internal sealed class OnPaymentDisputed(Tell tell, IUsers users) : IReaction<PaymentDisputed>
{
    public async Task Handle(PaymentDisputed happened, CancellationToken stop)
    {
        var verdict = DisputeVerdict.Of(happened.State);
        var facts = new Facts { Amount = happened.Amount, Verdict = verdict, Purpose = happened.Purpose };
        await tell.Handle((await users.WithRight(Rights.Finance, stop)).Select(staff =>
            new Notice(staff, NoticeType.DisputeNews, $"{happened.Dispute} {verdict}", facts, $"/admin/disputes/{happened.Dispute}")).ToList());
    }
}

/// <summary>Staff with the right finance hears that a provider's books are not ours.</summary>
internal sealed class OnBooksDiffer(Tell tell, Hearing hearing, IUsers users) : IReaction<BooksDiffer>
{
    public async Task Handle(BooksDiffer happened, CancellationToken stop)
    {
        var cause = await hearing.Event<OnBooksDiffer>(happened.Key, stop);
        var facts = new Facts { Provider = happened.Provider, Until = new DateTimeOffset(happened.Day, TimeOnly.MinValue, TimeSpan.Zero), Count = happened.Differences };
        await tell.Handle((await users.WithRight(Rights.Finance, stop)).Select(staff => new Notice(staff, NoticeType.BooksDiffer, cause, facts, "/admin/reconciliation")).ToList());
    }
}

internal static class DisputeVerdict
{
    /// <summary>opened, won or lost: from the seller's side.</summary>
    public static string Of(DisputeState state) => state switch
    {
        DisputeState.Won => "won",
        DisputeState.Lost => "lost",
        _ => "opened",
    };
}
