using FluentValidation;
using Marketplace.Catalog;
using Marketplace.Kernel;
using Marketplace.Users;
using Marketplace.Wallet;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>
/// Staff gives money of an order's lines back: all named lines or none, in one transaction, under the order's lock. A line without
/// an amount is refunded in what is left of it; with its last cent its files close. Whoever has the right <c>support</c> may.
/// </summary>
internal static class RefundLines
{
    /// <param name="Reason">Why; the buyer reads it.</param>
    public sealed record Request(IReadOnlyList<Line> Lines, string Reason);

    /// <param name="Amount">Null: all that is left.</param>
    public sealed record Line(Guid ItemId, Money? Amount = null);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Lines).NotEmpty().Must(l => l.Count <= 100).WithMessage("At most 100 lines.")
                .Must(l => l.Where(i => i is not null).Select(i => i.ItemId).Distinct().Count() == l.Count).WithErrorCode("twice").WithMessage("Name each line once.");
            RuleForEach(r => r.Lines).NotNull().ChildRules(line => line.RuleFor(l => l.Amount).Must(a => a is null or { Minor: > 0 })
                .WithErrorCode("out_of_range").WithMessage("Give back more than nothing."));
            RuleFor(r => r.Reason).Must(r => !string.IsNullOrWhiteSpace(r)).WithErrorCode("NotEmptyValidator").WithMessage("Say why the money goes back.").MaximumLength(500);
        }
    }

    /// <returns>The ids of the new refunds, in the order of the lines.</returns>
    /// <exception cref="Refused">404; 403 <c>own_order</c>; 409 <c>order_not_paid</c>, <c>nothing_to_refund</c>, <c>refund_too_high</c>, <c>dispute_open</c>.</exception>
    public static async Task<IReadOnlyList<Guid>> Handle(Guid id, Request request, Caller caller, IWallet wallet, ICatalog catalog, CouponUses coupons, OrdersDb db, UnitOfWork work, IAudit audit, TimeProvider clock)
    {
        caller.MustHave(Rights.Support);
        var order = await db.Locked(id) ?? throw Refused.NotFound();
        if (order.Buyer == caller.Account) throw new Refused("own_order", 403, "Somebody else decides about your own order.");

        if (await db.LineDisputes.AnyAsync(d => d.OrderId == id && d.Outcome == null)) throw new Refused("dispute_open", 409, "The payer's bank disputes this payment. Until that is decided nothing of it can be given back.");

        var refunds = new List<(OrderItem Item, Refund Refund)>();
        var unsent = new List<StockUnits>();
        foreach (var line in request.Lines)
        {
            var item = order.Items.Find(i => i.Id == line.ItemId) ?? throw Refused.NotFound();
            var sent = item.State is ItemState.Shipped or ItemState.Delivered or ItemState.Completed;
            var refund = order.Refund(item, line.Amount, request.Reason.Trim(), caller.Account, clock);
            db.Refunds.Add(refund);
            refunds.Add((item, refund));
            // What has left the house is its seller's business: they count it when it is back.
            if (item is { Counted: true, State: ItemState.Refunded } && !sent) unsent.Add(new StockUnits(item.Offer, item.Units));
            if (item.State == ItemState.Refunded) unsent.AddRange(item.Seats.Select(seat => new StockUnits(seat)));
            work.Publish(order.ToldRefunded(item, refund));
        }

        // Rows of the business before balances: see the order of locks.
        foreach (var (item, _) in refunds.Where(r => r.Item.State == ItemState.Refunded)) await CloseLine.Handle(item.Id, work, clock.GetUtcNow());
        if (order.Refunded == order.Price) await coupons.GiveBack(id);
        foreach (var line in unsent.OrderBy(l => l.Offer)) await catalog.ReturnStock(id, line);
        await wallet.Refund(new OrderRefund(order.Id, order.Buyer, refunds.Select(r => r.Item.Refund(r.Refund, order.Currency)).ToList()));
        await audit.Write(caller, "orders.lines_refunded", "order", order.Id, new { refunds = refunds.Select(r => new { item = r.Item.Id, refund = r.Refund.Id, amount = r.Refund.Amount }) });
        return refunds.Select(r => r.Refund.Id).ToList();
    }
}

/// <summary>
/// A refund in steps that each survive a crash: (1) decided and posted in one transaction, once a key; (2) providers are asked to
/// give back what came by card, outside any. The same key again goes on where it stopped.
/// </summary>
internal sealed class Refunding(Writes writes, IWallet wallet, ICatalog catalog, CouponUses coupons, ReadRefunds read, OrdersDb db, UnitOfWork work, IAudit audit, TimeProvider clock)
{
    public async Task<Once<IReadOnlyList<RefundReply>>> Handle(IdempotencyKey? key, Guid order, RefundLines.Request request, Caller caller, CancellationToken stop)
    {
        var made = await writes.Once(key, async () => new Made(await RefundLines.Handle(order, request, caller, wallet, catalog, coupons, db, work, audit, clock)));
        await wallet.FinishRefunds(made.Value.Refunds, stop);
        return new Once<IReadOnlyList<RefundReply>>(await read.Handle(order, made.Value.Refunds, stop), made.Replayed);
    }

    private sealed record Made(IReadOnlyList<Guid> Refunds);
}
