using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;

namespace Marketplace.Wallet.Pages;

/// <param name="More">Where the rest stands; null when this is all.</param>
internal sealed record HeldModel(HeldByDay Held, string? More);

/// <summary>All that is held of one's money in a currency.</summary>
[Authorize]
internal sealed class HeldPage(Caller caller, NpgsqlDataSource source, Subjects subjects) : PageModel
{
    private const int MostGroups = 400, MostLines = 1_000;

    [BindProperty(SupportsGet = true, Name = "currency")]
    public string? Currency { get; set; }

    internal HeldByDay Held { get; private set; } = null!;

    public async Task OnGetAsync(CancellationToken stop) =>
        Held = await HeldByDay.Read(caller.Account, Kernel.Currency.Of(string.IsNullOrEmpty(Currency) ? "EUR" : Currency), MostGroups, MostLines, source, subjects, stop);
}
