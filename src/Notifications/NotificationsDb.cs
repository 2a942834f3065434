using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Notifications;

internal sealed class NotificationsDb(DbContextOptions<NotificationsDb> options) : ModuleDb(options, Schema)
{
    public const string Schema = "notifications";

    public DbSet<Notification> Notifications => Set<Notification>();

    public DbSet<Mail> Mails => Set<Mail>();

    public DbSet<Preference> Preferences => Set<Preference>();

    public DbSet<Delivered> Mailbox => Set<Delivered>();

    protected override void Map(ModelBuilder model)
    {
        model.Entity<Notification>(notification =>
        {
            notification.ToTable("notifications");
            notification.Property(n => n.Id).ValueGeneratedNever();
            notification.Property(n => n.Data).HasColumnType("jsonb");
        });
        model.Entity<Mail>(mail =>
        {
            mail.ToTable("mails");
            mail.Property(m => m.Id).ValueGeneratedNever();
            mail.Property(m => m.Data).HasColumnType("jsonb");
        });
        model.Entity<Preference>().ToTable("preferences").HasKey(p => new { p.Account, p.Type, p.Way });
        model.Entity<Delivered>().ToTable("mailbox").Property(d => d.Id).ValueGeneratedNever();
    }
}
