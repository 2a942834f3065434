using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;

namespace Marketplace.Orders.Pages;

/// <summary>What reminders of carts bring.</summary>
[Authorize("right:support")]
internal sealed class AdminCartsPage(NpgsqlDataSource source, Caller caller, TimeProvider clock) : PageModel
{
    public CountReminders.Reply Counts { get; private set; } = null!;

    public async Task OnGetAsync(CancellationToken stop) => Counts = await CountReminders.Handle(caller, source, clock, stop);
}
