using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Users;

/// <summary>An account as its owner sees it.</summary>
internal sealed record AccountView(
    Guid Id, string Email, string Username, string DisplayName, AccountStatus Status, SellerTier Tier, string Language,
    IReadOnlyList<string> Capabilities, IReadOnlyList<string> Rights, DateTimeOffset CreatedAt)
{
    /// <exception cref="Refused">404.</exception>
    public static async Task<AccountView> Read(Guid account, UsersDb db, CancellationToken stop = default)
    {
        var found = await db.Accounts.AsNoTracking().SingleOrDefaultAsync(a => a.Id == account, stop) ?? throw Refused.NotFound();
        var partner = await db.Profiles.AnyAsync(p => p.Account == account && p.Partner, stop);
        var capabilities = db.Capabilities.Where(c => c.Account == account).Select(c => new { IsRight = false, c.Name });
        var rights = db.Rights.Where(r => r.Account == account).Select(r => new { IsRight = true, r.Name });
        var granted = await capabilities.Concat(rights).ToListAsync(stop);
        return new AccountView(
            found.Id, found.Email, found.Username, found.DisplayName, found.Status, partner ? SellerTier.Ultimate : found.Tier, found.Language,
            Users.Capabilities.All.Where(name => granted.Any(g => !g.IsRight && g.Name == name)).ToList(),
            Users.Rights.All.Where(name => granted.Any(g => g.IsRight && g.Name == name)).ToList(),
            found.CreatedAt);
    }
}
