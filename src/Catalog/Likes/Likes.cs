using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>What somebody likes: a heart on a product, once a person.</summary>
internal static class Likes
{
    /// <param name="Count">Of everybody.</param>
    public sealed record Reply(bool Liked, long Count);

    /// <summary>Once or again.</summary>
    /// <exception cref="Refused">404: not on sale.</exception>
    public static async Task<Reply> Like(Guid id, Caller caller, UnitOfWork work, TimeProvider clock)
    {
        // The product first: whoever likes it at the same moment waits here, so that its count and the rows agree.
        if (await work.Command("SELECT like_count FROM catalog.products WHERE id = $1 AND state = 'active' FOR NO KEY UPDATE", id).Scalar<long?>() is not { } count) throw Refused.NotFound();
        if (await work.Command("INSERT INTO catalog.likes (account, product_id, liked_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", caller.Account, id, clock.GetUtcNow()).Execute() == 0) return new Reply(true, count);
        await work.Command("UPDATE catalog.products SET like_count = like_count + 1 WHERE id = $1", id).Execute();
        await work.Command("INSERT INTO catalog.interest (product_id, views, points) VALUES ($1, 0, $2)", id, AddUpInterest.PointsOfLike).Execute();
        return new Reply(true, count + 1);
    }

    /// <summary>Once or again; also what is no longer on sale.</summary>
    /// <exception cref="Refused">404: never liked, and not on sale.</exception>
    public static async Task<Reply> Unlike(Guid id, Caller caller, UnitOfWork work)
    {
        var product = (await work.Command("SELECT like_count, state = 'active' FROM catalog.products WHERE id = $1 FOR NO KEY UPDATE", id).List(r => (Count: r.GetInt64(0), Active: r.GetBoolean(1)))).Cast<(long Count, bool Active)?>().FirstOrDefault();
        var gone = await work.Command("DELETE FROM catalog.likes WHERE account = $1 AND product_id = $2", caller.Account, id).Execute();
        if (product is null || (gone == 0 && !product.Value.Active)) throw Refused.NotFound();
        if (gone > 0) await work.Command("UPDATE catalog.products SET like_count = like_count - 1 WHERE id = $1", id).Execute();
        return new Reply(false, product.Value.Count - gone);
    }

    /// <summary>What the caller likes and is on sale, latest first.</summary>
    public static async Task<Page<ProductLine>> List(string? cursor, int? limit, Caller caller, NpgsqlDataSource source, Cursors cursors, CancellationToken stop)
    {
        var take = Cursors.Limit(limit);
        var filters = new { list = "likes", caller.Account };
        var after = cursors.Read(cursor, filters);
        var rows = await source.Command(
            $"""
            SELECT {ProductLine.Columns}, l.liked_at
            FROM catalog.likes l JOIN catalog.products p ON p.id = l.product_id JOIN catalog.shops s ON s.id = p.shop_id
            WHERE l.account = $1 AND p.state = 'active' AND ($2::timestamptz IS NULL OR (l.liked_at, l.product_id) < ($2, $3::uuid))
            ORDER BY l.liked_at DESC, l.product_id DESC LIMIT $4
            """,
            caller.Account, after?[0].GetDateTimeOffset(), after?[1].GetGuid(), take + 1).List(r => (Product: ProductLine.Read(r), At: r.GetFieldValue<DateTimeOffset>(ProductLine.Count)), stop);
        return cursors.Page(rows, take, filters, r => [r.At, r.Product.Id]).Map(r => r.Product);
    }

    /// <summary>Which of these the caller likes; nobody who is not signed in likes anything. At most one query.</summary>
    public static async Task<IReadOnlySet<Guid>> Among(IEnumerable<Guid> products, Caller caller, NpgsqlDataSource source, CancellationToken stop) => caller.AccountOrNull is not { } account
        ? new HashSet<Guid>()
        : (await source.Command("SELECT product_id FROM catalog.likes WHERE account = $1 AND product_id = ANY ($2)", account, products.ToArray()).List(r => r.GetGuid(0), stop)).ToHashSet();
}

/// <summary>Hearts and saved searches of a person.</summary>
internal sealed class WishesData(NpgsqlDataSource source, UnitOfWork work) : IPersonalData
{
    public string Section => "wishes";

    public string About => "What you like and the searches that you saved.";

    public async Task<object?> Export(Guid account, CancellationToken stop = default)
    {
        NpgsqlCommand Query(string sql) => work.IsOpen ? work.Command(sql, account) : source.Command(sql, account);
        var likes = await Query("SELECT l.product_id, p.title, l.liked_at FROM catalog.likes l JOIN catalog.products p ON p.id = l.product_id WHERE l.account = $1 ORDER BY l.liked_at, l.product_id")
            .List(r => new { product = r.GetGuid(0), title = r.GetString(1), liked_at = r.GetFieldValue<DateTimeOffset>(2) }, stop);
        var searches = await Query("SELECT id, name, query, notify, created_at FROM catalog.saved_searches WHERE account = $1 ORDER BY created_at, id")
            .List(r => new { id = r.GetGuid(0), name = r.GetString(1), query = r.GetString(2), notify = r.GetBoolean(3), created_at = r.GetFieldValue<DateTimeOffset>(4) }, stop);
        return likes.Count + searches.Count == 0 ? null : new { likes, searches };
    }

    public async Task Erase(Guid account)
    {
        var liked = await work.Command("SELECT p.id FROM catalog.products p JOIN catalog.likes l ON l.product_id = p.id WHERE l.account = $1 ORDER BY p.id FOR NO KEY UPDATE OF p", account).List(r => r.GetGuid(0));
        await work.Command("UPDATE catalog.products SET like_count = like_count - 1 WHERE id = ANY ($1)", liked.ToArray()).Execute();
        await work.Command("DELETE FROM catalog.likes WHERE account = $1", account).Execute();
        await work.Command("DELETE FROM catalog.saved_searches WHERE account = $1", account).Execute();
    }
}
