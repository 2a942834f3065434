using FluentValidation;
using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>
/// One row: the product that it names is made or changed by the same use cases, and so under the same rules, as by hand. Files come before
/// the state, because what goes on sale must be whole.
/// </summary>
internal sealed class ImportProduct(
    CatalogDb db, UnitOfWork work, Blobs blobs, ProductKinds kinds, ImportFields fields, ImportVariants variants, TimeProvider clock, NpgsqlDataSource source, IValidator<CreateProduct.Request> makes, IValidator<EditProduct.Request> edits,
    IValidator<ArrangeImages.Request> arranges)
{
    private static readonly string[] States = ["draft", "pending", "rejected", "active", "withheld", "paused", "archived"];

    /// <param name="Row">As it was read.</param>
    /// <param name="Media">Staged, of the archive that came with the file.</param>
    public sealed record Asked(ImportRow Row, string? UsualKind, ImportMedia.Brought Media);

    public sealed record Done(RowOutcome Outcome, Guid Product, IReadOnlyList<RowChange> Changes);

    /// <summary>In the transaction of its chunk.</summary>
    /// <exception cref="Refused">What the use cases refuse; pointers are those of the API, or <c>#field</c>.</exception>
    public async Task<Done> Handle(Asked asked, Shop shop, Caller caller)
    {
        var row = asked.Row;
        if (row[ImportFields.ExternalId] is { Length: > 120 }) throw RowRefused.At(ImportFields.ExternalId, "too_long", "At most 120 characters.");
        var found = await Find(row, shop);
        var before = found is { } id ? await Own(id, caller) : null;
        var kind = KindOf(row, asked.UsualKind, before);
        var wish = WishedProduct.Read(row, kind, before, shop.Currency, fields);
        if (wish.State is { } state && !States.Contains(state)) throw RowRefused.At(ImportFields.State, "unknown_state", "One of: draft, active, paused, archived.");

        var changes = new List<RowChange>();
        var product = await RowErrors.Located(wish.Offers, fields, () => before is null ? Make(row, wish, kind, shop, caller, changes) : Change(before, wish, kind, caller, changes));
        await Name(product, row, changes);
        foreach (var file in asked.Media.Files) product = await Attach(file, product, caller, changes);
        product = await Show(asked.Media.Pictures, row, product, caller, changes);
        product = await variants.Handle(product, wish.Variants, caller, changes);
        product = await Move(product, wish.State, shop, caller, changes);
        return new Done(before is null ? RowOutcome.Created : changes.Count > 0 ? RowOutcome.Updated : RowOutcome.Unchanged, product.Id, changes);
    }

    private async Task<Guid?> Find(ImportRow row, Shop shop)
    {
        if (row[ImportFields.ExternalId] is { Length: > 0 } external
            && await work.Command("SELECT id FROM catalog.products WHERE shop_id = $1 AND external_id = $2", shop.Id, external).Scalar<Guid?>() is { } known) return known;
        if (row[ImportFields.Slug] is not { Length: > 0 } slug) return null;
        var there = (await work.Command("SELECT id, shop_id, external_id FROM catalog.products WHERE slug = $1", slug).List(r => (Id: r.GetGuid(0), Shop: r.GetGuid(1), External: r.IsDBNull(2) ? null : r.GetString(2)))).SingleOrDefault();
        if (there.Id == default) return null;
        if (there.Shop != shop.Id)
        {
            // By its external id it is found again, wherever it stands.
            return row[ImportFields.ExternalId] is { Length: > 0 } ? null : throw RowRefused.At(ImportFields.Slug, "address_taken", "Another shop has this address. Leave the cell empty, or give the row an external id.");
        }

        return there.External is null || row[ImportFields.ExternalId] is null or "" ? there.Id : throw RowRefused.At(ImportFields.Slug, "address_taken", "Another product of yours has this address.");
    }

    private async Task<ProductView> Own(Guid id, Caller caller) => await ProductView.Own((await db.Own(id, caller.Account)).Product, work, kinds);

    private ProductKind KindOf(ImportRow row, string? usual, ProductView? before)
    {
        var said = row[ImportFields.Kind] is { Length: > 0 } cell ? fields.KindOf(cell) ?? throw RowRefused.At(ImportFields.Kind, "unknown_kind", "This market does not sell products of that kind.") : null;
        if (before is null) return said ?? (usual is null ? throw RowRefused.At(ImportFields.Kind, "unknown_kind", "Say what kind of product this is.") : kinds.Of(usual));
        return said is null || said.Key == before.Kind ? kinds[before.Kind] : throw RowRefused.At(ImportFields.Kind, "kind_fixed", "A product stays of its kind. Archive this one and make another.");
    }

    private async Task<ProductView> Make(ImportRow row, WishedProduct wish, ProductKind kind, Shop shop, Caller caller, List<RowChange> changes)
    {
        var request = new CreateProduct.Request(kind.Key, wish.Title ?? "", wish.Description, wish.Tags, wish.Details, wish.Offers, wish.Category, shop.Slug);
        makes.MustAccept(request);
        var made = await CreateProduct.At(row[ImportFields.Slug] is { Length: > 0 } slug ? slug : request.Title, request, caller, db, work, kinds, clock);
        changes.AddRange(RowChanges.Between(null, made, new(made.Title, made.Description, made.Tags, made.Category[^1].Slug, made.Details, wish.Offers, null), kind, fields));
        return made;
    }

    private async Task<ProductView> Change(ProductView before, WishedProduct wish, ProductKind kind, Caller caller, List<RowChange> changes)
    {
        changes.AddRange(RowChanges.Between(before, before, wish, kind, fields));
        if (changes.Count == 0) return before;
        bool Changed(params string[] of) => changes.Exists(c => of.Any(f => c.Field == f || c.Field.StartsWith(f + ".", StringComparison.Ordinal)));
        var request = new EditProduct.Request(
            Changed(ImportFields.Title) ? wish.Title : null, Changed(ImportFields.Description) ? wish.Description : null, Changed(ImportFields.Tags) ? wish.Tags : null,
            Changed("details") ? wish.Details : null, Changed("offer", ImportFields.Offers) ? wish.Offers : null, Changed(ImportFields.Category) ? wish.Category : null);
        edits.MustAccept(request);
        return await EditProduct.Handle(before.Id, before.Version, request, caller, db, work, kinds, clock);
    }

    private async Task Name(ProductView product, ImportRow row, List<RowChange> changes)
    {
        if (row[ImportFields.ExternalId] is not { Length: > 0 } external) return;
        var own = await db.Products.FindAsync(product.Id) ?? throw Refused.NotFound();
        if (own.ExternalId == external) return;
        changes.Add(new RowChange(ImportFields.ExternalId, own.ExternalId, external));
        own.KnownAs(external);
        await work.Flush(("products_external_id", RowRefused.At(ImportFields.ExternalId, "external_id_taken", "Another product of yours has this external id.")));
    }

    private async Task<ProductView> Attach(AddFile.Prepared file, ProductView product, Caller caller, List<RowChange> changes)
    {
        var version = Convert.ToHexStringLower(file.Blob.Sha256.AsSpan(0, 8));
        var (field, same) = file.Role switch
        {
            FileRole.Cover => (ImportFields.Cover, product.CoverUrl?.EndsWith(version, StringComparison.Ordinal) == true),
            FileRole.Preview => (ImportFields.Preview, !product.PreviewMade && product.PreviewUrl?.EndsWith(version, StringComparison.Ordinal) == true),
            _ => (ImportFields.Files, product.Files!.Any(f => f.Sha256 == Convert.ToHexStringLower(file.Blob.Sha256))),
        };
        if (same) return product;
        changes.Add(new RowChange(field, null, file.Name));
        return await AddFile.Attach(product.Id, file, caller, db, work, blobs, kinds, clock);
    }

    /// <summary>The pictures that a row names stand first, in its order; what the product has beside them stays behind.</summary>
    private async Task<ProductView> Show(IReadOnlyList<AddImage.Prepared> pictures, ImportRow row, ProductView product, Caller caller, List<RowChange> changes)
    {
        var texts = row[ImportFields.ImageTexts] is { } cell ? WishedProduct.TextsOf(cell, ImportFields.ImageTexts) : null;
        if (pictures.Count == 0 && texts is null) return product;
        var (own, _) = await db.Own(product.Id, caller.Account);
        var named = new List<Guid>();
        foreach (var picture in pictures) named.Add(await AddImage.Attach(own, picture, work, blobs, clock));
        var now = await ProductImages.Of(product.Id, work, source);
        var lines = named.Concat(now.Select(i => i.Id)).Distinct().Select((id, place) => new ArrangeImages.Line(id, texts is null ? null : Words.Line(texts.ElementAtOrDefault(place) ?? ""))).ToList();
        if (now.Count > product.Images.Count) changes.Add(new RowChange(ImportFields.Images, null, row[ImportFields.Images]));
        if (!lines.Select(l => l.Id).SequenceEqual(now.Select(i => i.Id)) || lines.Zip(now).Any(l => l.First.Alt is { } alt && alt != l.Second.Alt))
        {
            var request = new ArrangeImages.Request(lines);
            arranges.MustAccept(request);
            await ArrangeImages.Handle(product.Id, request, caller, db, work, source);
            if (now.Count == product.Images.Count) changes.Add(new RowChange(texts is null ? ImportFields.Images : ImportFields.ImageTexts, null, row[texts is null ? ImportFields.Images : ImportFields.ImageTexts]));
        }

        await work.Flush();
        return changes.Exists(c => c.Field is ImportFields.Images or ImportFields.ImageTexts) ? await ProductView.Own(own, work, kinds) : product;
    }

    // Nothing is published unless the row says so, and then by the rules of publishing: a shop that is new is looked at first.
    private async Task<ProductView> Move(ProductView product, string? state, Shop shop, Caller caller, List<RowChange> changes)
    {
        var now = Naming.Snake(product.State.ToString());
        if (state is null || state == now || state is "draft" or "rejected") return state == "draft" && now is not ("draft" or "rejected")
            ? throw RowRefused.At(ImportFields.State, "state_not_reachable", "What was sent or sold is no draft again. Pause or archive it instead.") : product;
        Task<ProductView> Publish() => SellProduct.Publish(product.Id, caller, db, work, kinds, clock);
        var moved = state switch
        {
            "archived" => await SellProduct.Archive(product.Id, caller, db, work, blobs, kinds, clock),
            "paused" when product.State is ProductState.Active => await SellProduct.Pause(product.Id, caller, db, work, kinds),
            // It comes from where it was on sale; where it would wait for a review it stays a draft.
            "paused" when shop.Trusted && await Publish() is { State: ProductState.Active } => await SellProduct.Pause(product.Id, caller, db, work, kinds),
            "paused" => product,
            _ => await Publish(),
        };
        if (moved.State != product.State) changes.Add(new RowChange(ImportFields.State, now, Naming.Snake(moved.State.ToString())));
        return moved;
    }
}
