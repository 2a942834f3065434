using System.Globalization;
using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Catalog.Pages.Sell;

/// <summary>What a thing comes in: choose axes and values, see all combinations, give each a price and a stock, save them at once.</summary>
[Authorize("can:can_sell")]
internal sealed class VariantsPage(
    NpgsqlDataSource source, CatalogDb db, UnitOfWork work, Stock stock, ProductKinds kinds, Caller caller, TimeProvider clock, IValidator<SaveVariants.Request> rules, IStringLocalizer<Texts> texts) : FormPage
{
    [FromRoute]
    public Guid Id { get; set; }

    public ProductView Product { get; private set; } = null!;

    public IReadOnlyList<AttributeView> Attributes { get; private set; } = [];

    public IReadOnlyList<SaveVariants.Axis> Axes { get; private set; } = [];

    public IReadOnlyList<VariantRow> Rows { get; private set; } = [];

    public IReadOnlyList<ImageView> Images { get; private set; } = [];

    public string Currency { get; private set; } = "EUR";

    public bool Wrong(int row, string field) => ModelState.Any(e => e.Value!.Errors.Count > 0 && string.Equals(e.Key, $"Input.Variants.{sent.IndexOf(row)}.{field}", StringComparison.OrdinalIgnoreCase));

    // Rows of the form that were sent, in the order of the request's variants.
    private List<int> sent = [];

    public override async Task Load()
    {
        var stop = HttpContext.RequestAborted;
        Product = await ProductView.Mine(Id, caller, source, kinds, stop);
        if (!kinds[Product.Kind].HasVariants) throw Refused.NotFound();
        Attributes = await AttributeList.List(source, stop);
        Images = await ProductImages.Of(Id, work, source, stop);
        Currency = Product.Shop.Currency.Code;
        var now = await VariantList.Of(Id, work, source, stop);
        Axes = Request.HasFormContentType ? Typed(Request.Form) : Request.Query.ContainsKey("combine") ? Chosen(Request.Query) : now.Axes.Select(a => new SaveVariants.Axis(a.Key, a.Values.Select(v => v.Key).ToList())).ToList();
        Rows = Combinations(now);
        if (Request.HasFormContentType) Rows = Rows.Select((row, i) => row.Typed(Request.Form, i)).ToList();
    }

    public async Task<IActionResult> OnPostAsync([FromForm] int version)
    {
        await Load();
        sent = Enumerable.Range(0, Rows.Count).Where(i => Rows[i].On && (Axes.Count > 0 || !string.IsNullOrWhiteSpace(Rows[i].Price))).ToList();
        var request = new SaveVariants.Request(Axes, sent.Select((row, i) => Rows[row].Line(i, Kernel.Currency.Of(Currency))).ToList());
        rules.MustAccept(request);
        await SaveVariants.Handle(Id, version, request, caller, db, work, stock, kinds, source, clock);
        this.Toast(texts["Saved."]);
        return RedirectToPage(new { id = Id });
    }

    // Every combination, in the order of the axes; what there is already with what is known of it.
    private List<VariantRow> Combinations(VariantChoice now)
    {
        var all = Axes.Aggregate<SaveVariants.Axis, IEnumerable<Dictionary<string, string>>>([[]], (sofar, axis) =>
            sofar.SelectMany(values => axis.Values.Select(value => new Dictionary<string, string>(values) { [axis.Attribute] = value })));
        var combining = Request.Query.ContainsKey("combine") && !Request.HasFormContentType;
        return all.Take(OfferRules.MostOffers).Select(values =>
        {
            var option = SaveVariants.Option(values);
            var known = now.Variants.FirstOrDefault(v => SaveVariants.Option(v.Values) == option);
            var price = (known ?? (now.Variants is [var first, ..] ? first : null))?.Price;
            return new VariantRow(values, Axes.Select(a => NameOf(a.Attribute, values[a.Attribute])).ToList(), known is not null || combining || Axes.Count == 0,
                price is { } p ? p.Major.ToString($"F{p.Currency.Exponent}", CultureInfo.CurrentCulture) : null,
                known?.OnHand.ToString(CultureInfo.InvariantCulture) ?? "0", known?.OnHand.ToString(CultureInfo.InvariantCulture), known?.Sku, known?.Weight?.ToString(CultureInfo.InvariantCulture), known?.Image);
        }).ToList();
    }

    private string NameOf(string attribute, string value) => Attributes.FirstOrDefault(a => a.Key == attribute)?.Values.FirstOrDefault(v => v.Key == value)?.Name ?? value;

    private List<SaveVariants.Axis> Chosen(IQueryCollection query) =>
        Attributes.Where(a => query.ContainsKey(a.Key)).Select(a => new SaveVariants.Axis(a.Key, a.Values.Select(v => v.Key).Where(v => query[a.Key].Contains(v)).ToList())).Where(a => a.Values.Count > 0).Take(SaveVariants.MostAxes).ToList();

    private static List<SaveVariants.Axis> Typed(IFormCollection form) =>
        form["axis"].OfType<string>().Select(a => a.Split(':', 2)).Where(a => a.Length == 2).GroupBy(a => a[0], StringComparer.Ordinal).Select(g => new SaveVariants.Axis(g.Key, g.Select(v => v[1]).ToList())).ToList();
}

/// <summary>A line of the form, as it is typed.</summary>
/// <param name="Seen">How many there were when the page was made.</param>
internal sealed record VariantRow(
    IReadOnlyDictionary<string, string> Values, IReadOnlyList<string> Names, bool On, string? Price, string? Stock, string? Seen, string? Sku, string? Weight, Guid? Image)
{
    public string Name(IStringLocalizer texts) => Names.Count == 0 ? texts["One of it"] : string.Join(" / ", Names.Select(n => texts[n].Value));

    public VariantRow Typed(IFormCollection form, int i) => this with
    {
        On = form[$"on-{i}"] == "true", Price = form[$"price-{i}"], Stock = form[$"stock-{i}"], Seen = form[$"seen-{i}"], Sku = form[$"sku-{i}"], Weight = form[$"weight-{i}"],
        Image = Guid.TryParse(form[$"image-{i}"], out var image) ? image : null,
    };

    public SaveVariants.Line Line(int index, Currency currency) => Money.TryParse(Price, currency, out var price)
        ? new SaveVariants.Line(price, Values, Sku, Number(Weight), Image, Number(Stock), Number(Seen))
        : throw Refused.Invalid(new FieldError($"/variants/{index}/price", "price", "Write a price, like 29.90."));

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
