using FluentValidation;
using Marketplace.Catalog;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>The shop (its owner, or who of its team may fulfil orders) or staff answers what a buyer asked back; an approved part goes back at once.</summary>
internal sealed class DecideRefund(OrdersDb db, UnitOfWork work, GiveBack giveBack, SellerDesk desk, IAudit audit, TimeProvider clock)
{
    /// <param name="Reason">Needed for a no and for less than was asked; the buyer reads it.</param>
    /// <param name="Amount">Of a yes: null is all that was asked for.</param>
    public sealed record Request(bool Approved, string? Reason = null, Money? Amount = null);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Reason).MaximumLength(500).Sound();
            RuleFor(r => r.Reason).Must(r => !string.IsNullOrWhiteSpace(r)).When(r => !r.Approved || r.Amount is not null).WithErrorCode("NotEmptyValidator").WithMessage("Say why: the buyer reads it.");
            RuleFor(r => r.Amount).Must(a => a is null or { Minor: > 0 }).WithErrorCode("out_of_range").WithMessage("Give back more than nothing.");
        }
    }

    /// <summary>Whose order it is about.</summary>
    /// <exception cref="Refused">404.</exception>
    public async Task<Guid> OrderOf(Guid request) =>
        await db.Refunds.Where(r => r.Id == request && r.Asked != null).Select(r => (Guid?)r.OrderId).SingleOrDefaultAsync() ?? throw Refused.NotFound();

    /// <returns>The refunds that were given; none for a no.</returns>
    /// <exception cref="Refused">404; 403 <c>own_order</c>, <c>step_up_required</c>; 409 <c>refund_decided</c>, <c>refund_too_high</c>, <c>nothing_to_refund</c>, <c>dispute_open</c>.</exception>
    public async Task<IReadOnlyList<Guid>> Handle(Guid id, Request request, Caller caller)
    {
        var order = await db.Locked(await OrderOf(id)) ?? throw Refused.NotFound();
        var refund = await db.Refunds.SingleAsync(r => r.Id == id);
        var item = order.Items.Single(i => i.Id == refund.ItemId);
        var shop = await desk.May(caller, item, ShopPermission.Orders);
        if (order.Buyer == caller.Account) throw RefundLines.OwnOrder();
        if (!shop && !caller.Has(Rights.Support)) throw Refused.NotFound();

        var (now, said) = (clock.GetUtcNow(), Words.Text(request.Reason ?? ""));
        IReadOnlyList<Refund> given = [];
        if (request.Approved)
        {
            var amount = request.Amount is null ? Math.Min(refund.Amount, item.Left) : order.Refundable(item, request.Amount);
            refund.Approve(amount, said, caller.Account, now);
            if (shop) RefundSale.MustBeSure(amount, caller, clock);
            order.Refundable(item, null);
            given = await giveBack.Handle(order, refund);
        }
        else
        {
            refund.Reject(said, caller.Account, now);
            order.Note(item, OrderHappening.RefundRejected, caller.Account, now);
            work.Publish(new RefundRejected(refund.Id, order.Id, order.Number, item.Id, item.Product, item.Buyer, item.Seller, Money.Of(refund.Amount, order.Currency)));
        }

        if (!shop) await audit.Write(caller, request.Approved ? "orders.refund_approved" : "orders.refund_rejected", "order", order.Id, new { item = item.Id, refund = refund.Id, amount = refund.Amount, reason = said });
        return [.. given.Select(r => r.Id)];
    }
}
