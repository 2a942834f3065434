using System.Globalization;
using System.Text.Json;
using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <summary>Pages as schema.org objects. The serialiser escapes what could end the element that they stand in.</summary>
internal sealed class LinkedData(PublicAddress address)
{
    /// <param name="away">Its shop is on vacation: to be had again later.</param>
    public string Product(ProductView product, string summary, bool away) => Json(new()
    {
        ["@type"] = "Product",
        ["name"] = product.Title,
        ["description"] = summary,
        ["image"] = product.CoverUrl is null ? null : address.Of(product.CoverUrl),
        ["url"] = address.Of($"/p/{product.Slug}"),
        ["brand"] = new Dictionary<string, string>(StringComparer.Ordinal) { ["@type"] = "Brand", ["name"] = product.Shop.Name },
        ["aggregateRating"] = product.Rating.LinkedData,
        ["offers"] = product.Offers.Select(o => new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["@type"] = "Offer",
            ["name"] = o.Name,
            ["price"] = o.Price.Major.ToString($"F{o.Price.Currency.Exponent}", CultureInfo.InvariantCulture),
            ["priceCurrency"] = o.Price.Currency.Code,
            ["availability"] = "https://schema.org/" + (o.Available == 0 ? "OutOfStock" : away ? "BackOrder" : "InStock"),
            ["url"] = address.Of($"/p/{product.Slug}"),
            ["seller"] = new Dictionary<string, string>(StringComparer.Ordinal) { ["@type"] = "Organization", ["name"] = product.Shop.Name, ["url"] = address.Of($"/shops/{product.Shop.Slug}") },
        }).ToList(),
    });

    public string Shop(ShopView shop, Rating? rating = null) => Json(new()
    {
        ["@type"] = "Store",
        ["name"] = shop.Name,
        ["description"] = shop.Description.Length == 0 ? null : shop.Description,
        ["url"] = address.Of($"/shops/{shop.Slug}"),
        ["logo"] = shop.LogoUrl is null ? null : address.Of(shop.LogoUrl),
        ["image"] = (shop.BannerUrl ?? shop.LogoUrl) is { } image ? address.Of(image) : null,
        ["sameAs"] = shop.Links.Count == 0 ? null : shop.Links,
        ["aggregateRating"] = rating?.LinkedData,
    });

    /// <param name="steps">From the top down: words and local address.</param>
    public string Crumbs(params IEnumerable<(string Name, string Path)> steps) => Json(new()
    {
        ["@type"] = "BreadcrumbList",
        ["itemListElement"] = steps.Select((step, i) => new Dictionary<string, object>(StringComparer.Ordinal) { ["@type"] = "ListItem", ["position"] = i + 1, ["name"] = step.Name, ["item"] = address.Of(step.Path) }).ToList(),
    });

    /// <summary>The market itself, for its front page.</summary>
    public string Market() => Json(new()
    {
        ["@type"] = "Organization",
        ["name"] = "Marketplace",
        ["url"] = address.Of("/"),
        ["logo"] = address.Of("/mark.svg"),
    });

    private static string Json(Dictionary<string, object?> about) => JsonSerializer.Serialize(
        about.Where(m => m.Value is not null).Prepend(new("@context", "https://schema.org")).ToDictionary(m => m.Key, m => m.Value, StringComparer.Ordinal));
}
