using Marketplace.Catalog;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <summary>A claim as one of those sees it whom it concerns.</summary>
/// <param name="Role">buyer, seller or staff: what the caller is of it.</param>
/// <param name="Price">Of the line; null for staff without the right finance.</param>
/// <param name="AnswerDue">By when the seller should answer; after that it is decided for the buyer. Null once they have, or it is over.</param>
/// <param name="Decision">Why it was decided so; empty while it is open.</param>
/// <param name="Refunded">What went back by it; null as the price.</param>
internal sealed record ClaimReply(
    Guid Id, Guid OrderId, long OrderNumber, Guid ItemId, string Title, string Slug, string? CoverUrl, string Kind, string ShopName, string Role, ClaimState State, ClaimReason Reason, Money? Price,
    DateTimeOffset OpenedAt, DateTimeOffset? AnswerDue, DateTimeOffset? AnsweredAt, DateTimeOffset? DecidedAt, string Decision, Money? Refunded, IReadOnlyList<ClaimMessageReply> Messages);

/// <param name="Side">buyer, seller or staff.</param>
/// <param name="Text">Null for a file, and for what was erased.</param>
/// <param name="FileUrl">Path at which those whom the claim concerns fetch it.</param>
internal sealed record ClaimMessageReply(Guid Id, DateTimeOffset At, ClaimSide Side, string? Text, string? FileName, string? FileUrl);

internal sealed record ClaimLine(Guid Id, long OrderNumber, string Title, ClaimState State, ClaimReason Reason, DateTimeOffset OpenedAt, DateTimeOffset? AnswerDue);

internal sealed class ReadClaims(OrdersDb db, SayInClaim sides, SellerDesk desk, Cursors cursors)
{
    /// <exception cref="Refused">404 for whom it does not concern as for what is not there.</exception>
    public async Task<ClaimReply> One(Guid id, Caller caller, CancellationToken stop)
    {
        var claim = await db.Claims.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, stop) ?? throw Refused.NotFound();
        var side = await sides.SideOf(claim, caller, ShopPermission.ReadOrders, stop);
        var item = await db.Items.AsNoTracking().SingleAsync(i => i.Id == claim.ItemId, stop);
        var order = await db.Orders.AsNoTracking().Where(o => o.Id == claim.OrderId).Select(o => new { o.Number, o.Currency }).SingleAsync(stop);
        var refunded = claim.RefundId is { } refund ? await db.Refunds.Where(r => r.Id == refund).Select(r => r.Amount).SingleAsync(stop) : 0;
        var messages = await db.ClaimMessages.AsNoTracking().Where(m => m.DisputeId == id).OrderBy(m => m.At).ThenBy(m => m.Id).ToListAsync(stop);
        var sees = side != ClaimSide.Staff || caller.Has(Rights.Finance);
        return new ClaimReply(
            claim.Id, claim.OrderId, order.Number, item.Id, item.Title, item.Slug, item.CoverUrl, item.Kind, item.ShopName, side.ToText(), claim.State, claim.Reason, sees ? Money.Of(item.Gross, order.Currency) : null,
            claim.OpenedAt, claim.AnswerDue, claim.AnsweredAt, claim.DecidedAt, claim.Decision, sees && claim.State == ClaimState.Resolved ? Money.Of(refunded, order.Currency) : null,
            messages.Select(m => new ClaimMessageReply(m.Id, m.At, m.Side, m.Text, m.FileName, m.FileName is null ? null : $"/media/claims/{m.Id}")).ToList());
    }

    /// <summary>Those that concern the caller, newest first.</summary>
    /// <param name="role">buyer, seller or staff.</param>
    /// <param name="open">Only what is not decided.</param>
    /// <exception cref="Refused">422 <c>unknown_role</c>, 400 <c>cursor_invalid</c>; 403 for staff's without the right.</exception>
    public async Task<Page<ClaimLine>> List(string? role, bool? open, string? cursor, int? limit, Caller caller, CancellationToken stop)
    {
        role = string.IsNullOrWhiteSpace(role) ? "buyer" : role;
        if (role is not ("buyer" or "seller" or "staff")) throw Refused.Invalid(new FieldError("/role", "unknown_role", "buyer, seller or staff."));
        if (role == "staff") caller.MustHave(Rights.Support);
        var (viewer, take) = (caller.Account, Cursors.Limit(limit));
        var filters = new { list = "claims", viewer, role, open };
        var claims = db.Claims.AsNoTracking();
        if (role == "buyer") claims = claims.Where(c => c.Buyer == viewer);
        if (role == "seller")
        {
            var (shops, sellers) = await desk.ShopsOf(caller, ShopPermission.ReadOrders, stop);
            claims = claims.Where(c => sellers.Contains(c.Seller) && shops.Contains(c.Shop));
        }

        if (open == true) claims = claims.Where(c => c.State == ClaimState.Open);
        if (cursors.Read(cursor, filters)?[0].GetGuid() is { } last) claims = claims.Where(c => c.Id < last);
        var rows = await claims.OrderByDescending(c => c.Id).Take(take + 1)
            .Join(db.Items, c => c.ItemId, i => i.Id, (c, i) => new { Claim = c, i.Title }).Join(db.Orders, c => c.Claim.OrderId, o => o.Id, (c, o) => new { c.Claim, c.Title, o.Number }).ToListAsync(stop);
        return cursors.Page(rows, take, filters, r => [r.Claim.Id]).Map(r => new ClaimLine(r.Claim.Id, r.Number, r.Title, r.Claim.State, r.Claim.Reason, r.Claim.OpenedAt, r.Claim.AnswerDue));
    }
}
