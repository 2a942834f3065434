using Marketplace.Kernel;
using Marketplace.Users;
using Marketplace.Wallet;

namespace Marketplace.Notifications;

/// <summary>A payment waits for the team: its payer hears that nothing is lost, and whoever may decide that there is something to do. Nobody decides about their own.</summary>
internal sealed class OnPaymentAuthorised(Tell tell, IUsers users) : IReaction<PaymentAuthorised>
{
    public async Task Handle(PaymentAuthorised happened, CancellationToken stop)
    {
        var facts = new Facts { Amount = happened.Amount, Purpose = happened.Purpose, Until = happened.Until };
        Notice To(Guid account, NoticeType type, string link) => new(account, type, happened.Payment.ToString(), facts, link) { Subject = ("payment", happened.Payment) };
        await tell.Handle([
            To(happened.Payer, NoticeType.PaymentInReview, happened.Purpose == "order" ? $"/orders/{happened.Subject}" : $"/wallet/payments/{happened.Payment}"),
            .. (await users.Holders(Rights.Finance, stop)).Where(a => a != happened.Payer).Select(a => To(a, NoticeType.ReviewNeeded, $"/admin/payments/{happened.Payment}")),
        ]);
    }
}

/// <summary>Who was told to wait hears the end of it. An order's receipt says it already.</summary>
internal sealed class OnPaymentReviewed(Tell tell) : IReaction<PaymentCaptured>
{
    public Task Handle(PaymentCaptured happened, CancellationToken stop) => happened is not { Reviewed: true, Purpose: "top_up" } ? Task.CompletedTask
        : tell.Handle(new Notice(happened.Subject, NoticeType.PaymentReviewed, happened.Payment.ToString(), new Facts { Amount = happened.Amount }, "/wallet") { Subject = ("payment", happened.Payment) });
}
