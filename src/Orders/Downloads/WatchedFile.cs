using Marketplace.Kernel;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Orders;

/// <summary>
/// A bought file on its way to a client: read piece by piece, with a short look every three seconds whether its link still lives. When it
/// was revoked the connection is broken off; between the looks nothing of the database is held.
/// </summary>
internal sealed class WatchedFile : Stream
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(3);

    private readonly Stream inner;
    private readonly Guid link;
    private readonly HttpContext http;
    private readonly NpgsqlDataSource source;
    private readonly TimeProvider clock;
    private long lookedAt;

    private WatchedFile(Stream inner, Guid link, HttpContext http)
    {
        (this.inner, this.link, this.http) = (inner, link, http);
        source = http.RequestServices.GetRequiredService<NpgsqlDataSource>();
        clock = http.RequestServices.GetRequiredService<TimeProvider>();
        lookedAt = clock.GetTimestamp();
    }

    /// <summary>Opens the file and guards the answer: never rendered, never cached, its address told to nobody.</summary>
    public static Stream Open(FileToSend file, IBlobStore blobs, HttpContext http)
    {
        // A range of anything but bytes is none; the framework would take it for bytes.
        if (!http.Request.Headers.Range.ToString().StartsWith("bytes=", StringComparison.OrdinalIgnoreCase)) http.Request.Headers.Remove("Range");
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "private, no-store";
        return new WatchedFile(blobs.Open(file.BlobKey), file.Link, http);
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => inner.Length;

    public override long Position { get => inner.Position; set => inner.Position = value; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (clock.GetElapsedTime(lookedAt) >= Every)
        {
            if (!await Lives(cancellationToken))
            {
                http.Abort();
                throw new OperationCanceledException("The link was revoked.", http.RequestAborted);
            }

            lookedAt = clock.GetTimestamp();
        }

        return await inner.ReadAsync(buffer, cancellationToken);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read it asynchronously.");

    public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    private Task<bool> Lives(CancellationToken stop) =>
        source.Command("SELECT EXISTS (SELECT FROM orders.download_links WHERE id = $1 AND revoked_at IS NULL)", link).Scalar<bool>(stop);
}
