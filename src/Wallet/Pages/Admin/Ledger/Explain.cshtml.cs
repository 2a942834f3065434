using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Wallet.Pages;

/// <summary>The whole way of an amount: what was paid, shared, held, released and given back, and by which rules.</summary>
[Authorize("right:finance")]
internal sealed class ExplainPage(ExplainEntry explain, LedgerNames names) : PageModel
{
    public Explanation Explanation { get; private set; } = null!;

    public LedgerNames Names => names;

    public async Task OnGetAsync(long id, CancellationToken stop)
    {
        Explanation = await explain.Handle(id, null, stop);
        var legs = Explanation.Steps.SelectMany(s => s.Legs).ToList();
        await names.Learn(legs.Select(l => l.Owner), legs.Select(l => l.Reference).Concat(Explanation.Steps.Select(s => s.Reference?.ToString())), stop);
    }
}
