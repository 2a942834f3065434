using FluentValidation;
using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>A buyer asks for money of a line. The shop answers, or after five days the staff; one open request a line.</summary>
internal static class AskRefund
{
    public const int MostRequests = 3;

    /// <param name="Reason">Why; the shop and staff read it.</param>
    /// <param name="Amount">Null: all that is left.</param>
    public sealed record Request(string Reason, Money? Amount = null);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Reason).Must(r => !string.IsNullOrWhiteSpace(r)).WithErrorCode("NotEmptyValidator").WithMessage("Say why you want the money back.").MaximumLength(500).Sound();
            RuleFor(r => r.Amount).Must(a => a is null or { Minor: > 0 }).WithErrorCode("out_of_range").WithMessage("Ask for more than nothing.");
        }
    }

    /// <exception cref="Refused">404; 409 <c>order_not_paid</c>, <c>nothing_to_refund</c>, <c>refund_too_high</c>, <c>refund_requested</c>, <c>claim_open</c>, <c>dispute_open</c>, <c>too_late</c>, <c>too_many_refund_requests</c>.</exception>
    public static async Task<RefundReply> Handle(Guid id, Guid item, Request request, Caller caller, OrdersDb db, UnitOfWork work, TimeProvider clock)
    {
        var order = await db.Locked(id) ?? throw Refused.NotFound();
        if (order.Buyer != caller.Account || order.Items.Find(i => i.Id == item) is not { } line) throw Refused.NotFound();
        var now = clock.GetUtcNow();
        await GiveBack.MustBeFree(id, db);
        var amount = order.Refundable(line, request.Amount);
        if (AfterSale.IsOver(line, now)) throw new Refused("too_late", 409, "You have had this for more than 30 days: it cannot be asked back any more.");
        if (await db.Claims.AnyAsync(c => c.ItemId == item && c.State == ClaimState.Open)) throw new Refused("claim_open", 409, "There is an open claim about this: it decides.");
        var before = await db.Refunds.Where(r => r.ItemId == item && r.Asked != null).Select(r => r.State).ToListAsync();
        if (before.Contains(RefundState.Requested)) throw new Refused("refund_requested", 409, "You have asked for this already. The shop has five days to answer, then the market's team decides.");
        if (before.Count >= MostRequests) throw new Refused("too_many_refund_requests", 409, "You have asked three times. Open a claim, and the market's team decides.");

        var refund = Refund.Ask(line, amount, Words.Text(request.Reason), clock);
        db.Refunds.Add(refund);
        order.Note(line, OrderHappening.RefundAsked, caller.Account, now);
        work.Publish(new RefundAsked(refund.Id, order.Id, order.Number, line.Id, line.Product, line.Shop, line.Buyer, line.Seller, Money.Of(amount, order.Currency), now + Refund.Silence));
        return RefundReply.Of(refund, order.Currency);
    }
}
