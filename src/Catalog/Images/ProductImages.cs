using FluentValidation;
using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

/// <param name="Url">Changes with the picture, so that browsers may keep it for good.</param>
/// <param name="Alt">What it shows, for those who do not see it; may be empty.</param>
internal sealed record ImageView(Guid Id, string Url, int Width, int Height, string Alt);

/// <summary>The pictures of a product in the seller's order.</summary>
internal sealed record ImagesReply(IReadOnlyList<ImageView> Data);

internal static class ProductImages
{
    public const int Most = 10;

    public static string Url(Guid image, string version) => $"/media/images/{image}/{version}";

    /// <summary>One query; joins the transaction when one is open.</summary>
    public static Task<List<ImageView>> Of(Guid product, UnitOfWork work, NpgsqlDataSource source, CancellationToken stop = default)
    {
        const string sql = "SELECT id, version, width, height, alt FROM catalog.product_images WHERE product_id = $1 ORDER BY position, id";
        return (work.IsOpen ? work.Command(sql, product) : source.Command(sql, product))
            .List(r => new ImageView(r.GetGuid(0), Url(r.GetGuid(0), r.GetString(1)), r.GetInt32(2), r.GetInt32(3), r.GetString(4)), stop);
    }

    /// <exception cref="Refused">404.</exception>
    public static async Task<ImagesReply> BySlug(string slug, Caller caller, UnitOfWork work, NpgsqlDataSource source, ProductKinds kinds, CancellationToken stop) =>
        new(await Of((await ProductView.Find(slug, caller, source, kinds, stop) ?? throw Refused.NotFound()).Product.Id, work, source, stop));
}

/// <summary>One more picture, of any kind of product. The first becomes the cover of what has none.</summary>
internal static class AddImage
{
    /// <summary>A picture whose bytes have arrived and were looked at; nobody's yet.</summary>
    /// <param name="Cover">A copy of its own, so that a cover stays when the picture goes.</param>
    public sealed record Prepared(Blob Picture, Blob Cover, int Width, int Height);

    /// <exception cref="Refused">404; 409 <c>too_many_images</c>, <c>product_archived</c>; 413; 422 with the reason.</exception>
    public static async Task<ImagesReply> Handle(
        Guid id, IncomingFile file, Caller caller, CatalogDb db, UnitOfWork work, Blobs blobs, Writes writes, ProductKinds kinds, NpgsqlDataSource source, TimeProvider clock, CancellationToken stop)
    {
        var prepared = await Prepare(file, kinds[await AddFile.KindOf(id, caller, db, stop)], blobs, stop);
        return await writes.Run(async () =>
        {
            await Attach((await db.Own(id, caller.Account)).Product, prepared, work, blobs, clock);
            return new ImagesReply(await ProductImages.Of(id, work, source, stop));
        });
    }

    /// <summary>Outside any transaction. What nobody attaches within a day is swept.</summary>
    /// <exception cref="Refused">413; 422 with the reason.</exception>
    public static async Task<Prepared> Prepare(IncomingFile file, ProductKind kind, Blobs blobs, CancellationToken stop)
    {
        var (format, _) = Uploads.FormatOf(file.FileName, "image", kind.Formats(FileRole.Cover));
        var blob = await Uploads.Stage(file.Content, format, AddFile.ImageLimit, blobs, stop);
        var (width, height) = await Measure(blob, blobs, stop);
        return new Prepared(blob, await Copy(blob, blobs, stop), width, height);
    }

    /// <summary>In the transaction of whoever prepared it. The same picture again is the one that is there.</summary>
    /// <exception cref="Refused">409 <c>too_many_images</c>, <c>product_archived</c>.</exception>
    public static async Task<Guid> Attach(Product product, Prepared picture, UnitOfWork work, Blobs blobs, TimeProvider clock)
    {
        if (product.State == ProductState.Archived) throw new Refused("product_archived", 409, "This product was archived.");
        var version = Convert.ToHexStringLower(picture.Picture.Sha256.AsSpan(0, 8));
        var there = await work.Command("SELECT id, version FROM catalog.product_images WHERE product_id = $1", product.Id).List(r => (Id: r.GetGuid(0), Version: r.GetString(1)));
        if (there.Find(i => i.Version == version) is { Version: not null } same) return same.Id;
        if (there.Count >= ProductImages.Most) throw new Refused("too_many_images", 409, "A product has at most 10 pictures.");
        var id = Ids.New(clock);
        await work.Command(
            """
            INSERT INTO catalog.product_images (id, product_id, blob_key, content_type, version, width, height, alt, position)
            SELECT $1, $2, $3, $4, $5, $6, $7, '', coalesce(max(position), -1) + 1 FROM catalog.product_images WHERE product_id = $2
            """,
            id, product.Id, picture.Picture.Key, picture.Picture.ContentType, version, picture.Width, picture.Height).Execute();
        await blobs.Keep(picture.Picture.Key);
        if (product.CoverKey is null)
        {
            product.ShowCover(picture.Cover);
            await blobs.Keep(picture.Cover.Key);
        }
        else
        {
            product.Describe(null, null, null, null);
        }

        return id;
    }

    private static async Task<(int, int)> Measure(Blob blob, Blobs blobs, CancellationToken stop)
    {
        await using var staged = blobs.Open(blob.Key);
        return await ImageSize.Of(staged, stop);
    }

    private static async Task<Blob> Copy(Blob blob, Blobs blobs, CancellationToken stop)
    {
        await using var staged = blobs.Open(blob.Key);
        return await blobs.Stage(staged, blob.ContentType, AddFile.ImageLimit, stop);
    }
}

/// <summary>The order of a product's pictures, and what each shows.</summary>
internal static class ArrangeImages
{
    public const int AltLength = 200;

    /// <param name="Images">All of them, once each.</param>
    public sealed record Request(IReadOnlyList<Line> Images);

    /// <param name="Alt">Missing: as it was.</param>
    public sealed record Line(Guid Id, string? Alt = null);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Images).NotNull().Must(i => i is null || i.Count <= ProductImages.Most).WithErrorCode("too_many").WithMessage("A product has at most 10 pictures.");
            RuleForEach(r => r.Images).NotNull().ChildRules(line => line.RuleFor(l => l.Alt).MaximumLength(AltLength).Sound());
        }
    }

    /// <exception cref="Refused">404; 422 <c>image_list</c>.</exception>
    public static async Task<ImagesReply> Handle(Guid id, Request request, Caller caller, CatalogDb db, UnitOfWork work, NpgsqlDataSource source)
    {
        var (product, _) = await db.Own(id, caller.Account);
        var there = (await ProductImages.Of(id, work, source)).Select(i => i.Id).ToHashSet();
        if (!there.SetEquals(request.Images.Select(i => i.Id)) || request.Images.Count != there.Count) throw new Refused("image_list", 422, "Name each picture of the product once.");
        await work.Command(
            "UPDATE catalog.product_images i SET position = w.at, alt = coalesce(w.alt, i.alt) FROM unnest($2::uuid[], $3::text[]) WITH ORDINALITY w (id, alt, at) WHERE i.product_id = $1 AND i.id = w.id",
            id, request.Images.Select(i => i.Id).ToArray(), request.Images.Select(i => i.Alt is null ? null : Words.Line(i.Alt)).ToArray()).Execute();
        product.Describe(null, null, null, null);
        return new ImagesReply(await ProductImages.Of(id, work, source));
    }
}

/// <summary>A picture less. Variants that showed it show the product's.</summary>
internal static class RemoveImage
{
    /// <exception cref="Refused">404.</exception>
    public static async Task<ImagesReply> Handle(Guid id, Guid image, Caller caller, CatalogDb db, UnitOfWork work, Blobs blobs, NpgsqlDataSource source)
    {
        var (product, _) = await db.Own(id, caller.Account);
        var key = await work.Command("DELETE FROM catalog.product_images WHERE id = $1 AND product_id = $2 RETURNING blob_key", image, id).Scalar<string>() ?? throw Refused.NotFound();
        await blobs.Forget(key);
        product.Describe(null, null, null, null);
        return new ImagesReply(await ProductImages.Of(id, work, source));
    }
}
