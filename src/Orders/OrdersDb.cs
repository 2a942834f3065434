using System.Text.Json;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Orders;

internal sealed class OrdersDb(DbContextOptions<OrdersDb> options) : ModuleDb(options, Schema)
{
    public const string Schema = "orders";

    public DbSet<Cart> Carts => Set<Cart>();

    public DbSet<CartItem> CartItems => Set<CartItem>();

    public DbSet<Order> Orders => Set<Order>();

    public DbSet<OrderItem> Items => Set<OrderItem>();

    public DbSet<OrderFile> Files => Set<OrderFile>();

    public DbSet<OrderEvent> Events => Set<OrderEvent>();

    public DbSet<Shipment> Shipments => Set<Shipment>();

    public DbSet<Refund> Refunds => Set<Refund>();

    public DbSet<LineDispute> LineDisputes => Set<LineDispute>();

    public DbSet<Claim> Claims => Set<Claim>();

    public DbSet<ClaimMessage> ClaimMessages => Set<ClaimMessage>();

    public DbSet<DownloadLink> Links => Set<DownloadLink>();

    public DbSet<Download> Downloads => Set<Download>();

    public DbSet<DownloadSession> Sessions => Set<DownloadSession>();

    public DbSet<Contract> Contracts => Set<Contract>();

    public DbSet<Invoice> Invoices => Set<Invoice>();

    public DbSet<InvoicePaper> InvoicePapers => Set<InvoicePaper>();

    public DbSet<ServiceOrder> Services => Set<ServiceOrder>();

    public DbSet<AccessGrant> Grants => Set<AccessGrant>();

    public DbSet<AccessRule> AccessRules => Set<AccessRule>();

    public DbSet<PaymentButton> Buttons => Set<PaymentButton>();

    public DbSet<Coupon> Coupons => Set<Coupon>();

    public DbSet<CouponUse> CouponUses => Set<CouponUse>();

    public DbSet<ShippingRate> ShippingRates => Set<ShippingRate>();

    public DbSet<Subscription> Subscriptions => Set<Subscription>();

    public DbSet<SubscriptionCharge> SubscriptionCharges => Set<SubscriptionCharge>();

    /// <summary>The order with its lines, locked until the transaction ends; null when there is none.</summary>
    public async Task<Order?> Locked(Guid order)
    {
        // Two statements: the lines are read when the lock is ours, not as they were before the wait.
        var locked = (await Orders.FromSql($"SELECT * FROM orders.orders WHERE id = {order} FOR UPDATE").ToListAsync()).SingleOrDefault();
        if (locked is not null) await Entry(locked).Collection(o => o.Items).LoadAsync();
        return locked;
    }

    /// <summary>The order of a line with all its lines and parcels, locked until the transaction ends; null when there is none.</summary>
    public async Task<Order?> OfLine(Guid item)
    {
        var order = await Items.AsNoTracking().Where(i => i.Id == item).Select(i => (Guid?)i.OrderId).SingleOrDefaultAsync();
        if (order is null || await Locked(order.Value) is not { } locked) return null;
        await Shipments.Where(s => s.OrderId == order).LoadAsync();
        return locked;
    }

    /// <summary>Locked until the transaction ends, after its order where both are; null when there is none.</summary>
    public async Task<Subscription?> LockedSubscription(Guid id) =>
        (await Subscriptions.FromSql($"SELECT * FROM orders.subscriptions WHERE id = {id} FOR UPDATE").ToListAsync()).SingleOrDefault();

    protected override void Map(ModelBuilder model)
    {
        SubscriptionTable.Map(model);
        model.Entity<Cart>(cart =>
        {
            cart.ToTable("carts");
            cart.HasMany(c => c.Items).WithOne().HasForeignKey(i => i.CartId);
        });
        model.Entity<CartItem>(item =>
        {
            item.ToTable("cart_items");
            item.Property(i => i.Id).ValueGeneratedNever();
        });
        model.Entity<Order>(order =>
        {
            order.ToTable("orders");
            order.Property(o => o.Id).ValueGeneratedNever();
            order.Property(o => o.Number).UseIdentityAlwaysColumn();
            order.Property(o => o.ShippingAddress).HasColumnType("jsonb")
                .HasConversion(a => JsonSerializer.Serialize(a, JsonStyle.Options), json => JsonSerializer.Deserialize<PostalAddress>(json, JsonStyle.Options));
            order.Property(o => o.Billing).HasColumnType("jsonb")
                .HasConversion(b => JsonSerializer.Serialize(b, JsonStyle.Options), json => JsonSerializer.Deserialize<Billing>(json, JsonStyle.Options));
            order.Ignore(o => o.Counted);
            order.HasMany(o => o.Items).WithOne().HasForeignKey(i => i.OrderId);
            order.HasMany(o => o.Events).WithOne().HasForeignKey(e => e.OrderId);
        });
        model.Entity<OrderItem>(item =>
        {
            item.ToTable("order_items");
            item.Property(i => i.Id).ValueGeneratedNever();
            item.HasOne(i => i.Shipment).WithOne().HasForeignKey<Shipment>(s => s.ItemId);
            item.HasMany(i => i.Files).WithOne().HasForeignKey(f => f.ItemId);
            item.Property(i => i.Details).HasColumnType("jsonb");
            item.Property(i => i.ProductDetails).HasColumnType("jsonb");
            item.HasOne(i => i.Work).WithOne().HasForeignKey<ServiceOrder>(s => s.ItemId);
            item.HasMany(i => i.Grants).WithOne().HasForeignKey(g => g.ItemId);
        });
        model.Entity<ServiceOrder>(service =>
        {
            service.ToTable("service_orders").HasKey(s => s.ItemId);
            service.Property(s => s.ItemId).ValueGeneratedNever();
            service.Ignore(s => s.RevisionsLeft);
            service.Ignore(s => s.EndsAt);
            service.HasOne<Order>().WithMany().HasForeignKey(s => s.OrderId);
            service.HasMany(s => s.Events).WithOne().HasForeignKey(e => e.ItemId);
        });
        model.Entity<ServiceEvent>(happened =>
        {
            happened.ToTable("service_events");
            happened.Property(e => e.Id).UseIdentityAlwaysColumn();
        });
        model.Entity<AccessGrant>(grant =>
        {
            grant.ToTable("access_grants").HasKey(g => new { g.ItemId, g.TargetKind, g.Target });
        });
        model.Entity<AccessRule>(rule =>
        {
            rule.ToTable("access_rules");
            rule.Property(r => r.Id).ValueGeneratedNever();
        });
        model.Entity<PaymentButton>(button =>
        {
            button.ToTable("payment_buttons");
            button.Property(b => b.Id).ValueGeneratedNever();
        });
        model.Entity<Coupon>(coupon =>
        {
            coupon.ToTable("coupons");
            coupon.Property(c => c.Id).ValueGeneratedNever();
        });
        model.Entity<CouponUse>(use =>
        {
            use.ToTable("coupon_uses").HasKey(u => u.OrderId);
            use.Property(u => u.OrderId).ValueGeneratedNever();
            use.HasOne<Order>().WithOne().HasForeignKey<CouponUse>(u => u.OrderId);
            use.HasOne<Coupon>().WithMany().HasForeignKey(u => u.CouponId);
        });
        model.Entity<ShippingRate>(rate =>
        {
            rate.ToTable("shipping_rates");
            rate.Property(r => r.Id).ValueGeneratedNever();
        });
        model.Entity<OrderFile>(file =>
        {
            file.ToTable("order_files");
            file.Property(f => f.Id).ValueGeneratedNever();
        });
        model.Entity<OrderEvent>(happened =>
        {
            happened.ToTable("order_events");
            happened.Property(e => e.Id).UseIdentityAlwaysColumn();
            happened.HasOne<OrderItem>().WithMany().HasForeignKey(e => e.ItemId);
        });
        model.Entity<Shipment>(shipment =>
        {
            shipment.ToTable("shipments");
            shipment.Property(s => s.Id).ValueGeneratedNever();
            shipment.HasOne<Order>().WithMany().HasForeignKey(s => s.OrderId);
        });
        model.Entity<Refund>(refund =>
        {
            refund.ToTable("refunds");
            refund.Property(r => r.Id).ValueGeneratedNever();
            refund.HasOne<Order>().WithMany().HasForeignKey(r => r.OrderId);
            refund.HasOne<OrderItem>().WithMany().HasForeignKey(r => r.ItemId);
        });
        model.Entity<LineDispute>(dispute =>
        {
            dispute.ToTable("line_disputes").HasKey(d => new { d.DisputeId, d.ItemId });
            dispute.HasOne<Order>().WithMany().HasForeignKey(d => d.OrderId);
            dispute.HasOne<OrderItem>().WithMany().HasForeignKey(d => d.ItemId);
        });
        model.Entity<Claim>(claim =>
        {
            claim.ToTable("disputes");
            claim.Property(c => c.Id).ValueGeneratedNever();
            claim.Ignore(c => c.AnswerDue);
            claim.HasOne<Order>().WithMany().HasForeignKey(c => c.OrderId);
            claim.HasOne<OrderItem>().WithMany().HasForeignKey(c => c.ItemId);
            claim.HasOne<Refund>().WithMany().HasForeignKey(c => c.RefundId);
        });
        model.Entity<ClaimMessage>(message =>
        {
            message.ToTable("dispute_messages");
            message.Property(m => m.Id).ValueGeneratedNever();
            message.HasOne<Claim>().WithMany().HasForeignKey(m => m.DisputeId);
        });
        model.Entity<DownloadLink>(link =>
        {
            link.ToTable("download_links");
            link.Property(l => l.Id).ValueGeneratedNever();
            link.Property(l => l.Max).HasColumnName("max_downloads");
            link.HasMany<Download>().WithOne().HasForeignKey(d => d.LinkId);
        });
        model.Entity<Download>(download =>
        {
            download.ToTable("download_log");
            download.Property(d => d.Id).UseIdentityAlwaysColumn();
        });
        model.Entity<DownloadSession>(session =>
        {
            session.ToTable("download_sessions");
            session.Property(s => s.Id).ValueGeneratedNever();
            session.HasOne<DownloadLink>().WithMany().HasForeignKey(s => s.LinkId);
        });
        model.Entity<Invoice>(invoice =>
        {
            invoice.ToTable("invoices");
            invoice.Property(i => i.Id).ValueGeneratedNever();
            invoice.HasOne<Order>().WithMany().HasForeignKey(i => i.OrderId);
            invoice.HasOne<Refund>().WithMany().HasForeignKey(i => i.RefundId);
            invoice.HasOne<Invoice>().WithMany().HasForeignKey(i => i.Corrects);
            invoice.HasMany(i => i.Lines).WithOne().HasForeignKey(l => l.InvoiceId);
        });
        model.Entity<InvoiceLine>(line =>
        {
            line.ToTable("invoice_lines").HasKey(l => new { l.InvoiceId, l.Line });
            line.HasOne<OrderItem>().WithMany().HasForeignKey(l => l.ItemId);
        });
        model.Entity<InvoicePaper>(paper =>
        {
            paper.ToTable("invoice_papers").HasKey(p => p.InvoiceId);
            paper.Property(p => p.InvoiceId).ValueGeneratedNever();
            paper.HasOne<Invoice>().WithOne().HasForeignKey<InvoicePaper>(p => p.InvoiceId);
        });
        model.Entity<Contract>(contract =>
        {
            contract.ToTable("contracts").HasKey(c => c.ItemId);
            contract.Property(c => c.ItemId).ValueGeneratedNever();
            contract.HasOne<OrderItem>().WithOne().HasForeignKey<Contract>(c => c.ItemId);
        });
    }
}
