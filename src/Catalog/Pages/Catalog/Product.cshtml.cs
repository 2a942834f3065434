using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Catalog.Pages;

[AllowAnonymous]
internal sealed class ProductPage(NpgsqlDataSource source, ProductKinds kinds, Caller caller, LinkedData linked, TimeProvider clock, IStringLocalizer<Texts> texts) : PageModel
{
    public ProductView Product { get; private set; } = null!;

    /// <summary>What the other modules' parts are given.</summary>
    public ProductSlot Slot { get; private set; } = null!;

    public IReadOnlyList<ProductLine> More { get; private set; } = [];

    public bool IsMine { get; private set; }

    /// <summary>The viewer's, where somebody is signed in.</summary>
    public HeartModel? Heart { get; private set; }

    public string Summary => Product.Description.Length == 0
        ? kinds[Product.Kind].FactLine(Product.Details, phrase => texts[phrase]) ?? Product.Title
        : Product.Description.ReplaceLineEndings(" ") is { Length: > 160 } text ? text[..157] + "…" : Product.Description.ReplaceLineEndings(" ");

    private PageHead Head => new(texts["{0} by {1}", Product.Title, Product.Shop.Name], Summary, $"/p/{Product.Slug}", Product.CoverUrl)
    {
        Type = "product",
        Audio = Product.PreviewUrl,
        LinkedData =
        [
            linked.Product(Product, Summary, Slot.Away),
            linked.Crumbs(Product.Category.Select(step => (texts[step.Name].Value, $"/c/{step.Slug}")).Append((Product.Title, $"/p/{Product.Slug}"))),
        ],
        Hidden = Product.State != ProductState.Active,
    };

    public async Task<IActionResult> OnGetAsync(string slug)
    {
        var stop = HttpContext.RequestAborted;
        if (await ProductView.Find(slug, caller, source, kinds, stop) is not var (product, seller))
            return await OldAddresses.Now(Addressed.Product, slug, source, stop) is { } now ? RedirectPermanent($"/p/{now}{Request.QueryString}") : throw Refused.NotFound();
        Product = product;
        IsMine = seller == caller.AccountOrNull;
        if (Product.State == ProductState.Active) HttpContext.RequestServices.GetRequiredService<Views>().Note(Product.Id, seller, HttpContext, caller);
        Heart = await HeartOf(Product, stop);
        var kind = kinds[Product.Kind];
        var away = Product.Shop.Vacation is { } vacation && vacation.Covers(clock.GetUtcNow()) ? vacation : null;
        Slot = new ProductSlot(Product.Id, Product.Kind, seller, Product.Offers.Select(o => new ProductSlotOffer(o.Id, o.Name, o.Terms, o.Price, o.NamesPrice)
        {
            Option = o.Option,
            Details = o.Details.GetRawText(),
            Line = string.Join(" · ", kind.KnownOfOffer(o.Details, phrase => texts[phrase]).Where(k => !k.Fact.IsBlock && k.Fact is not FlagFact).Select(k => k.Fact is MoneyFact || k.Fact.NeedsLabel ? $"{k.Label} {k.Value}" : k.Value)),
            Featured = FlagFact.IsSet(o.Details, "featured"),
        }).ToList()) { Choose = kind.ChooseTitle, Away = away is not null, AwayUntil = away?.Until, Details = Product.Details.GetRawText(), Rating = Product.Rating };
        var others = (await ListProducts.Shelves([(new ListProducts.Query(Shop: Product.Shop.Slug), 7)], source, stop)).Single();
        More = others.Where(o => o.Id != Product.Id).Take(6).ToList();
        ViewData["Head"] = Head;
        return Page();
    }

    private async Task<HeartModel?> HeartOf(ProductView product, CancellationToken stop) => caller.AccountOrNull is null || product.State != ProductState.Active
        ? null
        : new HeartModel(product.Id, product.Title, (await Likes.Among([product.Id], caller, source, stop)).Count > 0);
}
