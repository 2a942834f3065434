using System.Globalization;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;

namespace Marketplace.Wallet.Pages;

/// <summary>The rules by which money of sales is held, as they count now.</summary>
[Authorize("right:finance")]
internal sealed class HoldRulesPage(NpgsqlDataSource source, RiskFactors factors) : PageModel
{
    public IReadOnlyList<HoldRule> Rules { get; private set; } = [];

    public string Factor(RiskLevel level) => factors.Of(level).ToString("0.##", CultureInfo.CurrentCulture);

    public async Task OnGetAsync(CancellationToken stop) => Rules = (await HoldRule.All(source, stop)).GroupBy(r => r.Code, (_, versions) => versions.First()).ToList();
}
