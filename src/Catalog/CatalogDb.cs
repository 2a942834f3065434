using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Catalog;

internal sealed class CatalogDb(DbContextOptions<CatalogDb> options) : ModuleDb(options, Schema)
{
    public const string Schema = "catalog";

    protected override void Map(ModelBuilder model)
    {
    }
}
