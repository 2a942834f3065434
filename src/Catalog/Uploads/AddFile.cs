using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Catalog;

/// <summary>What a file is for: the part's name in the upload.</summary>
internal enum FileRole
{
    Original,
    Preview,
    Cover,
}

/// <summary>
/// Puts a file to a product: an original that buyers receive, the preview that all may hear, or the cover. The bytes go
/// straight to the blob store while they arrive; no transaction is open meanwhile.
/// </summary>
internal static class AddFile
{
    public const long ImageLimit = 10_000_000, PreviewLimit = 20_000_000;

    /// <summary>Originals: a setting (<c>Catalog:MaxAudioBytes</c>), 500 MB unless it says otherwise.</summary>
    public sealed record Limits(long Audio);

    public sealed record Incoming(FileRole Role, string? FileName, Stream Content);

    /// <summary>A file whose bytes have arrived and were looked at; nobody's yet.</summary>
    /// <param name="Made">A preview that was made of it.</param>
    public sealed record Prepared(FileRole Role, string Name, Blob Blob, IReadOnlyList<string>? Contents, Blob? Made, float[]? Peaks);

    /// <exception cref="Refused">404; 413 <c>file_too_large</c>; 422 with the reason.</exception>
    public static async Task<ProductView> Handle(
        Guid id, Incoming incoming, Caller caller, CatalogDb db, UnitOfWork work, Blobs blobs, Writes writes, ProductKinds kinds, Limits limits, TimeProvider clock, CancellationToken stop)
    {
        var prepared = await Prepare(incoming, kinds[await KindOf(id, caller, db, stop)], blobs, limits, stop);
        return await writes.Run(() => Attach(id, prepared, caller, db, work, blobs, kinds, clock));
    }

    /// <summary>Outside any transaction. What nobody attaches within a day is swept.</summary>
    /// <exception cref="Refused">413 <c>file_too_large</c>; 422 with the reason.</exception>
    public static async Task<Prepared> Prepare(Incoming incoming, ProductKind kind, Blobs blobs, Limits limits, CancellationToken stop)
    {
        var (format, name) = Uploads.FormatOf(incoming.FileName, Naming.Snake(incoming.Role.ToString()), kind.Formats(incoming.Role));
        var limit = incoming.Role switch { FileRole.Original => limits.Audio, FileRole.Preview => Math.Min(PreviewLimit, limits.Audio), _ => ImageLimit };
        var blob = await Uploads.Stage(incoming.Content, format, limit, blobs, stop);
        var contents = await Examine(format, blob, blobs, stop);
        var (preview, peaks) = await Hear(incoming.Role, format, blob, blobs, stop);
        return new Prepared(incoming.Role, name, blob, contents, preview, peaks);
    }

    /// <summary>Whose product it is decides before the first byte is read.</summary>
    public static async Task<string> KindOf(Guid id, Caller caller, CatalogDb db, CancellationToken stop) =>
        await db.Products.Where(p => p.Id == id && db.ShopsFor(caller.Account, ShopPermission.Products).Any(s => s.Id == p.ShopId)).Select(p => p.Kind).FirstOrDefaultAsync(stop) ?? throw Refused.NotFound();

    // What is refused here stays staged, and is swept.
    internal static async Task<IReadOnlyList<string>?> Examine(FileFormat format, Blob blob, Blobs blobs, CancellationToken stop)
    {
        await using var staged = blobs.Open(blob.Key);
        return await format.Examine(staged, stop);
    }

    /// <returns>A preview made of an original WAV, and the loudness of what may be heard.</returns>
    private static async Task<(Blob? Preview, float[]? Peaks)> Hear(FileRole role, FileFormat format, Blob blob, Blobs blobs, CancellationToken stop)
    {
        if (role == FileRole.Cover || format != Wav.Format) return (null, null);
        await using var wav = blobs.Open(blob.Key);
        if (role == FileRole.Preview) return (null, await WavPreview.Peaks(wav, stop));

        var made = await WavPreview.Of(wav, stop);
        using var bytes = new MemoryStream(made.Wav);
        return (await blobs.Stage(bytes, Wav.Format.ContentType, PreviewLimit, stop), made.Peaks);
    }

    /// <summary>In the transaction of whoever prepared it.</summary>
    public static async Task<ProductView> Attach(Guid id, Prepared prepared, Caller caller, CatalogDb db, UnitOfWork work, Blobs blobs, ProductKinds kinds, TimeProvider clock)
    {
        var (role, name, blob, contents, made, peaks) = prepared;
        var (product, shop) = await db.Own(id, caller.Account);
        if (product.State == ProductState.Archived) throw new Refused("product_archived", 409, "This product was archived.");
        if (role == FileRole.Preview && product.Files.Any(f => f.Sha256.AsSpan().SequenceEqual(blob.Sha256)))
            throw new Refused("preview_is_original", 422, "This is the file that buyers pay for. Send a shorter one, or none: we make a preview of a WAV.");
        if (ProposeChange.IsNeeded(product, shop))
        {
            if (role == FileRole.Original && product.FilesForBuyers.Any(f => f.Sha256.AsSpan().SequenceEqual(blob.Sha256))) return await ProductView.Own(product, work, kinds);   // the same file again
            var edit = role switch
            {
                FileRole.Cover => new ChangeProposal(Cover: blob),
                FileRole.Preview => new ChangeProposal(Preview: new ProposedPreview(blob, peaks, false)),
                _ => new ChangeProposal(AddedFiles: [new ProposedFile(Ids.New(clock), blob, name, contents)], Preview: made is not null && product.PreviewMade ? new ProposedPreview(made, peaks, true) : null),
            };
            foreach (var key in await ProposeChange.Handle(product, edit, kinds[product.Kind], db, work, clock)) await blobs.Forget(key);
            await blobs.Keep([.. edit.Blobs]);
            return await ProductView.Own(product, work, kinds);
        }

        switch (role)
        {
            case FileRole.Cover:
                await Replace(product.ShowCover(blob), blob, blobs);
                break;
            case FileRole.Preview:
                await Replace(product.LetHear(blob, peaks, made: false), blob, blobs);
                break;
            default:
                if (product.AddFile(new OriginalFile(Ids.New(clock), product.Id, blob, name, contents)) is not null) break;   // the same file again
                await blobs.Keep(blob.Key);
                if (made is not null && (product.PreviewKey is null || product.PreviewMade)) await Replace(product.LetHear(made, peaks, made: true), made, blobs);
                break;
        }

        return await ProductView.Own(product, work, kinds);
    }

    private static async Task Replace(string? old, Blob fresh, Blobs blobs)
    {
        await blobs.Keep(fresh.Key);
        if (old is not null) await blobs.Forget(old);
    }
}

/// <summary>New buyers no longer receive the file.</summary>
internal static class RemoveFile
{
    public static async Task<ProductView> Handle(Guid id, Guid file, Caller caller, CatalogDb db, UnitOfWork work, Blobs blobs, ProductKinds kinds, TimeProvider clock)
    {
        var (product, shop) = await db.Own(id, caller.Account);
        if (ProposeChange.IsNeeded(product, shop))
        {
            if (product.FilesForBuyers.All(f => f.Id != file)) throw Refused.NotFound();
            await ProposeChange.Handle(product, new ChangeProposal(RemovedFiles: [file]), kinds[product.Kind], db, work, clock);
            return await ProductView.Own(product, work, kinds);
        }

        var (removed, unsold) = product.RemoveFile(file, clock.GetUtcNow());
        if (product.State == ProductState.Active) product.MustBeReady(kinds[product.Kind]);
        if (unsold) await blobs.Forget(removed.BlobKey);
        return await ProductView.Own(product, work, kinds);
    }
}
