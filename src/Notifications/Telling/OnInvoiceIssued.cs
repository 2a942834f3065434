using Marketplace.Kernel;
using Marketplace.Orders;

namespace Marketplace.Notifications;

/// <summary>A seller hears of the month's invoice. A buyer finds theirs beside the order, of which the payment's mail has told.</summary>
internal sealed class OnInvoiceIssued(Tell tell) : IReaction<InvoiceIssued>
{
    public Task Handle(InvoiceIssued happened, CancellationToken stop) => happened.Order is not null ? Task.CompletedTask : tell.Handle(
        new Notice(happened.Recipient, NoticeType.CommissionInvoice, happened.Invoice.ToString(), new Facts { Name = happened.Number, Amount = happened.Total, Purpose = happened.Series }, $"/invoices/{happened.Invoice}"));
}
