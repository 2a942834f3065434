using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Wallet.Pages;

/// <summary>Which providers are configured, and how they do. Keys are never shown.</summary>
[Authorize("right:finance")]
internal sealed class ProvidersPage(IEnumerable<IPaymentProvider> providers, ProviderHealth health, WalletDb db) : PageModel
{
    public IReadOnlyList<Row> Providers { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken stop)
    {
        var open = await db.Charges.Where(c => c.NextCheckAt != null).GroupBy(c => c.Provider).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, stop);
        Providers = providers.Select(p => new Row(p.Key, p.Methods.Select(m => m.Name).ToList(), health.Of(p.Key), open.GetValueOrDefault(p.Key))).ToList();
    }

    public sealed record Row(string Key, IReadOnlyList<string> Methods, ProviderHealth.Seen Seen, int Open);
}
