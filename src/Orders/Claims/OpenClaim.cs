using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Wallet;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>A buyer says that a line is not what was agreed: once it is there, or late. What the seller earned of it waits until it is decided.</summary>
internal sealed class OpenClaim(OrdersDb db, UnitOfWork work, IWallet wallet, CancelLate late, TimeProvider clock)
{
    /// <param name="Reason">not_received, not_as_described, damaged, late, other.</param>
    /// <param name="Text">What happened; seller and staff read it.</param>
    public sealed record Request(string Reason, string Text);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Reason).NotEmpty().OneOf<Request, ClaimReason>();
            RuleFor(r => r.Text).Must(t => !string.IsNullOrWhiteSpace(t)).WithErrorCode("NotEmptyValidator").WithMessage("Write what happened.").MaximumLength(4000).Sound();
        }
    }

    /// <returns>The new claim's id.</returns>
    /// <exception cref="Refused">404; 409 <c>order_not_paid</c>, <c>nothing_to_refund</c>, <c>dispute_open</c>, <c>claim_open</c>, <c>claim_too_early</c>, <c>too_late</c>, <c>too_many_claims</c>, <c>refund_requested</c>.</exception>
    public async Task<Opened> Handle(Guid id, Guid item, Request request, Caller caller)
    {
        db.ChangeTracker.Clear();
        if (await db.Locked(id) is not { } order || order.Buyer != caller.Account || order.Items.Find(i => i.Id == item) is not { } line) throw Refused.NotFound();
        var now = clock.GetUtcNow();
        await GiveBack.MustBeFree(id, db);
        order.Refundable(line, null);
        var before = await db.Claims.Where(c => c.ItemId == item).Select(c => c.State).ToListAsync();
        if (before.Contains(ClaimState.Open)) throw new Refused("claim_open", 409, "There is an open claim about this: it decides.");
        if (before.Count >= Claim.MostALine) throw new Refused("too_many_claims", 409, "This was decided twice, and is final.");
        if (await db.Refunds.AnyAsync(r => r.ItemId == item && r.State == RefundState.Requested))
            throw new Refused("refund_requested", 409, "You have asked for this already. The shop has five days to answer, then the market's team decides.");
        if (line.State is not (ItemState.Available or ItemState.Delivered or ItemState.Completed) && await late.WhyLate(line) is null)
            throw new Refused("claim_too_early", 409, "It is on its way and not late. A claim can be opened when it is there, or late.");
        if (AfterSale.IsOver(line, now)) throw new Refused("too_late", 409, "You have had this for more than 30 days: it cannot be asked back any more.");

        var claim = new Claim(line, request.Reason.ReadChoice<ClaimReason>()!.Value, clock);
        db.Claims.Add(claim);
        await work.Flush();
        db.ClaimMessages.Add(new ClaimMessage(claim, ClaimSide.Buyer, caller.Account, clock) { Text = Words.Text(request.Text) });
        order.Note(line, OrderHappening.ClaimOpened, caller.Account, now);
        await wallet.FreezeHold(line.Id);
        work.Publish(new ClaimOpened(claim.Id, order.Id, order.Number, line.Id, line.Product, line.Shop, line.Buyer, line.Seller, now + Claim.Silence));
        return new Opened(claim.Id);
    }

    public sealed record Opened(Guid Id);
}
