namespace Marketplace.Catalog.Pages;

/// <summary>The pictures of a product's page: its own in their order, or its cover alone.</summary>
internal sealed record GalleryModel(ProductView Product, IReadOnlyList<ImageView> Images);
