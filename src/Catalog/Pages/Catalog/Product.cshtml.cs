using System.Globalization;
using System.Text.Json;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Catalog.Pages;

[AllowAnonymous]
internal sealed class ProductPage(NpgsqlDataSource source, Cursors cursors, ProductKinds kinds, Caller caller, IStringLocalizer<Texts> texts) : PageModel
{
    public ProductView Product { get; private set; } = null!;

    /// <summary>What the other modules' parts are given.</summary>
    public ProductSlot Slot { get; private set; } = null!;

    public IReadOnlyList<ProductLine> More { get; private set; } = [];

    public bool IsMine { get; private set; }

    public string Site => $"{Request.Scheme}://{Request.Host}";

    public string Address => $"{Site}/p/{Product.Slug}";

    public string Summary => Product.Description.Length == 0
        ? kinds[Product.Kind].FactLine(Product.Details, phrase => texts[phrase]) ?? Product.Title
        : Product.Description.ReplaceLineEndings(" ") is { Length: > 160 } text ? text[..157] + "…" : Product.Description.ReplaceLineEndings(" ");

    /// <summary>schema.org; the serialiser escapes what could end the element.</summary>
    public string LinkedData => JsonSerializer.Serialize(new Dictionary<string, object?>(StringComparer.Ordinal)
    {
        ["@context"] = "https://schema.org",
        ["@type"] = "Product",
        ["name"] = Product.Title,
        ["description"] = Summary,
        ["image"] = Product.CoverUrl is null ? null : Site + Product.CoverUrl,
        ["url"] = Address,
        ["brand"] = new Dictionary<string, string>(StringComparer.Ordinal) { ["@type"] = "Brand", ["name"] = Product.Shop.Name },
        ["offers"] = Product.Offers.Select(o => new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["@type"] = "Offer",
            ["name"] = o.Name,
            ["price"] = o.Price.Major.ToString($"F{o.Price.Currency.Exponent}", CultureInfo.InvariantCulture),
            ["priceCurrency"] = o.Price.Currency.Code,
            ["availability"] = "https://schema.org/InStock",
        }).ToList(),
    });

    public async Task OnGetAsync(string slug)
    {
        var stop = HttpContext.RequestAborted;
        (Product, var seller) = await ProductView.BySlug(slug, caller, source, kinds, stop);
        IsMine = seller == caller.AccountOrNull;
        var kind = kinds[Product.Kind];
        Slot = new ProductSlot(Product.Id, Product.Kind, seller, Product.Offers.Select(o => new ProductSlotOffer(o.Id, o.Name, o.Terms, o.Price, o.NamesPrice)
        {
            Option = o.Option,
            Line = string.Join(" · ", kind.KnownOfOffer(o.Details, phrase => texts[phrase]).Where(k => !k.Fact.IsBlock && k.Fact is not FlagFact).Select(k => k.Fact is MoneyFact ? $"{k.Label} {k.Value}" : k.Value)),
            Featured = FlagFact.IsSet(o.Details, "featured"),
        }).ToList()) { Choose = kind.ChooseTitle };
        var others = await ListProducts.Handle(new ListProducts.Query(Shop: Product.Shop.Slug), null, 7, source, cursors, stop);
        More = others.Data.Where(o => o.Id != Product.Id).Take(6).ToList();
    }
}
