using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>Catalog's promise, kept.</summary>
internal sealed class Shelf(UnitOfWork work, NpgsqlDataSource source, CatalogDb db, Stock stock, Blobs blobs, Users.IUsers users, Secrets secrets, TimeProvider clock) : ICatalog
{
    public Task<IReadOnlyDictionary<Guid, Offer>> Offers(IReadOnlyCollection<Guid> offers, CancellationToken stop = default) => Offers($"o.id {Sql.OneOf}", offers, stop);

    public Task<IReadOnlyDictionary<Guid, Offer>> OffersOf(IReadOnlyCollection<Guid> products, CancellationToken stop = default) => Offers($"o.product_id {Sql.OneOf} AND o.withdrawn_at IS NULL", products, stop);

    private async Task<IReadOnlyDictionary<Guid, Offer>> Offers(string where, IReadOnlyCollection<Guid> ids, CancellationToken stop) =>
        (await Command(OffersWhere(where), ids, clock.GetUtcNow()).List(OfferOf, stop)).ToDictionary(o => o.Id);

    public async Task<ILookup<Guid, ProductFile>> Files(IReadOnlyCollection<Guid> products, CancellationToken stop = default) =>
        (await Command(FilesWhere($"f.product_id {Sql.OneOf}"), products).List(FileOf, stop)).ToLookup(f => f.Product);

    public async Task<(IReadOnlyDictionary<Guid, Offer> Offers, ILookup<Guid, ProductFile> Files)> OffersAndFiles(IReadOnlyCollection<Guid> offers, CancellationToken stop = default)
    {
        var ids = offers.ToArray();
        await using var batch = new NpgsqlBatch(work.Connection);
        batch.BatchCommands.Add(Sql.Batched(OffersWhere($"o.id {Sql.OneOf}"), ids, clock.GetUtcNow()));
        batch.BatchCommands.Add(Sql.Batched(FilesWhere($"f.product_id IN (SELECT product_id FROM catalog.offers WHERE id {Sql.OneOf})"), ids));
        await using var reader = await batch.ExecuteReaderAsync(stop);
        var (found, files) = (new Dictionary<Guid, Offer>(), new List<ProductFile>());
        while (await reader.ReadAsync(stop)) found.Add(reader.GetGuid(0), OfferOf(reader));
        await reader.NextResultAsync(stop);
        while (await reader.ReadAsync(stop)) files.Add(FileOf(reader));
        return (found, files.ToLookup(f => f.Product));
    }

    // $2 is the time.
    private static string OffersWhere(string where) =>
        $"""
        SELECT o.id, p.id, p.kind, p.title, p.slug, o.name, o.terms, o.price_amount, o.currency, o.withdrawn_at IS NULL AND p.state = 'active',
               s.id, s.name, s.owner_id, p.cover_version, o.names_price, o.option, o.details::text, coalesce(k.on_hand - k.reserved, CASE o.licence WHEN 'exclusive' THEN 1 END),
               p.details::text, {ShopVacation.Sql("$2")} IS TRUE,
               CASE WHEN p.kind = 'physical' THEN coalesce(v.weight, (p.details ->> 'weight')::int, 0) ELSE 0 END
        FROM catalog.offers o JOIN catalog.products p ON p.id = o.product_id JOIN catalog.shops s ON s.id = p.shop_id LEFT JOIN catalog.stock k ON k.offer_id = o.id
             LEFT JOIN catalog.product_variants v ON v.offer_id = o.id
        WHERE {where}
        """;

    private static Offer OfferOf(NpgsqlDataReader r) => new(
        r.GetGuid(0), r.GetGuid(1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetString(5), r.GetString(6), Money.Of(r.GetInt64(7), r.GetString(8)), r.GetBoolean(9) && !r.GetBoolean(19),
        r.GetGuid(10), r.GetString(11), r.GetGuid(12), MediaUrls.Cover(r.GetGuid(1), r.IsDBNull(13) ? null : r.GetString(13)))
    {
        NamesPrice = r.GetBoolean(14), Option = r.GetString(15), Details = r.GetString(16), Available = r.IsDBNull(17) ? null : r.GetInt32(17), ProductDetails = r.GetString(18),
        Away = r.GetBoolean(9) && r.GetBoolean(19), Grams = r.GetInt32(20),
    };

    private static string FilesWhere(string where) =>
        $"""
        SELECT f.product_id, f.id, f.blob_key, f.file_name, f.content_type, f.size, f.sha256
        FROM catalog.product_files f WHERE {where} AND f.withdrawn_at IS NULL ORDER BY f.product_id, f.position
        """;

    private static ProductFile FileOf(NpgsqlDataReader r) =>
        new(r.GetGuid(0), r.GetGuid(1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetInt64(5), r.GetFieldValue<byte[]>(6));

    public Task<VariantChoice> Variants(Guid product, CancellationToken stop = default) => VariantList.Of(product, work, source, stop);

    public async Task RecordSale(IReadOnlyCollection<Guid> products) =>
        await work.Command(
            """
            WITH sold AS (INSERT INTO catalog.sales_to_count (product_id) SELECT unnest($1) RETURNING product_id)
            INSERT INTO catalog.tag_changes (tag, uses, heat) SELECT t, 0, 1 FROM catalog.products p JOIN sold ON sold.product_id = p.id CROSS JOIN unnest(p.tags) t
            """, products.ToArray()).Execute();

    public Task RecordCompletion(Guid product) => TrustShop.Count(product, work, clock);

    public Task<IReadOnlyList<Guid>> Reserve(Guid order, IReadOnlyList<StockUnits> lines, DateTimeOffset until) => stock.Reserve(order, lines, until);

    public Task<IReadOnlyList<Guid>> SettleStock(Guid order, IReadOnlyList<StockUnits> lines) => stock.Settle(order, lines);

    public Task ReleaseReservations(Guid order) => stock.Release(order);

    public Task ReturnStock(Guid order, StockUnits line) => stock.Return(order, line);

    public async Task<(Blob Blob, string Name)> Stage(string? fileName, Stream content, long limit, CancellationToken stop)
    {
        var (format, name) = Uploads.FormatOf(fileName, "file", ProductKind.Deliverable);
        var blob = await Uploads.Stage(content, format, limit, blobs, stop);
        await AddFile.Examine(format, blob, blobs, stop);
        return (blob, name);
    }

    public Task AllowReview(Guid line, Guid product, Guid buyer, DateTimeOffset at) => ReviewRight.Allow(line, product, buyer, at, null, work);

    public Task ReviewRefunded(Guid line, Guid product, Guid buyer, DateTimeOffset at) => RefundReviews.Handle(line, product, buyer, at, db, work);

    public Task RecordBoostedSales(Guid buyer, IReadOnlyCollection<SoldUnit> lines) => BoostTally.Sold(buyer, lines, clock.GetUtcNow(), work);

    public async Task<ShopLine?> ShopOf(Guid owner, CancellationToken stop = default) =>
        (await source.Command($"{ShopLines} WHERE owner_id = $1", owner).List(Line, stop)).FirstOrDefault();

    public async Task<IReadOnlyList<ShopLine>> ShopsOf(Guid person, ShopPermission permission, CancellationToken stop = default) =>
        (await ShopAccess.Of(person, source, stop)).Where(w => w.Allows(permission)).Select(w => new ShopLine(w.Id, w.Owner, w.Slug, w.Name, w.Currency)).ToList();

    public async Task<InvitationLetter?> OpenInvitation(Guid invitation, byte[] sealedToken, CancellationToken stop = default)
    {
        var token = Microsoft.AspNetCore.WebUtilities.WebEncoders.Base64UrlEncode(secrets.Open(ShopInvitation.Row(invitation), sealedToken));
        return await AcceptInvitation.Find(token, work, source, clock, stop) is { } asked
            ? new InvitationLetter($"/shop-invitation?token={token}", asked.Email, asked.Shop, (await users.People([asked.By], stop)).GetValueOrDefault(asked.By)?.DisplayName ?? asked.Shop)
            : null;
    }

    public async Task<IReadOnlyDictionary<Guid, ShopLine>> Shops(IReadOnlyCollection<Guid> shops, CancellationToken stop = default) =>
        (await Command($"{ShopLines} WHERE id {Sql.OneOf}", shops).List(Line, stop)).ToDictionary(s => s.Id);

    public async Task<IReadOnlyDictionary<Guid, ShopProduct>> Products(IReadOnlyCollection<Guid> products, CancellationToken stop = default) =>
        products.Count == 0 ? new Dictionary<Guid, ShopProduct>() : (await Command($"{ProductLines} WHERE p.id {Sql.OneOf}", products).List(Product, stop)).ToDictionary(p => p.Id);

    public async Task<IReadOnlyList<ShopProduct>> ProductsOf(Guid shop, IReadOnlyCollection<string> kinds, CancellationToken stop = default)
    {
        const string sql = $"{ProductLines} WHERE p.shop_id = $1 AND p.kind = ANY ($2) AND p.state <> 'archived' ORDER BY lower(p.title), p.id LIMIT 500";
        return await (work.IsOpen ? work.Command(sql, shop, kinds.ToArray()) : source.Command(sql, shop, kinds.ToArray())).List(Product, stop);
    }

    private const string ProductLines =
        """
        SELECT p.id, p.shop_id, p.kind, p.title, p.slug, p.state = 'active', ARRAY(SELECT o.id FROM catalog.offers o WHERE o.product_id = p.id AND o.withdrawn_at IS NULL ORDER BY o.position, o.id)
        FROM catalog.products p
        """;

    private static ShopProduct Product(NpgsqlDataReader r) => new(r.GetGuid(0), r.GetGuid(1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetBoolean(5), r.GetFieldValue<Guid[]>(6));

    private const string ShopLines = "SELECT id, owner_id, slug, name, currency FROM catalog.shops";

    private static ShopLine Line(NpgsqlDataReader r) => new(r.GetGuid(0), r.GetGuid(1), r.GetString(2), r.GetString(3), Currency.Of(r.GetString(4)));

    private NpgsqlCommand Command(string sql, IReadOnlyCollection<Guid> ids) => work.IsOpen ? work.Command(sql, ids.ToArray()) : source.Command(sql, ids.ToArray());

    private NpgsqlCommand Command(string sql, IReadOnlyCollection<Guid> ids, DateTimeOffset now) => work.IsOpen ? work.Command(sql, ids.ToArray(), now) : source.Command(sql, ids.ToArray(), now);
}

/// <summary>Titles of products, for audit, reports and "explain this cent".</summary>
internal sealed class ProductSubject(NpgsqlDataSource source) : ISubject
{
    public string Kind => "product";

    public bool IsReportable => true;

    public async Task<IReadOnlyDictionary<Guid, Subject>> Find(IReadOnlyCollection<Guid> ids, CancellationToken stop = default) =>
        (await source.Command("SELECT p.id, p.title, p.slug, s.owner_id, p.state = 'active' FROM catalog.products p JOIN catalog.shops s ON s.id = p.shop_id WHERE p.id = ANY ($1)", ids.ToArray())
            .List(r => new Subject(Kind, r.GetGuid(0), r.GetString(1), $"/p/{r.GetString(2)}", r.GetGuid(3)) { IsPublic = r.GetBoolean(4) }, stop)).ToDictionary(s => s.Id);
}

internal sealed class ShopSubject(NpgsqlDataSource source) : ISubject
{
    public string Kind => "shop";

    public bool IsReportable => true;

    public async Task<IReadOnlyDictionary<Guid, Subject>> Find(IReadOnlyCollection<Guid> ids, CancellationToken stop = default) =>
        (await source.Command("SELECT id, name, slug, owner_id, withheld FROM catalog.shops WHERE id = ANY ($1)", ids.ToArray())
            .List(r => new Subject(Kind, r.GetGuid(0), r.GetString(1), $"/shops/{r.GetString(2)}", r.GetGuid(3)) { IsPublic = !r.GetBoolean(4) }, stop)).ToDictionary(s => s.Id);
}
