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

    public DbSet<Sanction> Sanctions => Set<Sanction>();

    public DbSet<Appeal> Appeals => Set<Appeal>();

    public DbSet<Report> Reports => Set<Report>();
    public DbSet<Profile> Profiles => Set<Profile>();

    public DbSet<Address> Addresses => Set<Address>();
    public DbSet<ApiKey> Keys => Set<ApiKey>();

    protected override void Map(ModelBuilder model)
    {
        model.Entity<Account>().ToTable("accounts").Property(a => a.Id).ValueGeneratedNever();
        model.Entity<GrantedCapability>().ToTable("account_capabilities").HasKey(c => new { c.Account, c.Name });
        model.Entity<GrantedRight>().ToTable("account_rights").HasKey(r => new { r.Account, r.Name });
        model.Entity<Sanction>().ToTable("sanctions").Property(s => s.Id).ValueGeneratedNever();
        model.Entity<Appeal>().ToTable("appeals").HasKey(a => a.Sanction);
        model.Entity<Appeal>().Property(a => a.Sanction).ValueGeneratedNever();
        model.Entity<Report>().ToTable("reports").Property(r => r.Id).ValueGeneratedNever();
        model.Entity<Session>().ToTable("sessions").Property(s => s.Id).ValueGeneratedNever();
        model.Entity<Profile>().ToTable("profiles").HasKey(p => p.Account);
        model.Entity<Profile>().Property(p => p.Account).ValueGeneratedNever();
        model.Entity<Address>().ToTable("addresses").Property(a => a.Id).ValueGeneratedNever();
        model.Entity<ApiKey>().ToTable("api_keys").Property(k => k.Id).ValueGeneratedNever();
    }
}
