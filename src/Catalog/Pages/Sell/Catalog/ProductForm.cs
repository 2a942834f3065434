using System.Globalization;
using System.Text.Json;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Catalog.Pages.Sell;

/// <summary>The fields of the editor: of a product as it is, or as they were typed.</summary>
internal sealed record ProductForm(string Title, string Category, string Description, string Tags, IReadOnlyList<OfferForm> Offers)
{
    public static ProductForm Of(ProductView product, ProductKind kind) => new(product.Title, product.Category[^1].Slug, product.Description, string.Join(", ", product.Tags), Rows(kind).Select(way =>
    {
        var offer = product.Offers.FirstOrDefault(o => o.Licence == way.Licence && o.Option == way.Option);
        var price = offer?.Price.Major.ToString($"F{offer.Price.Currency.Exponent}", CultureInfo.CurrentCulture);
        // The only way there is needs no choosing.
        return new OfferForm(way.Licence, way.Option, way.Name, offer is not null || kind.Ways.Count == 1, price, offer?.NamesPrice ?? false, offer?.Name ?? way.Name, offer?.Terms ?? way.Terms)
        {
            Details = offer?.Details ?? OfferForm.NoDetails,
        };
    }).ToList());

    public static ProductForm Typed(IFormCollection fields, ProductKind kind) => new(
        fields["Input.Title"].ToString(), fields["Input.Category"].ToString(), fields["Input.Description"].ToString(), fields["Input.Tags"].ToString(),
        Rows(kind).Select((way, i) => new OfferForm(
            way.Licence, way.Option, way.Name, fields[$"Input.Offers.{i}.On"].ToString() == "true", fields[$"Input.Offers.{i}.Price"].ToString(), fields[$"Input.Offers.{i}.NamesPrice"].ToString() == "true",
            fields[$"Input.Offers.{i}.Name"].ToString(), fields[$"Input.Offers.{i}.Terms"].ToString()) { Facts = Under($"Input.Offers.{i}.Details.", kind.OfferFacts, fields) }).ToList());

    /// <summary>The offers that were chosen, with the rows in which they stand. The only one there is is chosen by its price.</summary>
    public IReadOnlyList<(OfferForm Offer, int Row)> Chosen =>
        [.. Offers.Select((offer, row) => (offer, row)).Where(o => o.offer.On && (Offers.Count > 1 || !string.IsNullOrWhiteSpace(o.offer.Price)))];

    public EditProduct.Request Request(IFormCollection fields, ProductKind kind, FormPlace place) => new(
        Title, Description, Tags.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        kind.Accept(Under(FactsForm.OfProduct, kind.Facts, fields), place),
        kind.OffersAreTyped ? Chosen.Select((o, i) => o.Offer.Line(i, kind, place)).ToList() : null,
        string.IsNullOrEmpty(Category) ? null : Category);

    /// <summary>The API counts the offers that were sent, the form its rows.</summary>
    public Refused InRows(Refused refused)
    {
        var chosen = Chosen;
        return new Refused(refused.Code, refused.Status, refused.Message)
        {
            Errors = refused.Errors.Select(e => e.Pointer.Split('/') is ["", "offers", var number, ..] parts && int.TryParse(number, CultureInfo.InvariantCulture, out var i) && i < chosen.Count
                ? e with { Pointer = parts is [_, _, _, "details", var fact, ..] ? $"/offers/{chosen[i].Row}/details/{fact}" : $"/offers/{chosen[i].Row}/price" } : e).ToList(),
        };
    }

    private static IEnumerable<(Licence Licence, string Option, string Name, string Terms)> Rows(ProductKind kind) => kind.OffersAreTyped ? kind.Ways : [];

    private static Dictionary<string, string?> Under(string prefix, IReadOnlyList<Fact> facts, IFormCollection fields) => fields.Where(f => f.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(
        f => facts.FirstOrDefault(fact => FactsForm.Pascal(fact) == f.Key[prefix.Length..])?.Name ?? Naming.Snake(f.Key[prefix.Length..]), f => (string?)f.Value.ToString(), StringComparer.Ordinal);
}

/// <param name="Usual">The usual name, English.</param>
internal sealed record OfferForm(Licence Licence, string Option, string Usual, bool On, string? Price, bool NamesPrice, string? Name, string? Terms)
{
    public static readonly JsonElement NoDetails = JsonSerializer.SerializeToElement(new { });

    /// <summary>As they are kept.</summary>
    public JsonElement Details { get; init; } = NoDetails;

    /// <summary>As they were typed.</summary>
    public IReadOnlyDictionary<string, string?> Facts { get; init; } = new Dictionary<string, string?>(StringComparer.Ordinal);

    public OfferLine Line(int index, ProductKind kind, FormPlace place) => Money.TryParse(Price, place.Currency, out var price)
        ? new OfferLine(Licence, price, Name, Terms, NamesPrice, Option, kind.TypedOffer(Facts, place))
        : throw Refused.Invalid(new FieldError($"/offers/{index}/price", "price", "Write a price, like 29.90."));
}
