using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;

namespace Marketplace.Wallet.Pages;

/// <summary>The heads of the ledger's chain, newest first.</summary>
[Authorize("right:finance")]
internal sealed class SealsPage(NpgsqlDataSource source, Cursors cursors) : PageModel
{
    public Page<ListSeals.Row> Seals { get; private set; } = null!;

    public async Task OnGetAsync(string? cursor, CancellationToken stop) => Seals = await ListSeals.Handle(new ListSeals.Request(cursor, 50), source, cursors, stop);
}
