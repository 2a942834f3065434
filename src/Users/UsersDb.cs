using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Users;

internal sealed class UsersDb(DbContextOptions<UsersDb> options) : ModuleDb(options, Schema)
{
    public const string Schema = "users";

    protected override void Map(ModelBuilder model)
    {
    }
}
