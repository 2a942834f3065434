using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <param name="Target">An id in its usual form, or a tier's name.</param>
/// <param name="Title">Null when it is not there any more.</param>
/// <param name="ProductId">What is opened, when that is a product.</param>
/// <param name="Sources">How many purchases open it: of two, one may be refunded.</param>
internal sealed record AccessReply(AccessKind TargetKind, string Target, string? Title, string? Url, Guid? ProductId, DateTimeOffset GrantedAt, int Sources, IReadOnlyList<AccessSource> Purchases);

/// <summary>A line that opens it.</summary>
internal sealed record AccessSource(Guid ItemId, Guid OrderId, string Title, DateTimeOffset GrantedAt);

/// <param name="Data">All of them: nobody has so many that they need pages.</param>
internal sealed record AccessList(IReadOnlyList<AccessReply> Data);

/// <summary>What the caller's purchases open: memberships, courses, seats, files, tiers, with the purchases that do.</summary>
internal sealed class ReadAccess(OrdersDb db, AccessTargets targets)
{
    public Task<AccessList> Handle(Caller caller, CancellationToken stop) => Of(caller.Account, stop);

    /// <summary>Of somebody whom staff looks at.</summary>
    public async Task<AccessList> Of(Guid account, CancellationToken stop)
    {
        var grants = await db.Grants.AsNoTracking().Where(g => g.Account == account && g.GrantedAt != null && g.RevokedAt == null)
            .Join(db.Items, g => g.ItemId, i => i.Id, (g, i) => new { Grant = g, i.OrderId, i.Title }).ToListAsync(stop);
        var shown = await targets.Find(grants.Select(g => (g.Grant.TargetKind, g.Grant.Target)), stop);
        return new AccessList(grants.GroupBy(g => (g.Grant.TargetKind, g.Grant.Target)).Select(g => new AccessReply(
            g.Key.TargetKind, g.Key.Target, shown.GetValueOrDefault(g.Key)?.Title, shown.GetValueOrDefault(g.Key)?.Url,
            g.Key.TargetKind is AccessKind.Membership or AccessKind.Course or AccessKind.Download or AccessKind.WebinarSeat ? Guid.Parse(g.Key.Target) : null,
            g.Min(s => s.Grant.GrantedAt!.Value), g.Count(),
            g.OrderBy(s => s.Grant.GrantedAt).Select(s => new AccessSource(s.Grant.ItemId, s.OrderId, s.Title, s.Grant.GrantedAt!.Value)).ToList())).OrderBy(a => a.GrantedAt).ThenBy(a => a.Target, StringComparer.Ordinal).ToList());
    }
}
