using FluentValidation;
using Marketplace.Catalog;
using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>A shop gives money of a line that it sold back by itself, in part or whole: to cancel what it cannot send or do, or to make good.</summary>
internal sealed class RefundSale(OrdersDb db, GiveBack giveBack, SellerDesk desk, TimeProvider clock)
{
    /// <summary>Minor units. From here on the person proves anew to be themselves: a stolen session must not empty a wallet into a friend's.</summary>
    public const long SureFrom = 50_000;

    /// <param name="Reason">The buyer reads it.</param>
    /// <param name="Amount">Null: all that is left; what was not sent or accepted yet is cancelled by it.</param>
    public sealed record Request(string Reason, Money? Amount = null);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Reason).Must(r => !string.IsNullOrWhiteSpace(r)).WithErrorCode("NotEmptyValidator").WithMessage("Say why the money goes back.").MaximumLength(500).Sound();
            RuleFor(r => r.Amount).Must(a => a is null or { Minor: > 0 }).WithErrorCode("out_of_range").WithMessage("Give back more than nothing.");
        }
    }

    /// <summary>The order of a line that the caller may give back.</summary>
    /// <exception cref="Refused">404.</exception>
    public async Task<Guid> OrderOf(Guid item, Caller caller) =>
        await db.Items.AsNoTracking().SingleOrDefaultAsync(i => i.Id == item && i.State != ItemState.Pending) is { } line && await desk.May(caller, line, ShopPermission.Orders) ? line.OrderId : throw Refused.NotFound();

    /// <exception cref="Refused">404; 403 <c>step_up_required</c>; 409 <c>nothing_to_refund</c>, <c>refund_too_high</c>, <c>dispute_open</c>.</exception>
    public async Task<IReadOnlyList<Guid>> Handle(Guid item, Request request, Caller caller)
    {
        db.ChangeTracker.Clear();
        var order = await db.Locked(await OrderOf(item, caller)) ?? throw Refused.NotFound();
        var line = order.Items.Single(i => i.Id == item);
        await GiveBack.MustBeFree(order.Id, db);
        var amount = order.Refundable(line, request.Amount);
        MustBeSure(amount, caller, clock);
        var refund = Refund.Approved(line, amount, Words.Text(request.Reason), caller.Account, clock);
        return [.. (await giveBack.Handle(order, refund)).Select(r => r.Id)];
    }

    /// <exception cref="Refused">403 <c>step_up_required</c>.</exception>
    public static void MustBeSure(long amount, Caller caller, TimeProvider clock)
    {
        if (amount >= SureFrom) caller.MustBeFresh(clock);
    }
}
