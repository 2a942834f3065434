using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Orders.Pages;

[Authorize("can:can_sell")]
internal sealed class SalesPage(ListSales list, ListParcels parcels, OrdersDb db, Cursors cursors, Caller caller, TimeProvider clock) : PageModel
{
    public Page<SaleLine> Sales { get; private set; } = null!;

    /// <summary>Work that is not done, the newest fifty.</summary>
    public IReadOnlyList<ServiceLine> Open { get; private set; } = [];

    public bool IsLate(ServiceLine work) => work.DueAt < clock.GetUtcNow() && work.State is ServiceState.InProgress or ServiceState.RevisionRequested;

    [FromQuery]
    public string? Cursor { get; set; }

    /// <summary>Parcels that wait to be sent.</summary>
    public int ToSend { get; private set; }

    public async Task OnGetAsync(CancellationToken stop)
    {
        Sales = await list.Handle(Cursor, 50, caller, stop);
        if (Cursor is null) Open = [.. (await ReadService.List("seller", true, null, 50, caller, db, cursors, stop)).Data.OrderBy(w => w.DueAt ?? DateTimeOffset.MaxValue)];
        ToSend = await parcels.Waiting(caller, stop);
    }
}
