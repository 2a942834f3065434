using System.Net;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;
using Npgsql;

namespace Marketplace.Orders;

/// <param name="ETag">The file's hash: a resumed download is of the same bytes or begins anew.</param>
internal sealed record FileToSend(string BlobKey, string Name, string ContentType, EntityTagHeaderValue ETag);

/// <summary>
/// What is asked of a link. The link alone opens it, so that a download manager without cookies can fetch it; who is signed in as somebody
/// else finds nothing. Whatever may send the file's beginning counts: no Range, a range from 0, several ranges, a range of other bytes.
/// </summary>
internal sealed record DownloadAsked(string Token, Guid? Account, bool OnlyHead, string? Range, string? IfRange, IPAddress? Ip, string? UserAgent)
{
    public static DownloadAsked Of(HttpContext http, string token) => new(
        token, Caller.From(http.User).AccountOrNull, HttpMethods.IsHead(http.Request.Method),
        Text(http.Request.Headers.Range), Text(http.Request.Headers.IfRange), http.Connection.RemoteIpAddress, Text(http.Request.Headers.UserAgent));

    /// <summary>It goes on in the middle of the same file.</summary>
    public bool Resumes(EntityTagHeaderValue etag) =>
        Range is not null && RangeHeaderValue.TryParse(Range, out var range) && range.Unit.Equals("bytes", StringComparison.OrdinalIgnoreCase)
        && range.Ranges.Count == 1 && range.Ranges.Single().From > 0
        && (IfRange is null || (RangeConditionHeaderValue.TryParse(IfRange, out var condition) && condition.EntityTag is { } tag && tag.Compare(etag, true)));

    private static string? Text(Microsoft.Extensions.Primitives.StringValues header) => header.Count == 0 ? null : header.ToString();
}

/// <summary>Counts and logs a download in one short transaction; the bytes flow when it is over, with nothing of the database held.</summary>
internal sealed class TakeDownload(Writes writes, UnitOfWork work, OrdersDb db, NpgsqlDataSource source, TimeProvider clock)
{
    private const string Select =
        """
        SELECT l.id, l.item_id, l.buyer, l.downloads, l.expires_at, f.blob_key, f.name, f.content_type, f.sha256
        FROM orders.download_links l JOIN orders.order_files f ON f.id = l.file_id
        WHERE l.token_hash = $1 AND l.revoked_at IS NULL AND ($2::uuid IS NULL OR l.buyer = $2)
        """;

    /// <exception cref="Refused">404 not a link of yours, 403 <c>link_used_up</c>, <c>link_expired</c>.</exception>
    public async Task<FileToSend> Handle(DownloadAsked asked)
    {
        var hash = MakeDownloadLink.HashOf(asked.Token);
        var link = (await source.Command(Select, hash, asked.Account).List(Link.Read)).SingleOrDefault() ?? throw Refused.NotFound();
        if (link.ExpiresAt <= clock.GetUtcNow()) throw Expired();
        if (asked.OnlyHead) return link.File;

        // A download that goes on must have begun: the first bytes were counted.
        var counts = !asked.Resumes(link.File.ETag) || link.Downloads == 0;
        await writes.Run(async () =>
        {
            if (counts) await Count(hash, link);
            db.Downloads.Add(new Download(link.Id, clock.GetUtcNow(), counts, asked.Range, asked.Ip, asked.UserAgent));
        });
        return link.File;
    }

    // One statement decides who gets the last one.
    private async Task Count(byte[] hash, Link link)
    {
        var now = clock.GetUtcNow();
        var counted = await work.Command(
            "UPDATE orders.download_links SET downloads = downloads + 1 WHERE token_hash = $1 AND revoked_at IS NULL AND expires_at > $2 AND downloads < max_downloads",
            hash, now).Execute();
        if (counted == 0) throw new Refused("link_used_up", 403, "This link has been used up. Ask for a new one in your library.");

        if (link.Downloads == 0) await Receive(link, now);
    }

    // The first file fetched is the line received.
    private async Task Receive(Link link, DateTimeOffset now)
    {
        var order = await work.Command("SELECT order_id FROM orders.order_items WHERE id = $1 AND state = 'available'", link.Item).Scalar<Guid?>();
        if (order is null || await db.Locked(order.Value) is not { } locked) return;
        if (locked.Items.Find(i => i.Id == link.Item) is not { State: ItemState.Available } item) return;
        locked.Complete(item, now, link.Buyer);
        work.Publish(new LineCompleted(locked.Id, item.Id, item.Product, item.Buyer, item.Seller));
    }

    private static Refused Expired() => new("link_expired", 403, "This link has expired. Ask for a new one in your library.");

    private sealed record Link(Guid Id, Guid Item, Guid Buyer, int Downloads, DateTimeOffset ExpiresAt, FileToSend File)
    {
        public static Link Read(NpgsqlDataReader r) => new(
            r.GetGuid(0), r.GetGuid(1), r.GetGuid(2), r.GetInt32(3), r.GetFieldValue<DateTimeOffset>(4),
            new FileToSend(r.GetString(5), r.GetString(6), r.GetString(7), new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(r.GetFieldValue<byte[]>(8))}\"")));
    }
}

internal static class FileAnswer
{
    /// <summary>What guards a bought file on its way: never rendered, never cached, its address told to nobody.</summary>
    public static void Guard(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "private, no-store";
    }
}

/// <summary>Addresses of downloaders are kept 90 days.</summary>
internal sealed class PurgeDownloadLog(NpgsqlDataSource source) : IJob
{
    public Task Handle(DateTimeOffset now, CancellationToken stop) =>
        source.Command("DELETE FROM orders.download_log WHERE at < $1", now.AddDays(-90)).Execute(stop);
}
