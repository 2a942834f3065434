using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

internal sealed class OrdersDb(DbContextOptions<OrdersDb> options) : ModuleDb(options, Schema)
{
    public const string Schema = "orders";

    protected override void Map(ModelBuilder model)
    {
    }
}
