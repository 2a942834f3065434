using Marketplace.Kernel;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Marketplace.Orders;

/// <summary>Something that the caller has bought.</summary>
/// <param name="Links">Of each of its files the latest link that still lives.</param>
/// <param name="Opened">What it opens beside itself.</param>
/// <param name="ContractUrl">Path of the licence's contract; null when the line has no licence.</param>
internal sealed record LibraryLine(
    Guid Id, Guid OrderId, long OrderNumber, DateTimeOffset BoughtAt, LineReply Item, IReadOnlyList<LibraryLink> Links, string? ContractUrl, IReadOnlyList<OpenedReply> Opened)
{
    /// <summary>Delivered, not given back, and not disputed.</summary>
    internal bool Opens => Item.State is ItemState.Available or ItemState.Completed && Item.Disputed.Minor == 0;
}

/// <param name="Title">Null when it is not there any more.</param>
internal sealed record OpenedReply(AccessKind TargetKind, string Target, string? Title, string? Url);

/// <param name="Downloads">How many of <paramref name="MaxDownloads"/> have begun.</param>
internal sealed record LibraryLink(Guid FileId, int Downloads, int MaxDownloads, DateTimeOffset ExpiresAt);

/// <summary>All that one has bought, newest first.</summary>
internal sealed class ReadLibrary(OrdersDb db, NpgsqlDataSource source, Cursors cursors, Fulfilments fulfilments, AccessTargets targets, TimeProvider clock)
{
    public async Task<Page<LibraryLine>> Handle(string? cursor, int? limit, Caller caller, CancellationToken stop)
    {
        var buyer = caller.Account;
        var take = Cursors.Limit(limit);
        var filters = new { list = "library", buyer };
        var after = cursors.Read(cursor, filters)?[0].GetGuid();
        var kinds = fulfilments.Kept;
        // What is not kept itself (a thing that was sent) is here for what it opens.
        var items = db.Items.AsNoTracking().Where(i => i.Buyer == buyer && i.State != ItemState.Pending && (kinds.Contains(i.Kind) || db.Grants.Any(g => g.ItemId == i.Id && g.RevokedAt == null)))
            // Of a subscription the line with which it began.
            .Where(i => !db.SubscriptionCharges.Any(c => c.ItemId == i.Id && c.Kind != ChargeKind.First));
        if (after is { } last) items = items.Where(i => i.Id < last);
        var rows = await items.Include(i => i.Files).OrderByDescending(i => i.Id).Take(take + 1)
            .Join(db.Orders, i => i.OrderId, o => o.Id, (i, o) => new { Item = i, o.Number, o.Currency, o.PaidAt }).ToListAsync(stop);
        var opened = await Opened(rows.ConvertAll(r => r.Item), stop);
        var links = await Links(rows.SelectMany(r => r.Item.Files).Select(f => f.Id).ToArray(), stop);
        return cursors.Page(rows, take, filters, r => [r.Item.Id]).Map(r => new LibraryLine(
            r.Item.Id, r.Item.OrderId, r.Number, r.PaidAt!.Value, LineReply.Of(r.Item, r.Currency),
            r.Item.Files.Select(f => links.GetValueOrDefault(f.Id)).OfType<LibraryLink>().ToList(),
            Contract.Belongs(r.Item) ? $"/library/{r.Item.Id}/contract" : null, opened[r.Item.Id].ToList()));
    }

    private async Task<ILookup<Guid, OpenedReply>> Opened(IReadOnlyCollection<OrderItem> items, CancellationToken stop)
    {
        var ids = items.Select(i => i.Id).ToList();
        var grants = await db.Grants.AsNoTracking().Where(g => ids.Contains(g.ItemId) && g.GrantedAt != null && g.RevokedAt == null).ToListAsync(stop);
        var beside = grants.Where(g => g.Target != g.Product.ToString()).ToList();
        var shown = await targets.Find(beside.Select(g => (g.TargetKind, g.Target)), stop);
        return beside.OrderBy(g => g.TargetKind).ThenBy(g => g.Target, StringComparer.Ordinal)
            .ToLookup(g => g.ItemId, g => new OpenedReply(g.TargetKind, g.Target, shown.GetValueOrDefault((g.TargetKind, g.Target))?.Title, shown.GetValueOrDefault((g.TargetKind, g.Target))?.Url));
    }

    private async Task<Dictionary<Guid, LibraryLink>> Links(Guid[] files, CancellationToken stop) => files.Length == 0 ? [] : (await source.Command(
        """
        SELECT DISTINCT ON (file_id) file_id, downloads, max_downloads, expires_at FROM orders.download_links
        WHERE file_id = ANY ($1) AND revoked_at IS NULL AND expires_at > $2 ORDER BY file_id, created_at DESC
        """, files, clock.GetUtcNow()).List(r => new LibraryLink(r.GetGuid(0), r.GetInt32(1), r.GetInt32(2), r.GetFieldValue<DateTimeOffset>(3)), stop)).ToDictionary(l => l.FileId);
}
