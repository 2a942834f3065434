using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Marketplace.Catalog;

[DbContext(typeof(CatalogDb)), Migration("0001_catalog")]
internal sealed class CatalogTables : SqlMigration;

[DbContext(typeof(CatalogDb)), Migration("0002_kinds")]
internal sealed class ProductKindsWidened : SqlMigration;

[DbContext(typeof(CatalogDb)), Migration("0003_reviews")]
internal sealed class ReviewsBeforeSale : SqlMigration;

[DbContext(typeof(CatalogDb)), Migration("0004_categories")]
internal sealed class CategoryTree : SqlMigration;

[DbContext(typeof(CatalogDb)), Migration("0005_sales_to_count")]
internal sealed class SalesToCount : SqlMigration;

[DbContext(typeof(CatalogDb)), Migration("0009_withheld")]
internal sealed class Withheld : SqlMigration;

[DbContext(typeof(CatalogDb)), Migration("0010_options")]
internal sealed class OptionsOfOffers : SqlMigration;

[DbContext(typeof(CatalogDb)), Migration("0011_variants")]
internal sealed class Variants : SqlMigration;
[DbContext(typeof(CatalogDb)), Migration("0012_kinds")]
internal sealed class KindsOfProducts : SqlMigration;
[DbContext(typeof(CatalogDb)), Migration("0014_shops")]
internal sealed class ShopsGrown : SqlMigration;

[DbContext(typeof(CatalogDb)), Migration("0015_pages")]
internal sealed class MarketPages : SqlMigration;
[DbContext(typeof(CatalogDb)), Migration("0019_imports")]
internal sealed class ImportsOfProducts : SqlMigration;
[DbContext(typeof(CatalogDb)), Migration("0016_search")]
internal sealed class SearchForMany : SqlMigration;
[DbContext(typeof(CatalogDb)), Migration("0017_reviews")]
internal sealed class ReviewsOfBuyers : SqlMigration;

[DbContext(typeof(CatalogDb)), Migration("0018_boosts")]
internal sealed class BoostsOfSellers : SqlMigration;

[DbContext(typeof(CatalogDb)), Migration("0013_changes")]
internal sealed class ChangesOfProducts : SqlMigration;

[DbContext(typeof(CatalogDb)), Migration("0020_bars")]
internal sealed class BarsOfPreviews : SqlMigration;
