using Marketplace.Kernel;
using Marketplace.Wallet;

namespace Marketplace.Notifications;

/// <summary>Who meant to pay may have left the page long before the provider said no.</summary>
internal sealed class OnPaymentFailed(Tell tell) : IReaction<PaymentFailed>
{
    public Task Handle(PaymentFailed happened, CancellationToken stop) => happened.OffSession ? Task.CompletedTask : tell.Handle(new Notice(
        happened.Payer, NoticeType.PaymentFailed, happened.Payment.ToString(),
        new Facts { Amount = happened.Amount, Purpose = happened.Purpose },
        happened.Purpose == "order" ? $"/orders/{happened.Subject}" : "/wallet") { Subject = ("payment", happened.Payment) });
}
