using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.Wallet.Pages;

/// <summary>One's payouts, and what they mean.</summary>
[Authorize]
internal sealed class PayoutsPage(Caller caller, NpgsqlDataSource source, UnitOfWork work, WalletDb db, Cursors cursors) : PageModel
{
    public static IReadOnlyList<PayoutState> Explained { get; } = Enum.GetValues<PayoutState>();

    public Page<PayoutView> Payouts { get; private set; } = null!;

    public IReadOnlyList<DestinationView> Places { get; private set; } = [];

    public IReadOnlyList<AdjustmentView> Adjustments { get; private set; } = [];

    public IReadOnlyList<int> Years { get; private set; } = [];

    public async Task OnGetAsync(string? cursor, CancellationToken stop)
    {
        Payouts = await ListPayouts.Handle(new ListPayouts.Request(null, cursor), caller, source, cursors, stop);
        Places = await Destinations.Own(caller, work, db, stop);
        Adjustments = (await db.Adjustments.AsNoTracking().Where(a => a.Account == caller.Account && a.State == AdjustmentState.Posted).OrderByDescending(a => a.DecidedAt).Take(20).ToListAsync(stop)).ConvertAll(AdjustmentView.Of);
        Years = await YearStatement.Years(caller.Account, source, stop);
    }
}
