using System.Net;

namespace Marketplace.Orders;

/// <summary>
/// A way to one bought file for its buyer. Three counted downloads a link, one day; five new links a day and file. Whoever needs
/// more asks again: the library stays, only a link that leaked is soon worth nothing.
/// </summary>
internal sealed class DownloadLink
{
    public const int MaxDownloads = 3, LinksADay = 5;

    public static readonly TimeSpan Life = TimeSpan.FromHours(24);

    private DownloadLink()
    {
    }

    public DownloadLink(Guid id, byte[] tokenHash, Guid buyer, OrderFile file, DateTimeOffset now) =>
        (Id, TokenHash, Buyer, ItemId, FileId, Max, CreatedAt, ExpiresAt) = (id, tokenHash, buyer, file.ItemId, file.Id, MaxDownloads, now, now + Life);

    public Guid Id { get; private set; }

    public byte[] TokenHash { get; private set; } = [];

    public Guid Buyer { get; private set; }

    public Guid ItemId { get; private set; }

    public Guid FileId { get; private set; }

    public int Downloads { get; private set; }

    public int Max { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset ExpiresAt { get; private set; }

    public DateTimeOffset? RevokedAt { get; private set; }
}

/// <summary>
/// A client that fetches a link's file: counted once when it begins, then free to break off, resume and begin again until it ends.
/// The client is known by the hash of link, address and user agent; the same browser on another link is another.
/// </summary>
internal sealed class DownloadSession
{
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(60);

    private DownloadSession()
    {
    }

    public DownloadSession(Guid id, Guid link, byte[] client, DateTimeOffset now) => (Id, LinkId, Client, StartedAt, EndsAt) = (id, link, client, now, now + Life);

    public Guid Id { get; private set; }

    public Guid LinkId { get; private set; }

    public byte[] Client { get; private set; } = [];

    public DateTimeOffset StartedAt { get; private set; }

    public DateTimeOffset EndsAt { get; private set; }
}

/// <summary>A row of the log: kept 90 days.</summary>
internal sealed class Download
{
    private Download()
    {
    }

    public Download(Guid link, DateTimeOffset at, bool counted, string? range, IPAddress? ip, string? userAgent) =>
        (LinkId, At, Counted, Range, Ip, UserAgent) = (link, at, counted, Short(range, 100), ip, Short(userAgent, 300));

    public long Id { get; private set; }

    public Guid LinkId { get; private set; }

    public DateTimeOffset At { get; private set; }

    public bool Counted { get; private set; }

    public string? Range { get; private set; }

    public IPAddress? Ip { get; private set; }

    public string? UserAgent { get; private set; }

    // Without what PostgreSQL's text cannot hold.
    private static string? Short(string? text, int length) => text?.Replace("\0", "", StringComparison.Ordinal) is { Length: > 0 } t ? t[..Math.Min(t.Length, length)] : null;
}
