using System.Net;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Kernel;
using Marketplace.Wallet;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Npgsql;

namespace Marketplace.Orders;

/// <param name="ETag">The file's hash: a resumed download is of the same bytes or begins anew.</param>
internal sealed record FileToSend(Guid Link, string BlobKey, string Name, string ContentType, EntityTagHeaderValue ETag);

/// <summary>
/// What is asked of a link. The link alone opens it, so that a download manager without cookies can fetch it; who is signed in as somebody
/// else finds nothing.
/// </summary>
internal sealed record DownloadAsked(string Token, Guid? Account, bool OnlyHead, string? Range, IPAddress? Ip, string? UserAgent)
{
    /// <summary>Who fetches this link, as far as can be told.</summary>
    public byte[] Client => SHA256.HashData(Encoding.UTF8.GetBytes($"{Token}\n{Ip}\n{UserAgent}"));

    public static DownloadAsked Of(HttpContext http, string token) => new(
        token, Caller.From(http.User).AccountOrNull, HttpMethods.IsHead(http.Request.Method),
        Text(http.Request.Headers.Range), http.Connection.RemoteIpAddress, Text(http.Request.Headers.UserAgent));

    private static string? Text(Microsoft.Extensions.Primitives.StringValues header) => header.Count == 0 ? null : header.ToString();
}

/// <summary>
/// Counts a session and logs the request in one short transaction; the bytes flow when it is over, with nothing of the database held.
/// The first request of a client begins a session and counts; within the hour everything it asks again is free.
/// </summary>
internal sealed class TakeDownload(Writes writes, UnitOfWork work, OrdersDb db, NpgsqlDataSource source, IWallet wallet, Fulfilments fulfilments, TimeProvider clock)
{
    private const string InSession = "EXISTS (SELECT FROM orders.download_sessions s WHERE s.link_id = l.id AND s.client = $2 AND s.ends_at > $3)";

    private const string Select =
        $"""
        SELECT l.id, l.item_id, l.buyer, l.downloads, l.expires_at, {InSession}, f.blob_key, f.name, f.content_type, f.sha256
        FROM orders.download_links l JOIN orders.order_files f ON f.id = l.file_id
        WHERE l.token_hash = $1 AND l.revoked_at IS NULL AND ($4::uuid IS NULL OR l.buyer = $4)
        """;

    /// <exception cref="Refused">404 not a link of yours, 403 <c>link_used_up</c>, <c>link_expired</c>.</exception>
    public async Task<FileToSend> Handle(DownloadAsked asked)
    {
        var now = clock.GetUtcNow();
        var link = (await source.Command(Select, MakeDownloadLink.HashOf(asked.Token), asked.Client, now, asked.Account).List(Link.Read)).SingleOrDefault() ?? throw Refused.NotFound();
        if (link.ExpiresAt <= now) throw new Refused("link_expired", 403, "This link has expired. Ask for a new one in your library: /library");
        if (asked.OnlyHead) return link.File;

        await writes.Run(async () =>
        {
            var counted = !link.InSession && await Begin(link, asked.Client, now);
            db.Downloads.Add(new Download(link.Id, now, counted, asked.Range, asked.Ip, asked.UserAgent));
        });
        return link.File;
    }

    /// <returns>False when the same client's other request has begun the session meanwhile.</returns>
    private async Task<bool> Begin(Link link, byte[] client, DateTimeOffset now)
    {
        // The order before the link, as a refund takes them.
        var order = link.Downloads == 0 ? await OrderToComplete(link.Item) : null;
        // Two statements: what the lock's last holder did is seen by the second.
        await work.Command("SELECT FROM orders.download_links WHERE id = $1 FOR UPDATE", link.Id).Execute();
        if (await work.Command($"SELECT {InSession} FROM orders.download_links l WHERE l.id = $1", link.Id, client, now).Scalar<bool>()) return false;

        var counted = await work.Command(
            "UPDATE orders.download_links SET downloads = downloads + 1 WHERE id = $1 AND revoked_at IS NULL AND downloads < max_downloads", link.Id).Execute();
        if (counted == 0) throw new Refused("link_used_up", 403, "This link has been used up. Ask for a new one in your library: /library");

        db.Sessions.Add(new DownloadSession(Ids.New(clock), link.Id, client, now));
        // The hold after the link, as a refund takes them.
        if (link.Downloads == 0) await wallet.HoldEvent(link.Item, SaleEvent.Downloaded, now);
        if (order?.Items.Find(i => i.Id == link.Item) is { State: ItemState.Available } item && fulfilments.Of(item.Kind).IsReceivedByFetching)
        {
            // The first file fetched is the line received.
            order.Complete(item, now, link.Buyer);
            await wallet.HoldEvent(item.Id, SaleEvent.Completed, now);
            work.Publish(new LineCompleted(order.Id, item.Id, item.Product, item.Buyer, item.Seller));
        }

        return true;
    }

    private async Task<Order?> OrderToComplete(Guid item)
    {
        var order = await work.Command("SELECT order_id FROM orders.order_items WHERE id = $1 AND state = 'available'", item).Scalar<Guid?>();
        return order is null ? null : await db.Locked(order.Value);
    }

    private sealed record Link(Guid Id, Guid Item, Guid Buyer, int Downloads, DateTimeOffset ExpiresAt, bool InSession, FileToSend File)
    {
        public static Link Read(NpgsqlDataReader r) => new(
            r.GetGuid(0), r.GetGuid(1), r.GetGuid(2), r.GetInt32(3), r.GetFieldValue<DateTimeOffset>(4), r.GetBoolean(5),
            new FileToSend(r.GetGuid(0), r.GetString(6), r.GetString(7), r.GetString(8), new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(r.GetFieldValue<byte[]>(9))}\"")));
    }
}

/// <summary>Addresses of downloaders are kept 90 days; sessions that are over serve nobody.</summary>
internal sealed class PurgeDownloadLog(NpgsqlDataSource source) : IJob
{
    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        await source.Command("DELETE FROM orders.download_log WHERE at < $1", now.AddDays(-90)).Execute(stop);
        await source.Command("DELETE FROM orders.download_sessions WHERE ends_at < $1", now.AddDays(-1)).Execute(stop);
    }
}
