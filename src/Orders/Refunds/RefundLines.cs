using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;
using Marketplace.Wallet;

namespace Marketplace.Orders;

/// <summary>
/// Staff gives money of an order's lines back without being asked: all named lines or none. A line without an amount is refunded in
/// what is left of it. Whoever has the right <c>support</c> may.
/// </summary>
internal sealed class RefundLines(OrdersDb db, GiveBack giveBack, IAudit audit, TimeProvider clock)
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

    /// <returns>The ids of the new refunds, in the order of the lines; what was paid for sending what was not sent comes last.</returns>
    /// <exception cref="Refused">404; 403 <c>own_order</c>; 409 <c>order_not_paid</c>, <c>nothing_to_refund</c>, <c>refund_too_high</c>, <c>dispute_open</c>.</exception>
    public async Task<IReadOnlyList<Guid>> Handle(Guid id, Request request, Caller caller)
    {
        caller.MustHave(Rights.Support);
        var order = await db.Locked(id) ?? throw Refused.NotFound();
        if (order.Buyer == caller.Account) throw OwnOrder();
        await GiveBack.MustBeFree(id, db);

        var refunds = request.Lines.Select(line =>
        {
            var item = order.Items.Find(i => i.Id == line.ItemId) ?? throw Refused.NotFound();
            return Refund.Approved(item, order.Refundable(item, line.Amount), request.Reason.Trim(), caller.Account, clock);
        }).ToList();
        var given = await giveBack.Handle(order, refunds);
        await audit.Write(caller, "orders.lines_refunded", "order", order.Id, new { refunds = given.Select(r => new { item = r.ItemId, refund = r.Id, amount = r.Amount }) });
        return given.Select(r => r.Id).ToList();
    }

    public static Refused OwnOrder() => new("own_order", 403, "Somebody else decides about your own order.");
}

/// <summary>
/// A refund in steps that each survive a crash: (1) decided and posted in one transaction, once a key; (2) providers are asked to
/// give back what came by card, outside any. The same key again goes on where it stopped.
/// </summary>
internal sealed class Refunding(Writes writes, IWallet wallet, ReadRefunds read)
{
    /// <param name="decide">Returns the refunds that it gave; none when it gave nothing.</param>
    public async Task<Once<IReadOnlyList<RefundReply>>> Handle(IdempotencyKey? key, Guid order, Func<Task<IReadOnlyList<Guid>>> decide, CancellationToken stop)
    {
        var made = await writes.Once(key, async () => new Made(await decide()));
        await wallet.FinishRefunds(made.Value.Refunds, stop);
        return new Once<IReadOnlyList<RefundReply>>(await read.Handle(order, made.Value.Refunds, stop), made.Replayed);
    }

    private sealed record Made(IReadOnlyList<Guid> Refunds);
}
