using FluentValidation;
using Marketplace.Catalog;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>Staff decides a claim: how much of what is left of the line goes back, from nothing to all of it.</summary>
internal sealed class DecideClaim(OrdersDb db, GiveBack giveBack, EndAsks asks, SellerDesk desk, IAudit audit, TimeProvider clock)
{
    /// <param name="Percent">Of what is left of the line: 0 rejects the claim, 100 gives all of it back.</param>
    /// <param name="Reason">Why; both sides read it.</param>
    public sealed record Request(int Percent, string Reason);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Percent).InclusiveBetween(0, 100).WithErrorCode("out_of_range").WithMessage("From 0 (nothing) to 100 (all of it).");
            RuleFor(r => r.Reason).Must(r => !string.IsNullOrWhiteSpace(r)).WithErrorCode("NotEmptyValidator").WithMessage("Say why: both sides read it.").MaximumLength(500).Sound();
        }
    }

    /// <exception cref="Refused">404.</exception>
    public async Task<Guid> OrderOf(Guid claim) => await db.Claims.Where(c => c.Id == claim).Select(c => (Guid?)c.OrderId).SingleOrDefaultAsync() ?? throw Refused.NotFound();

    /// <returns>The refunds that were given; none when the claim is rejected.</returns>
    /// <exception cref="Refused">404; 403 <c>own_order</c>; 409 <c>claim_over</c>, <c>dispute_open</c>, <c>nothing_to_refund</c>.</exception>
    public async Task<IReadOnlyList<Guid>> Handle(Guid id, Request request, Caller caller)
    {
        caller.MustHave(Rights.Support);
        db.ChangeTracker.Clear();
        var order = await db.Locked(await OrderOf(id)) ?? throw Refused.NotFound();
        var claim = await db.Claims.SingleAsync(c => c.Id == id);
        if (claim.Buyer == caller.Account || claim.Seller == caller.Account || await desk.May(caller, claim.Shop, ShopPermission.ReadOrders)) throw RefundLines.OwnOrder();
        var given = await Decide(order, claim, request.Percent, Words.Text(request.Reason), caller.Account);
        await audit.Write(caller, "orders.claim_decided", "order", order.Id, new { claim = claim.Id, item = claim.ItemId, request.Percent, refund = claim.RefundId, reason = claim.Decision });
        return given;
    }

    /// <summary>Under the order's lock.</summary>
    /// <param name="by">Null: the seller said nothing in time.</param>
    public async Task<IReadOnlyList<Guid>> Decide(Order order, Claim claim, int percent, string why, Guid? by)
    {
        var now = clock.GetUtcNow();
        var item = order.Items.Single(i => i.Id == claim.ItemId);
        var amount = percent == 0 ? 0 : Math.Max(1, Money.Portion(order.Refundable(item, null), percent, 100));
        IReadOnlyList<Refund> given = [];
        if (amount == 0) claim.Reject(why, by, now);
        else
        {
            var refund = Refund.Approved(item, amount, why, by, clock);
            claim.Resolve(refund.Id, why, by, now);
            given = await giveBack.Handle(order, refund);
        }

        await asks.Ended(order, item, claim, Money.Of(amount, order.Currency), now);
        return [.. given.Select(r => r.Id)];
    }
}
