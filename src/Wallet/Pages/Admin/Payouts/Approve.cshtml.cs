using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Wallet.Pages;

/// <summary>Several payouts at once: a preview, then each in a transaction of its own, so that one that cannot be approved stops no other.</summary>
[Authorize("right:finance"), StepUp, WritesInSteps]
internal sealed class ApprovePayoutsPage(Caller caller, WalletDb db, UnitOfWork work, Writes writes, PayoutTerms terms, IAudit audit, TimeProvider clock, LedgerNames names) : FormPage
{
    private const int Most = 100;

    [BindProperty(SupportsGet = true, Name = "id")]
    public List<Guid> Chosen { get; set; } = [];

    public IReadOnlyList<PayoutQueue.Row> Rows { get; private set; } = [];

    /// <summary>Null before; then what went wrong with each, or nothing.</summary>
    public Dictionary<Guid, string?>? Results { get; private set; }

    public LedgerNames Names => names;

    public override async Task Load()
    {
        Rows = await work.Read(async () =>
        {
            db.ChangeTracker.Clear();
            var payouts = await db.Payouts.AsNoTracking().Where(p => Chosen.Contains(p.Id)).OrderBy(p => p.CreatedAt).ThenBy(p => p.Id).Take(Most).ToListAsync();
            var to = payouts.Select(p => p.DestinationId).ToList();
            var destinations = await db.Destinations.AsNoTracking().Where(d => to.Contains(d.Id)).ToDictionaryAsync(d => d.Id);
            var two = await FourEyes.Are(work);
            return payouts.ConvertAll(p => new PayoutQueue.Row(p, destinations[p.DestinationId].Mask, destinations[p.DestinationId].State, two && p.State == PayoutState.Requested && p.Amount > terms.FourEyesAbove(p.Amount.Currency)));
        });
        await names.Learn(Rows.Select(r => (Guid?)r.Payout.Account), [], HttpContext.RequestAborted);
    }

    public async Task<IActionResult> OnPostAsync()
    {
        caller.MustBeFresh(clock);
        Results = [];
        foreach (var id in Chosen.Distinct().Take(Most))
        {
            try
            {
                await writes.Run(() =>
                {
                    db.ChangeTracker.Clear();
                    return ReviewPayout.Approve(id, caller, db, work, terms, audit, clock);
                });
                Results[id] = null;
            }
            catch (Refused refused)
            {
                Results[id] = refused.Message;
            }
        }

        await Load();
        return Page();
    }
}
