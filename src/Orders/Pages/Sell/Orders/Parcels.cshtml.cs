using FluentValidation;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Orders.Pages;

/// <summary>What the seller has to pack and send.</summary>
[Authorize("can:can_sell")]
internal sealed class ParcelsPage(ListParcels list, OrdersDb db, SellerDesk desk, UnitOfWork work, IValidator<ShipLine.Request> rules, Caller caller, TimeProvider clock) : FormPage
{
    public IReadOnlyList<ParcelLine> Parcels { get; private set; } = [];

    public bool IsLate(ParcelLine parcel) => parcel.ShipBy < clock.GetUtcNow();

    public override async Task Load() => Parcels = await list.Handle(caller, HttpContext.RequestAborted);

    public async Task<IActionResult> OnPostPrepareAsync([FromForm] Guid item)
    {
        await ShipLine.Prepare(item, caller, db, desk, clock);
        return LocalRedirect($"/sell/parcels#{item}");
    }

    public async Task<IActionResult> OnPostShipAsync([FromForm] Guid item, [FromForm] string? carrier, [FromForm] string? tracking)
    {
        var request = new ShipLine.Request(carrier, tracking);
        rules.MustAccept(request);
        await ShipLine.Handle(item, request, caller, db, desk, work, clock);
        return LocalRedirect($"/sell/parcels#{item}");
    }
}
