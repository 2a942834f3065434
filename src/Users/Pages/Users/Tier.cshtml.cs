using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;

namespace Marketplace.Users.Pages;

/// <summary>What each tier brings, and which is one's own.</summary>
[Authorize]
internal sealed class TierPage(Caller caller, UnitOfWork work, NpgsqlDataSource source, Tiers tiers) : PageModel
{
    public OwnProfile Profile { get; private set; } = null!;

    public IReadOnlyList<TierTerms> All => tiers.All;

    public async Task OnGetAsync() => Profile = await OwnProfile.Read(caller, work, source, HttpContext.RequestAborted);
}
