using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Marketplace.Catalog.Pages.Sell;

/// <summary>Chooses the shop in which somebody works who is of several teams.</summary>
[Authorize]
internal sealed class WorkplacePage(NpgsqlDataSource source, Caller caller) : FormPage
{
    public IReadOnlyList<Workplace> Shops { get; private set; } = [];

    public override async Task Load() => Shops = await ShopAccess.Of(caller.Account, source, HttpContext.RequestAborted);

    public async Task<IActionResult> OnPostAsync([FromForm] Guid shop)
    {
        await ChosenShop.Choose(shop, HttpContext, caller, source);
        return LocalRedirect("/sell");
    }
}

/// <summary>Plans as people call them; English.</summary>
internal static class Plans
{
    public static string Name(ShopPlan plan) => plan switch { ShopPlan.Starter => "Starter", ShopPlan.Pro => "Pro", _ => "Scale" };
}
