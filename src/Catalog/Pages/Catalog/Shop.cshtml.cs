using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Catalog.Pages;

/// <summary>What a shop shows: its face and its promises, what it puts first, and all it sells, narrowed by what it has.</summary>
[AllowAnonymous]
internal sealed class ShopPage(NpgsqlDataSource source, Cursors cursors, ProductKinds kinds, Caller caller, LinkedData linked, TimeProvider clock, IStringLocalizer<Texts> texts) : PageModel
{
    public ShopView Shop { get; private set; } = null!;

    public bool IsMine { get; private set; }

    public bool IsAway { get; private set; }

    public ListProducts.Reply Products { get; private set; } = null!;

    public IReadOnlyList<ProductLine> Featured { get; private set; } = [];

    /// <summary>How many are on sale, whatever was narrowed.</summary>
    public int OnSale { get; private set; }

    public bool Narrowed { get; private set; }

    public async Task<IActionResult> OnGetAsync(string slug, [FromQuery] string? cursor, [FromQuery] string? kind, [FromQuery] string? genre, [FromQuery] string? sort)
    {
        var stop = HttpContext.RequestAborted;
        if (await ReadShops.Find(slug, source, stop) is not var (shop, owner))
            return await OldAddresses.Now(Addressed.Shop, slug, source, stop) is { } now ? RedirectPermanent($"/shops/{now}{Request.QueryString}") : throw Refused.NotFound();

        (Shop, IsMine, IsAway) = (shop, owner == caller.AccountOrNull, shop.Vacation?.Covers(clock.GetUtcNow()) == true);
        Narrowed = kind is not null || genre is not null;
        Products = await ListProducts.Search(new ListProducts.Query(Shop: Shop.Slug, Kind: kind, Genre: genre, Sort: sort), true, cursor, 24, kinds, source, cursors, stop);
        if (!Narrowed && cursor is null) Featured = await Storefront.Featured(Shop.Id, source, stop);
        OnSale = await source.Command("SELECT count(*)::int FROM catalog.products WHERE shop_id = $1 AND state = 'active'", Shop.Id).Scalar<int>(stop);
        ViewData["Head"] = new PageHead(Shop.Name, Shop.Description.Length > 0 ? Shop.Description : texts["What {0} sells", Shop.Name], $"/shops/{Shop.Slug}", Shop.BannerUrl ?? Shop.LogoUrl ?? (Products.Data is [var first, ..] ? first.CoverUrl : null))
        {
            Type = "profile",
            Feed = $"/shops/{Shop.Slug}/feed.xml",
            LinkedData = [linked.Shop(Shop, await Rating.Of(Rating.Shop, Shop.Id, source, HttpContext.RequestAborted)), linked.Crumbs((texts["Shops"], "/shops"), (Shop.Name, $"/shops/{Shop.Slug}"))],
            Hidden = OnSale == 0,
        };
        return Page();
    }

    /// <summary>The same page with one choice taken or, when it is taken already, given up.</summary>
    public string With(string name, string? value) => $"/shops/{Shop.Slug}" + QueryString.Create(
        Request.Query.Where(q => q.Key is "kind" or "genre" or "sort" && q.Key != name).Select(q => KeyValuePair.Create<string, string?>(q.Key, q.Value))
            .Concat(value is null ? [] : [KeyValuePair.Create<string, string?>(name, value)])) + "#all";
}
