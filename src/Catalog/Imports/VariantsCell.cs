using System.Text.Json;
using System.Text.Json.Serialization;
using FluentValidation;
using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>What a thing comes in, as the cell "variants" holds it: JSON.</summary>
internal sealed record VariantsCell(IReadOnlyList<SaveVariants.Axis>? Axes, IReadOnlyList<VariantsCell.Line> Variants)
{
    /// <param name="Stock">Missing: as many as before.</param>
    /// <param name="Picture">Its place among the product's, from 1. Missing: the one it has.</param>
    public sealed record Line(Money Price, SortedDictionary<string, string>? Values = null, string? Sku = null, int? Weight = null, int? Stock = null, int? Picture = null);

    /// <summary>What a row wants; null leaves them as they are. One price alone is that of a thing which comes in one way.</summary>
    /// <exception cref="Refused">422 <c>no_variants</c>, <c>json</c>, <c>price</c>.</exception>
    public static VariantsCell? Read(ImportRow row, ProductKind kind, ProductView? before, Currency currency)
    {
        if (row[ImportFields.Variants] is { Length: > 0 } cell)
            return kind.HasVariants ? WishedProduct.Json<VariantsCell>(cell, ImportFields.Variants) : throw RowRefused.At(ImportFields.Variants, "no_variants", "Products of this kind have no variants.");
        return kind.HasVariants && row[ImportFields.Price] is { Length: > 0 } price && (before is null || before.Offers is [{ Option: "" }])
            ? new VariantsCell([], [new(WishedProduct.PriceOf(price, ImportFields.Price, currency))]) : null;
    }

    public static VariantsCell Of(VariantChoice choice, IReadOnlyList<ImageView> images) => new(
        [.. choice.Axes.Select(a => new SaveVariants.Axis(a.Key, [.. a.Values.Select(v => v.Key)]))],
        [.. choice.Variants.Select(v => new Line(v.Price, Sorted(v.Values), v.Sku, v.Weight, v.OnHand, Place(v.Image, images)))]);

    [JsonIgnore]
    public string Text => JsonSerializer.Serialize(this, JsonStyle.Options);

    /// <summary>With all that it leaves unsaid, so that what does not differ is seen not to.</summary>
    public VariantsCell Whole(VariantChoice now, IReadOnlyList<ImageView> images) => new(Axes ?? [], [.. (Variants ?? []).OfType<Line>().Select(line => line with
    {
        Values = Sorted(line.Values ?? []), Sku = Words.Line(line.Sku ?? "") is { Length: > 0 } sku ? sku : null, Stock = line.Stock ?? Before(line, now)?.OnHand ?? 0, Picture = line.Picture ?? Place(Before(line, now)?.Image, images),
    })]);

    /// <exception cref="Refused">422 <c>picture</c>.</exception>
    public SaveVariants.Request Wish(IReadOnlyList<ImageView> images) =>
        new(Axes, [.. Variants.Select(line => new SaveVariants.Line(line.Price, line.Values, line.Sku, line.Weight, Shown(line, images), line.Stock))]);

    private static Guid? Shown(Line line, IReadOnlyList<ImageView> images) => line.Picture switch
    {
        null => null,
        { } place when place >= 1 && place <= images.Count => images[place - 1].Id,
        _ => throw RowRefused.At(ImportFields.Variants, "picture", "The product has no picture of this number."),
    };

    private static int? Place(Guid? image, IReadOnlyList<ImageView> images) => images.Select((i, at) => (i.Id, Place: (int?)at + 1)).FirstOrDefault(i => i.Id == image).Place;

    private static Variant? Before(Line line, VariantChoice now) => now.Variants.FirstOrDefault(v => SaveVariants.Option(v.Values) == SaveVariants.Option(line.Values));

    private static SortedDictionary<string, string> Sorted(IEnumerable<KeyValuePair<string, string>> values) => new(values.ToDictionary(), StringComparer.Ordinal);
}

/// <summary>The variants of a row's product, saved by the same use case as by hand.</summary>
internal sealed class ImportVariants(
    CatalogDb db, UnitOfWork work, Stock stock, ProductKinds kinds, NpgsqlDataSource source, TimeProvider clock, IValidator<SaveVariants.Request> rules)
{
    /// <returns>The product as it is then, or as it was where nothing differs.</returns>
    /// <exception cref="Refused">As <see cref="SaveVariants"/>; every error is of the cell.</exception>
    public async Task<ProductView> Handle(ProductView product, VariantsCell? cell, Caller caller, List<RowChange> changes)
    {
        if (cell is null) return product;
        var now = await VariantList.Of(product.Id, work, source);
        var (was, wished) = (VariantsCell.Of(now, product.Images), cell.Whole(now, product.Images));
        if (was.Text == wished.Text) return product;
        changes.Add(new RowChange(ImportFields.Variants, now.Variants.Count == 0 ? null : RowChanges.Short(was.Text), RowChanges.Short(wished.Text)));
        try
        {
            var request = wished.Wish(product.Images);
            rules.MustAccept(request);
            await SaveVariants.Handle(product.Id, product.Version, request, caller, db, work, stock, kinds, source, clock);
        }
        catch (Refused refused) when (refused.Errors.Count > 0)
        {
            throw new Refused(refused.Code, refused.Status, refused.Message) { Errors = [.. refused.Errors.Select(e => e with { Pointer = "#" + ImportFields.Variants })] };
        }

        return await ProductView.Own((await db.Own(product.Id, caller.Account)).Product, work, kinds);
    }
}
