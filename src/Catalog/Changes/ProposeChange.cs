using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Catalog;

/// <summary>An edit of what buyers see, by a shop that is not trusted: it waits, on top of what waits already. Joins the transaction.</summary>
internal static class ProposeChange
{
    /// <summary>Nobody saw it yet, or its shop is trusted: an edit counts at once.</summary>
    public static bool IsNeeded(Product product, Shop shop) => !shop.Trusted && product.State is (ProductState.Active or ProductState.Withheld or ProductState.Paused);

    /// <exception cref="Refused">409 <c>not_ready</c>, <c>in_the_past</c>: it could not be sold like that.</exception>
    /// <returns>Keys of what was uploaded for the one that it takes the place of, and is not wanted any more.</returns>
    public static async Task<IReadOnlyList<string>> Handle(Product product, ChangeProposal edit, ProductKind kind, CatalogDb db, UnitOfWork work, TimeProvider clock)
    {
        var open = await Open(product.Id, db);
        var proposal = open is null ? edit : ChangeProposal.Read(open.Proposal).With(edit);
        MustBeSellable(product, proposal, kind, clock.GetUtcNow());
        if (open is not null)
        {
            open.Decide(ChangeState.Withdrawn, null, "", clock.GetUtcNow());
            await work.Flush();
        }

        db.Add(new ProductChange(product, proposal, clock));
        product.Touch();
        return open is null ? [] : [.. ChangeProposal.Read(open.Proposal).Blobs.Except(proposal.Blobs)];
    }

    /// <summary>The seller takes it back: buyers go on seeing what they see.</summary>
    /// <exception cref="Refused">404.</exception>
    public static async Task<ProductView> Withdraw(Guid id, Caller caller, CatalogDb db, UnitOfWork work, Blobs blobs, ProductKinds kinds, TimeProvider clock)
    {
        var (product, _) = await db.Own(id, caller.Account);
        var open = await Open(id, db) ?? throw Refused.NotFound();
        open.Decide(ChangeState.Withdrawn, null, "", clock.GetUtcNow());
        product.Touch();
        foreach (var key in ChangeProposal.Read(open.Proposal).Blobs) await blobs.Forget(key);
        return await ProductView.Own(product, work, kinds);
    }

    /// <summary>Under the product's lock.</summary>
    public static Task<ProductChange?> Open(Guid product, CatalogDb db) => db.Changes.SingleOrDefaultAsync(c => c.ProductId == product && c.State == ChangeState.Open);

    private static void MustBeSellable(Product product, ChangeProposal proposal, ProductKind kind, DateTimeOffset now)
    {
        var current = product.Readiness;
        var files = product.FilesForBuyers.Count(f => proposal.RemovedFiles?.Contains(f.Id) != true) + (proposal.AddedFiles?.Count ?? 0);
        if (files > Product.MaxFiles) throw new Refused("too_many_files", 409, "A product has at most 10 files.");
        var ready = current with
        {
            Details = proposal.Details ?? current.Details, Offers = proposal.Offers is { } offers ? [.. offers.Select(o => o.Details ?? OfferLine.NoDetails)] : current.Offers, HasFile = files > 0,
        };
        Product.MustBeReady(kind, ready);
        if (proposal.Details is { } details && kind.EndsAt(details) <= now) throw Product.InThePast();
    }
}
