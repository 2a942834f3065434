using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Marketplace.Catalog.Pages.Sell;

[Authorize("can:can_sell")]
internal sealed class FeaturedPage(NpgsqlDataSource source, Cursors cursors, CatalogDb db, UnitOfWork work, IUsers users, Caller caller, TimeProvider clock) : FormPage
{
    public int Quota { get; private set; }

    public IReadOnlyList<ProductLine> Featured { get; private set; } = [];

    /// <summary>The newest that are on sale and not featured.</summary>
    public IReadOnlyList<OwnLine> Others { get; private set; } = [];

    public override async Task Load()
    {
        var stop = HttpContext.RequestAborted;
        if (await ChosenShop.Of(HttpContext, caller, ShopPermission.Products, source) is not { } place) return;
        var featured = await FeatureProducts.Read(place.Slug, caller, db, users, source, stop);
        Quota = featured.Quota;
        Featured = await source.Command(
            $"SELECT {ProductLine.Columns} FROM catalog.featured_products f JOIN catalog.products p ON p.id = f.product_id JOIN catalog.shops s ON s.id = p.shop_id WHERE p.id = ANY ($1) ORDER BY f.position, p.id", featured.Products.ToArray()).List(ProductLine.Read, stop);
        var sold = await OwnProducts.List("active", null, place.Slug, null, 60, caller, source, cursors, stop);
        Others = sold.Data.Where(p => !featured.Products.Contains(p.Id)).ToList();
    }

    public async Task<IActionResult> OnPostAddAsync([FromForm] Guid product)
    {
        await FeatureProducts.Add(product, caller, db, work, users, clock);
        return RedirectToPage();
    }

    public async Task<IActionResult> OnPostRemoveAsync([FromForm] Guid product)
    {
        await FeatureProducts.Remove(product, caller, db, work, users);
        return RedirectToPage();
    }

    /// <summary>One place up.</summary>
    public async Task<IActionResult> OnPostUpAsync([FromForm] Guid product)
    {
        var slug = await db.MayChange(product, caller.Account);
        var order = (await FeatureProducts.Read(slug, caller, db, users, source, HttpContext.RequestAborted)).Products.ToList();
        if (order.IndexOf(product) is > 0 and var at) (order[at - 1], order[at]) = (order[at], order[at - 1]);
        await FeatureProducts.Sort(slug, new FeatureProducts.Order(order), caller, db, work, users);
        return RedirectToPage();
    }
}
