using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Marketplace.Catalog;

[DbContext(typeof(CatalogDb)), Migration("0001_catalog")]
internal sealed class CatalogTables : SqlMigration;
