using Marketplace.Catalog;
using Marketplace.Kernel;

namespace Marketplace.Notifications;

/// <summary>A seller hears that a product may be sold.</summary>
internal sealed class OnProductApproved(Tell tell, Hearing hearing) : IReaction<ProductApproved>
{
    public async Task Handle(ProductApproved happened, CancellationToken stop) => await tell.Handle(new Notice(
        happened.Seller, NoticeType.ProductApproved, await hearing.Event<OnProductApproved>(happened.Key, stop),
        new Facts { Product = happened.Product }, $"/sell/products/{happened.Product}") { Subject = ("product", happened.Product) });
}

/// <summary>A seller hears that a product came back, and where it says why.</summary>
internal sealed class OnProductRejected(Tell tell, Hearing hearing) : IReaction<ProductRejected>
{
    public async Task Handle(ProductRejected happened, CancellationToken stop) => await tell.Handle(new Notice(
        happened.Seller, NoticeType.ProductRejected, await hearing.Event<OnProductRejected>(happened.Key, stop),
        new Facts { Product = happened.Product }, $"/sell/products/{happened.Product}") { Subject = ("product", happened.Product) });
}
