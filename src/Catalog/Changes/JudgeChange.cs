using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Catalog;

/// <summary>A moderator lets a change through, whole and at once, or sends it back with a note. One decides, nobody on their own.</summary>
internal static class JudgeChange
{
    public sealed record Reply(Guid Product, Guid Change, ChangeState State, int Version);

    /// <param name="expected">The version of the product that the moderator saw: each proposal makes another. Null trusts that it is the one.</param>
    /// <exception cref="Refused">404; 403 <c>own_product</c>; 409 <c>not_pending</c>, <c>not_ready</c>, <c>in_the_past</c>; 412 <c>stale</c>.</exception>
    public static async Task<Reply> Approve(
        Guid id, JudgeProduct.Approval request, int? expected, Caller caller, CatalogDb db, UnitOfWork work, Blobs blobs, ProductKinds kinds, IAudit audit, TimeProvider clock)
    {
        var (product, change) = await Find(id, expected, caller, db);
        await Apply(product, ChangeProposal.Read(change.Proposal), kinds[product.Kind], work, blobs, clock);
        return await Decide(product, change, ChangeState.Approved, request.Note ?? "", caller, work, audit, clock);
    }

    /// <inheritdoc cref="Approve"/>
    public static async Task<Reply> Reject(Guid id, JudgeProduct.Rejection request, int? expected, Caller caller, CatalogDb db, UnitOfWork work, Blobs blobs, IAudit audit, TimeProvider clock)
    {
        var (product, change) = await Find(id, expected, caller, db);
        foreach (var key in ChangeProposal.Read(change.Proposal).Blobs) await blobs.Forget(key);
        return await Decide(product, change, ChangeState.Rejected, request.Note, caller, work, audit, clock);
    }

    private static async Task<(Product Product, ProductChange Change)> Find(Guid id, int? expected, Caller caller, CatalogDb db)
    {
        var product = await db.Locked(id) ?? throw Refused.NotFound();
        var shop = await db.Shop(product.ShopId) ?? throw Refused.NotFound();
        if (shop.OwnerId == caller.Account) throw new Refused("own_product", 403, "Nobody decides about their own product.");
        var change = await ProposeChange.Open(id, db) ?? throw new Refused("not_pending", 409, "No change of this product waits for a review.");
        if (expected is { } seen) Versions.MustBe(seen, product.Version);
        return (product, change);
    }

    private static async Task Apply(Product product, ChangeProposal change, ProductKind kind, UnitOfWork work, Blobs blobs, TimeProvider clock)
    {
        product.Describe(change.Title, change.Description, change.Tags, change.Details);
        if (change.Offers is { } offers) product.Offer(offers, kind, clock);
        if (change.Category is { } category) product.Shelve(category);
        product.Follow(kind, clock);
        foreach (var file in change.AddedFiles ?? []) product.AddFile(new OriginalFile(file.Id, product.Id, file.Blob, file.Name, file.Contents));
        foreach (var file in (change.RemovedFiles ?? []).Where(id => product.FilesForBuyers.Any(f => f.Id == id))) product.RemoveFile(file, clock.GetUtcNow());
        if (change.Cover is { } cover && product.ShowCover(cover) is { } oldCover) await blobs.Forget(oldCover);
        if (change.Preview is { } preview && product.LetHear(preview.Blob, preview.Peaks, preview.Made) is { } oldPreview) await blobs.Forget(oldPreview);
        if (product.State == ProductState.Active) product.MustBeSellable(kind, clock.GetUtcNow());
        await work.Flush();
        await kind.Keep(product, work);
    }

    private static async Task<Reply> Decide(Product product, ProductChange change, ChangeState state, string note, Caller caller, UnitOfWork work, IAudit audit, TimeProvider clock)
    {
        change.Decide(state, caller.Account, note, clock.GetUtcNow());
        product.Touch();
        await work.Flush();
        await audit.Write(caller, state == ChangeState.Approved ? "catalog.change_approved" : "catalog.change_rejected", "product", product.Id, new { change = change.Id });
        return new Reply(product.Id, change.Id, state, product.Version);
    }
}
