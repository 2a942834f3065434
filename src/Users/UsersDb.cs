using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Users;

internal sealed class UsersDb(DbContextOptions<UsersDb> options) : ModuleDb(options, Schema)
{
    public const string Schema = "users";

    public DbSet<Account> Accounts => Set<Account>();

    public DbSet<GrantedCapability> Capabilities => Set<GrantedCapability>();

    public DbSet<GrantedRight> Rights => Set<GrantedRight>();

    public DbSet<Session> Sessions => Set<Session>();

    protected override void Map(ModelBuilder model)
    {
        model.Entity<Account>().ToTable("accounts").Property(a => a.Id).ValueGeneratedNever();
        model.Entity<GrantedCapability>().ToTable("account_capabilities").HasKey(c => new { c.Account, c.Name });
        model.Entity<GrantedRight>().ToTable("account_rights").HasKey(r => new { r.Account, r.Name });
        model.Entity<Session>().ToTable("sessions").Property(s => s.Id).ValueGeneratedNever();
    }
}
