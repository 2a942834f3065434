using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

/// <param name="Sources">How many purchases open it: of two, one may be refunded.</param>
internal sealed record AccessReply(Guid ProductId, string Kind, DateTimeOffset GrantedAt, int Sources);

/// <param name="Data">All of them: nobody has so many that they need pages.</param>
internal sealed record AccessList(IReadOnlyList<AccessReply> Data);

/// <summary>What the caller's purchases open: memberships, courses, seats.</summary>
internal static class ReadAccess
{
    public static async Task<AccessList> Handle(Caller caller, OrdersDb db, CancellationToken stop)
    {
        var account = caller.Account;
        var grants = await db.Grants.AsNoTracking().Where(g => g.Account == account && g.RevokedAt == null).ToListAsync(stop);
        return new AccessList(grants.GroupBy(g => g.Product).Select(g => new AccessReply(g.Key, g.First().Kind, g.Min(s => s.GrantedAt), g.Count())).OrderBy(a => a.GrantedAt).ToList());
    }
}
