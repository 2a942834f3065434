using FluentValidation;
using Marketplace.Catalog;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>Both sides and staff say and show what happened, while the claim is open.</summary>
internal sealed class SayInClaim(OrdersDb db, UnitOfWork work, SellerDesk desk, Blobs blobs, ICatalog catalog, Writes writes, TimeProvider clock)
{
    public const int MostTexts = 20, MostFiles = 3;

    public const long FileLimit = 20_000_000;

    public sealed record Request(string Text);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator() => RuleFor(r => r.Text).Must(t => !string.IsNullOrWhiteSpace(t)).WithErrorCode("NotEmptyValidator").WithMessage("Write what happened.").MaximumLength(4000).Sound();
    }

    /// <returns>The new message's id.</returns>
    /// <exception cref="Refused">404; 409 <c>claim_over</c>, <c>too_much_evidence</c>.</exception>
    public async Task<Said> Say(Guid id, Request request, Caller caller)
    {
        var (claim, side) = await Locked(id, caller);
        await Count(claim, side, m => m.Text != null, MostTexts);
        return await Add(claim, new ClaimMessage(claim, side, caller.Account, clock) { Text = Words.Text(request.Text) });
    }

    /// <summary>A file: looked at as what sellers upload is. The bytes are stored while they arrive; no transaction is open meanwhile.</summary>
    /// <exception cref="Refused">As <see cref="Say"/>; 413, 422 with the reason.</exception>
    public async Task<Said> Show(Guid id, IncomingFile file, Caller caller, CancellationToken stop)
    {
        // Whose claim it is decides before the first byte is read.
        var seen = await db.Claims.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, stop) ?? throw Refused.NotFound();
        await SideOf(seen, caller, ShopPermission.Orders, stop);
        var (blob, name) = await catalog.Stage(file.FileName, file.Content, FileLimit, stop);
        return await writes.Run(async () =>
        {
            db.ChangeTracker.Clear();
            var (claim, side) = await Locked(id, caller);
            await Count(claim, side, m => m.FileName != null, MostFiles);
            var message = new ClaimMessage(claim, side, caller.Account, clock);
            message.Show(blob, name);
            await blobs.Keep(blob.Key);
            return await Add(claim, message);
        });
    }

    /// <summary>Which side somebody takes; who works for the shop its seller's.</summary>
    /// <exception cref="Refused">404: none.</exception>
    public async Task<ClaimSide> SideOf(Claim claim, Caller caller, ShopPermission permission, CancellationToken stop = default)
    {
        if (claim.Buyer == caller.Account) return ClaimSide.Buyer;
        if (await desk.May(caller, claim.Shop, permission, stop)) return ClaimSide.Seller;
        return caller.Has(Rights.Support) ? ClaimSide.Staff : throw Refused.NotFound();
    }

    private async Task<Said> Add(Claim claim, ClaimMessage message)
    {
        var first = claim.Say(message.Side, clock.GetUtcNow());
        db.ClaimMessages.Add(message);
        var (number, product) = (await db.Orders.Where(o => o.Id == claim.OrderId).Select(o => o.Number).SingleAsync(), await db.Items.Where(i => i.Id == claim.ItemId).Select(i => i.Product).SingleAsync());
        work.Publish(new ClaimAnswered(claim.Id, message.Id, claim.OrderId, number, claim.ItemId, product, claim.Buyer, claim.Seller, message.Side.ToText(), first));
        return new Said(message.Id);
    }

    // The order's lock: what is being decided takes nothing more, and two files at once are counted.
    private async Task<(Claim Claim, ClaimSide Side)> Locked(Guid id, Caller caller)
    {
        var order = await db.Claims.Where(c => c.Id == id).Select(c => (Guid?)c.OrderId).SingleOrDefaultAsync() ?? throw Refused.NotFound();
        await work.Command("SELECT FROM orders.orders WHERE id = $1 FOR UPDATE", order).Execute();
        var claim = await db.Claims.SingleAsync(c => c.Id == id);
        return (claim, await SideOf(claim, caller, ShopPermission.Orders));
    }

    private async Task Count(Claim claim, ClaimSide side, System.Linq.Expressions.Expression<Func<ClaimMessage, bool>> kind, int most)
    {
        if (await db.ClaimMessages.Where(m => m.DisputeId == claim.Id && m.Side == side).CountAsync(kind) >= most)
            throw new Refused("too_much_evidence", 409, $"At most {MostTexts} texts and {MostFiles} files each.");
    }

    public sealed record Said(Guid Id);
}
