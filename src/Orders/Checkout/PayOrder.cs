using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;
using Marketplace.Wallet;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>Another try to pay an order whose payment failed, by the same way or another.</summary>
internal static class PayOrder
{
    /// <param name="WalletFirst">As at the checkout.</param>
    public sealed record Request(string PaymentMethod, string? PaymentToken = null, bool SavePaymentMethod = false, bool WalletFirst = false);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.PaymentMethod).NotEmpty().MaximumLength(40);
            RuleFor(r => r.PaymentToken).MaximumLength(200);
        }
    }

    /// <exception cref="Refused">404; 409 <c>order_paid</c>, <c>order_expired</c>, <c>payment_in_progress</c>, <c>insufficient_funds</c>; 422 <c>payment_method_unknown</c>.</exception>
    public static async Task<Order> Handle(
        Guid id, Request request, Caller caller, OrderPayment payment, OrdersDb db, UnitOfWork work, TimeProvider clock, CancellationToken stop)
    {
        caller.MustBeAble(Capabilities.CanBuy);
        var order = await db.Locked(id);
        if (order is null || order.Buyer != caller.Account) throw Refused.NotFound();
        order.TryPayment(await payment.Way(request.PaymentMethod, request.WalletFirst, order.Price, order.Buyer, stop), clock.GetUtcNow());
        await db.Grants.Where(g => db.Items.Any(i => i.Id == g.ItemId && i.OrderId == id)).LoadAsync(stop);
        // Under the order's lock: of two tries at once the second sees the first. Two live payments could both take money.
        await payment.MustBeIdle(order.Id, stop);
        await payment.Plans.MustHaveWay(order, request, stop);
        await payment.Begin(order, request.PaymentToken, request.SavePaymentMethod);
        if (!order.AwaitsMoney) work.Publish(order.ToldPaid());
        return order;
    }
}
