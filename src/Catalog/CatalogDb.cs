using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Catalog;

internal sealed class CatalogDb(DbContextOptions<CatalogDb> options) : ModuleDb(options, Schema)
{
    public const string Schema = "catalog";

    public DbSet<Shop> Shops => Set<Shop>();

    public DbSet<Product> Products => Set<Product>();

    public DbSet<ShopMember> ShopMembers => Set<ShopMember>();

    public DbSet<ShopInvitation> Invitations => Set<ShopInvitation>();

    public DbSet<CmsPage> Pages => Set<CmsPage>();

    public DbSet<Verdict> Verdicts => Set<Verdict>();

    public DbSet<Import> Imports => Set<Import>();

    public DbSet<Review> Reviews => Set<Review>();

    public DbSet<ReviewRight> ReviewRights => Set<ReviewRight>();

    public DbSet<Boost> Boosts => Set<Boost>();

    public DbSet<ProductChange> Changes => Set<ProductChange>();

    protected override void Map(ModelBuilder model)
    {
        model.Entity<Review>(review =>
        {
            review.ToTable("reviews");
            review.Property(r => r.Id).ValueGeneratedNever();
        });
        model.Entity<ReviewRight>(right =>
        {
            right.ToTable("review_rights");
            right.HasKey(r => r.LineId);
            right.Property(r => r.LineId).ValueGeneratedNever();
        });
        model.Entity<Boost>(boost =>
        {
            boost.ToTable("boosts");
            boost.Property(b => b.Id).ValueGeneratedNever();
            boost.Property(b => b.Currency).HasConversion(c => c.Code, code => Currency.Of(code));
        });
        model.Entity<Shop>(shop =>
        {
            shop.ToTable("shops");
            shop.Property(s => s.Id).ValueGeneratedNever();
            shop.Property(s => s.Currency).HasConversion(c => c.Code, code => Currency.Of(code));
        });
        model.Entity<Product>(product =>
        {
            product.ToTable("products");
            product.Property(p => p.Id).ValueGeneratedNever();
            product.Property(p => p.Currency).HasConversion(c => c.Code, code => Currency.Of(code));
            product.Property(p => p.Details).HasColumnType("jsonb");
            product.Ignore(p => p.OffersOnSale).Ignore(p => p.FilesForBuyers).Ignore(p => p.Readiness);
            product.HasMany(p => p.Offers).WithOne().HasForeignKey(o => o.ProductId);
            product.HasMany(p => p.Files).WithOne().HasForeignKey(f => f.ProductId);
        });
        model.Entity<ProductOffer>(offer =>
        {
            offer.ToTable("offers");
            offer.Property(o => o.Id).ValueGeneratedNever();
            offer.Property(o => o.Currency).HasConversion(c => c.Code, code => Currency.Of(code));
            offer.Property(o => o.Details).HasColumnType("jsonb");
            offer.Ignore(o => o.Way);
        });
        model.Entity<ShopMember>(member =>
        {
            member.ToTable("shop_members");
            member.HasKey(m => new { m.ShopId, m.Account });
        });
        model.Entity<ShopInvitation>(invitation =>
        {
            invitation.ToTable("shop_invitations");
            invitation.Property(i => i.Id).ValueGeneratedNever();
        });
        model.Entity<CmsPage>(page =>
        {
            page.ToTable("pages");
            page.Property(p => p.Id).ValueGeneratedNever();
        });
        model.Entity<Verdict>(verdict =>
        {
            verdict.ToTable("verdicts");
            verdict.Property(v => v.Id).ValueGeneratedNever();
            verdict.Property(v => v.Kind).HasColumnName("verdict");
        });
        model.Entity<ProductChange>(change =>
        {
            change.ToTable("product_changes");
            change.Property(c => c.Id).ValueGeneratedNever();
            change.Property(c => c.Proposal).HasColumnType("jsonb");
        });
        model.Entity<TrustDecision>(decision =>
        {
            decision.ToTable("trust_decisions");
            decision.Property(d => d.Id).ValueGeneratedNever();
        });
        model.Entity<Import>(import =>
        {
            import.ToTable("imports");
            import.Property(i => i.Id).ValueGeneratedNever();
            import.Ignore(i => i.IsAtWork);
        });
        model.Entity<OriginalFile>(file =>
        {
            file.ToTable("product_files");
            file.Property(f => f.Id).ValueGeneratedNever();
        });
    }

    /// <summary>A product of a shop in which the account may change products, locked until the transaction ends, with its offers and files.</summary>
    /// <exception cref="Refused">404: not there, or another's.</exception>
    public async Task<(Product Product, Shop Shop)> Own(Guid product, Guid account)
    {
        var found = await Locked(product) ?? throw Refused.NotFound();
        var shop = await Shop(found.ShopId);
        return shop is not null && await ShopsFor(account, ShopPermission.Products).AnyAsync(s => s.Id == shop.Id) ? (found, shop) : throw Refused.NotFound();
    }

    /// <summary>The shops in which somebody may do something: <see cref="ShopAccess"/> as a query.</summary>
    public IQueryable<Shop> ShopsFor(Guid account, ShopPermission permission)
    {
        var roles = ShopAccess.RolesFor(permission).Where(r => r != ShopRole.Owner).ToArray();
        return Shops.Where(s => s.OwnerId == account || ShopMembers.Any(m => m.ShopId == s.Id && m.Account == account && roles.Contains(m.Role)));
    }

    /// <summary>The same without a lock: before anything is read that takes long.</summary>
    /// <exception cref="Refused">404.</exception>
    public async Task<(Guid Id, Guid Owner, string Slug)> MustBeFor(string slug, Guid account, ShopPermission permission)
    {
        var shop = await ShopsFor(account, permission).Where(s => s.Slug == slug).Select(s => new { s.Id, s.OwnerId, s.Slug }).FirstOrDefaultAsync() ?? throw Refused.NotFound();
        return (shop.Id, shop.OwnerId, shop.Slug);
    }

    /// <summary>The address of the shop of a product that the account may change.</summary>
    /// <exception cref="Refused">404.</exception>
    public async Task<string> MayChange(Guid product, Guid account) =>
        await ShopsFor(account, ShopPermission.Products).Where(s => Products.Any(p => p.Id == product && p.ShopId == s.Id)).Select(s => s.Slug).FirstOrDefaultAsync() ?? throw Refused.NotFound();

    /// <summary>Somebody is its owner or of its team: they judge nothing of it.</summary>
    public Task<bool> WorksIn(Guid shop, Guid account) => Shops.AnyAsync(s => s.Id == shop && (s.OwnerId == account || ShopMembers.Any(m => m.ShopId == shop && m.Account == account)));

    /// <summary>A shop that the account may change in this way, locked until the transaction ends.</summary>
    /// <param name="slug">Null: their own, else the first that they joined.</param>
    /// <exception cref="Refused">404: not there, or not theirs; 409 <c>shop_missing</c> when none was named and there is none.</exception>
    public async Task<Shop> ShopFor(string? slug, Guid account, ShopPermission permission)
    {
        var id = await ShopsFor(account, permission).Where(s => slug == null || s.Slug == slug).OrderBy(s => s.OwnerId == account ? 0 : 1).ThenBy(s => s.CreatedAt).Select(s => (Guid?)s.Id).FirstOrDefaultAsync()
            ?? throw (slug is null ? new Refused("shop_missing", 409, "Open your shop first.") : Refused.NotFound());
        return await Shops.FromSql($"SELECT * FROM catalog.shops WHERE id = {id} FOR NO KEY UPDATE").FirstAsync();
    }

    /// <summary>A shop that stays as it is until the transaction ends: what goes on sale meanwhile is seen by the one who withholds it.</summary>
    public Task<Shop?> Shop(Guid shop) => Shops.FromSql($"SELECT * FROM catalog.shops WHERE id = {shop} FOR SHARE").FirstOrDefaultAsync();

    /// <summary>A product, locked until the transaction ends, with its offers and files.</summary>
    public async Task<Product?> Locked(Guid product)
    {
        var found = await Products.FromSql($"SELECT * FROM catalog.products WHERE id = {product} FOR UPDATE").FirstOrDefaultAsync();
        if (found is null) return null;
        await Entry(found).Collection(p => p.Offers).LoadAsync();
        await Entry(found).Collection(p => p.Files).LoadAsync();
        return found;
    }
}
