using System.Text.Json;
using FluentValidation;
using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>
/// All variants of a thing at once: the axes by which they differ, and for each its price, stock, number and picture. What is not in the list is
/// withdrawn; a combination that stays, or returns, is the same offer as before.
/// </summary>
internal static class SaveVariants
{
    public const int MostAxes = 3, MostValues = 40;

    /// <param name="Axes">At most three; none for a thing that comes in one way.</param>
    public sealed record Request(IReadOnlyList<Axis>? Axes, IReadOnlyList<Line> Variants);

    /// <param name="Attribute">A key of the market's attributes, as are its values.</param>
    public sealed record Axis(string Attribute, IReadOnlyList<string> Values);

    /// <param name="Values">One of each axis: attribute → value.</param>
    /// <param name="Sku">The seller's own number of it; no other variant of the shop that is on sale has it.</param>
    /// <param name="Weight">Grams; missing: the product's.</param>
    /// <param name="ImageId">A picture of the product.</param>
    /// <param name="Stock">How many there are, those that somebody is paying for included; missing: as many as before.</param>
    /// <param name="StockSeen">How many there were when the client looked: then what was sold meanwhile stays sold.</param>
    public sealed record Line(Money Price, IReadOnlyDictionary<string, string>? Values = null, string? Sku = null, int? Weight = null, Guid? ImageId = null, int? Stock = null, int? StockSeen = null);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Axes).Must(a => a is null || a.Count <= MostAxes).WithErrorCode("too_many").WithMessage("Variants differ by at most three things.")
                .Must(a => a is null || (a.All(x => x?.Attribute is not null && x.Values is { Count: > 0 and <= MostValues } && x.Values.All(v => v is not null) && x.Values.Distinct(StringComparer.Ordinal).Count() == x.Values.Count)
                    && a.Select(x => x.Attribute).Distinct(StringComparer.Ordinal).Count() == a.Count)).WithErrorCode("axis").WithMessage("Choose each attribute once, and its values once each.");
            RuleFor(r => r.Variants).NotNull().Must(v => v is null || v.Count <= OfferRules.MostOffers).WithErrorCode("too_many").WithMessage("A product has at most 100 variants.");
            RuleForEach(r => r.Variants).NotNull().ChildRules(line =>
            {
                line.RuleFor(l => l.Sku).MaximumLength(40).Sound();
                line.RuleFor(l => l.Weight).InclusiveBetween(1, 1_000_000);
                line.RuleFor(l => l.Stock).InclusiveBetween(0, 1_000_000);
                line.RuleFor(l => l.StockSeen).InclusiveBetween(0, 1_000_000);
            });
        }
    }

    /// <param name="expected">The product's version that the client saw.</param>
    /// <exception cref="Refused">404; 409 <c>sku_taken</c>, <c>stock_reserved</c>, <c>not_ready</c>, <c>product_archived</c>; 412; 422 with pointers below <c>/axes</c> and <c>/variants</c>.</exception>
    public static async Task<VariantList.Reply> Handle(
        Guid id, int expected, Request request, Caller caller, CatalogDb db, UnitOfWork work, Stock stock, ProductKinds kinds, NpgsqlDataSource source, TimeProvider clock)
    {
        if (!kinds[await AddFile.KindOf(id, caller, db, default)].HasVariants) throw Refused.Invalid(new FieldError("/variants", "no_variants", "Products of this kind have no variants."));
        // Stock before its product: the order of locks of all who change either.
        await work.Command("SELECT offer_id FROM catalog.stock WHERE product_id = $1 ORDER BY offer_id FOR UPDATE", id).Execute();
        var (product, shop) = await db.Own(id, caller.Account);
        Versions.MustBe(expected, product.Version);
        if (product.State == ProductState.Archived) throw new Refused("product_archived", 409, "This product was archived.");

        var kind = kinds[product.Kind];
        var axes = request.Axes ?? [];
        var names = await Names(axes, work);
        MustFit(request.Variants, axes);
        product.Describe(null, null, null, null);
        product.Offer(Offers(request.Variants, axes, names, kind, shop), kind, clock);
        await work.Flush();

        var offers = request.Variants.Select(v => product.OffersOnSale.First(o => o.Option == Option(v.Values)).Id).ToList();
        await WriteAxes(id, axes, work);
        await WriteRows(product, offers, request.Variants, work);
        await Count(id, offers, request.Variants, caller, work, stock);
        await stock.Recount([id]);
        if (product.State == ProductState.Active) product.MustBeReady(kind);
        var now = await VariantList.Of(id, work, source);
        return new VariantList.Reply(id, product.Version, now.Axes, now.Variants.Select(v => VariantList.Line.Of(v, true)).ToList());
    }

    /// <summary>The same for the same values, in whatever order they come: <c>colour_blue-size_xl</c>.</summary>
    public static string Option(IReadOnlyDictionary<string, string>? values) =>
        string.Join('-', (values ?? new Dictionary<string, string>()).OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => $"{v.Key}_{v.Value}"));

    private static async Task<Dictionary<(string, string), string>> Names(IReadOnlyList<Axis> axes, UnitOfWork work)
    {
        var known = (await work.Command("SELECT attribute, key, name FROM catalog.attribute_values WHERE attribute = ANY ($1)", axes.Select(a => a.Attribute).ToArray())
            .List(r => ((r.GetString(0), r.GetString(1)), r.GetString(2)))).ToDictionary(v => v.Item1, v => v.Item2);
        var errors = axes.SelectMany((axis, i) => axis.Values.Select((value, j) => (axis, i, value, j))).Where(v => !known.ContainsKey((v.axis.Attribute, v.value)))
            .Select(v => new FieldError($"/axes/{v.i}/values/{v.j}", "unknown_value", "There is no such value of this attribute.")).ToArray();
        return errors.Length == 0 ? known : throw Refused.Invalid(errors);
    }

    private static void MustFit(IReadOnlyList<Line> variants, IReadOnlyList<Axis> axes)
    {
        var errors = new List<FieldError>();
        for (var i = 0; i < variants.Count; i++)
        {
            var values = variants[i].Values ?? new Dictionary<string, string>();
            if (values.Count != axes.Count || !axes.All(a => values.TryGetValue(a.Attribute, out var value) && a.Values.Contains(value)))
                errors.Add(new FieldError($"/variants/{i}/values", "values", "A variant has one value of each axis."));
            else if (variants.Take(i).Any(v => Option(v.Values) == Option(values)))
                errors.Add(new FieldError($"/variants/{i}/values", "variant_twice", "This combination is there already."));
        }

        if (errors.Count > 0) throw Refused.Invalid([.. errors]);
    }

    private static IReadOnlyList<OfferLine> Offers(IReadOnlyList<Line> variants, IReadOnlyList<Axis> axes, Dictionary<(string, string), string> names, ProductKind kind, Shop shop)
    {
        string? Name(Line line)
        {
            var name = string.Join(" / ", axes.Select(a => names[(a.Attribute, line.Values![a.Attribute])]));
            return name.Length > 60 ? name[..60].Trim() : name;
        }

        try
        {
            return variants.Select(v => new OfferLine(kind.Licences[0].Licence, v.Price, Name(v), Option: Option(v.Values))).ToList().For(kind, shop, variants: true);
        }
        catch (Refused refused) when (refused.Errors.Count > 0)
        {
            throw new Refused(refused.Code, refused.Status, refused.Message) { Errors = refused.Errors.Select(e => e with { Pointer = e.Pointer.Replace("/offers/", "/variants/", StringComparison.Ordinal) }).ToList() };
        }
    }

    private static async Task WriteAxes(Guid product, IReadOnlyList<Axis> axes, UnitOfWork work)
    {
        await work.Command("DELETE FROM catalog.product_attribute_values WHERE product_id = $1", product).Execute();
        var rows = axes.SelectMany((axis, i) => axis.Values.Select((value, j) => (axis.Attribute, value, i, j))).ToList();
        if (rows.Count == 0) return;
        await work.Command(
            "INSERT INTO catalog.product_attribute_values (product_id, attribute, value, axis, position) SELECT $1, * FROM unnest($2::text[], $3::text[], $4::int[], $5::int[])",
            product, rows.Select(r => r.Attribute).ToArray(), rows.Select(r => r.value).ToArray(), rows.Select(r => r.i).ToArray(), rows.Select(r => r.j).ToArray()).Execute();
    }

    private static async Task WriteRows(Product product, List<Guid> offers, IReadOnlyList<Line> variants, UnitOfWork work)
    {
        // All are taken off first: two variants may have exchanged their numbers.
        await work.Command("UPDATE catalog.product_variants SET on_sale = false WHERE product_id = $1", product.Id).Execute();
        if (variants.Any(v => v.ImageId is not null))
        {
            var pictures = await work.Command("SELECT id FROM catalog.product_images WHERE product_id = $1", product.Id).List(r => r.GetGuid(0));
            var foreign = variants.Select((v, i) => (v, i)).Where(v => v.v.ImageId is { } image && !pictures.Contains(image)).Select(v => new FieldError($"/variants/{v.i}/image_id", "unknown_image", "This is no picture of the product.")).ToArray();
            if (foreign.Length > 0) throw Refused.Invalid(foreign);
        }

        for (var i = 0; i < variants.Count; i++)
        {
            var (line, sku) = (variants[i], Words.Line(variants[i].Sku ?? ""));
            try
            {
                await work.Command(
                    """
                    INSERT INTO catalog.product_variants (offer_id, product_id, shop_id, sku, "values", weight, image_id, on_sale) VALUES ($1, $2, $3, $4::text, $5, $6::int, $7::uuid, true)
                    ON CONFLICT (offer_id) DO UPDATE SET sku = excluded.sku, "values" = excluded."values", weight = excluded.weight, image_id = excluded.image_id, on_sale = true
                    """,
                    offers[i], product.Id, product.ShopId, sku.Length == 0 ? null : sku, new Sql.Json(JsonSerializer.Serialize(line.Values ?? new Dictionary<string, string>())), line.Weight, line.ImageId).Execute();
            }
            catch (PostgresException error) when (error.ConstraintName == "product_variants_sku")
            {
                throw new Refused("sku_taken", 409, "Another variant of your shop has this number.") { Errors = [new FieldError($"/variants/{i}/sku", "sku_taken", "Another variant of your shop has this number.")] };
            }
        }
    }

    private static async Task Count(Guid product, List<Guid> offers, IReadOnlyList<Line> variants, Caller caller, UnitOfWork work, Stock stock)
    {
        var now = (await work.Command("SELECT offer_id, on_hand FROM catalog.stock WHERE product_id = $1", product).List(r => (r.GetGuid(0), r.GetInt32(1)))).ToDictionary(r => r.Item1, r => r.Item2);
        foreach (var (line, offer) in variants.Zip(offers).OrderBy(v => v.Second))
        {
            var there = now.TryGetValue(offer, out var onHand);
            var change = (line.Stock ?? onHand) - (line.Stock is null ? onHand : there ? line.StockSeen ?? onHand : 0);
            if (!there || change != 0) await stock.Count(offer, product, change, caller.Account);
        }
    }
}
