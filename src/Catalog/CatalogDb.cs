using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Catalog;

internal sealed class CatalogDb(DbContextOptions<CatalogDb> options) : ModuleDb(options, Schema)
{
    public const string Schema = "catalog";

    public DbSet<Shop> Shops => Set<Shop>();

    public DbSet<Product> Products => Set<Product>();

    public DbSet<Verdict> Verdicts => Set<Verdict>();

    protected override void Map(ModelBuilder model)
    {
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
        model.Entity<Verdict>(verdict =>
        {
            verdict.ToTable("verdicts");
            verdict.Property(v => v.Id).ValueGeneratedNever();
            verdict.Property(v => v.Kind).HasColumnName("verdict");
        });
        model.Entity<TrustDecision>(decision =>
        {
            decision.ToTable("trust_decisions");
            decision.Property(d => d.Id).ValueGeneratedNever();
        });
        model.Entity<OriginalFile>(file =>
        {
            file.ToTable("product_files");
            file.Property(f => f.Id).ValueGeneratedNever();
        });
    }

    /// <summary>A product of the account, locked until the transaction ends, with its offers and files.</summary>
    /// <exception cref="Refused">404: not there, or another's.</exception>
    public async Task<(Product Product, Shop Shop)> Own(Guid product, Guid account)
    {
        var found = await Locked(product) ?? throw Refused.NotFound();
        var shop = await Shop(found.ShopId);
        return shop?.OwnerId == account ? (found, shop) : throw Refused.NotFound();
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
