using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Orders.Pages;

/// <summary>Every order, for support. Amounts of others are for finance.</summary>
[Authorize("right:support")]
internal sealed class AdminOrdersPage(ListOrders list, Caller caller) : PageModel
{
    public Page<OrderLine> Orders { get; private set; } = null!;

    public bool SeesAmounts => caller.Has(Rights.Finance);

    [FromQuery]
    public OrderState? State { get; set; }

    [FromQuery]
    public long? Number { get; set; }

    [FromQuery]
    public Guid? Buyer { get; set; }

    [FromQuery]
    public string? Cursor { get; set; }

    public async Task OnGetAsync(CancellationToken stop) => Orders = await list.ForStaff(State, Number, Buyer, Cursor, caller, stop);
}
