using System.Security.Cryptography;
using Npgsql;

namespace Marketplace.Kernel;

/// <param name="Key">Random; says nothing about the file and is never shown to a browser.</param>
/// <param name="Size">Bytes.</param>
public sealed record Blob(string Key, long Size, byte[] Sha256, string ContentType);

/// <summary>Where bytes live. Disk by default; the seam for object storage.</summary>
public interface IBlobStore
{
    Task Write(string key, Stream content, CancellationToken stop);

    /// <summary>A seekable stream.</summary>
    /// <exception cref="FileNotFoundException">No such blob.</exception>
    Stream Open(string key);

    void Delete(string key);
}

/// <summary>Files in folders of 256, named by their key.</summary>
public sealed class DiskBlobStore(string root) : IBlobStore
{
    public async Task Write(string key, Stream content, CancellationToken stop)
    {
        // Written elsewhere first: nobody opens half a file.
        var (path, draft) = (PathOf(key), PathOf(key) + "." + Path.GetRandomFileName());
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            await using (var file = new FileStream(draft, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16, FileOptions.Asynchronous))
            {
                await content.CopyToAsync(file, stop);
                file.Flush(flushToDisk: true);
            }

            File.Move(draft, path);
        }
        catch
        {
            File.Delete(draft);
            throw;
        }
    }

    public Stream Open(string key) =>
        new FileStream(PathOf(key), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16, FileOptions.Asynchronous | FileOptions.SequentialScan);

    public void Delete(string key) => File.Delete(PathOf(key));

    private string PathOf(string key) => Path.Combine(root, key[..2], key);
}

/// <summary>
/// Files with a life: streamed in as staged, kept by the transaction that names them, forgotten by the one that names them no more;
/// what nobody keeps is swept after a day.
/// </summary>
public sealed class Blobs(IBlobStore store, NpgsqlDataSource source, UnitOfWork work, TimeProvider clock)
{
    /// <summary>Streams to the store, holding no connection and no more than a buffer of it.</summary>
    /// <exception cref="Refused">413 <c>file_too_large</c>, 422 <c>file_empty</c>.</exception>
    public async Task<Blob> Stage(Stream content, string contentType, long maxBytes, CancellationToken stop)
    {
        var key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));
        using var counted = new Counting(content, maxBytes);
        try
        {
            await store.Write(key, counted, stop);
            if (counted.Bytes == 0) throw new Refused("file_empty", 422, "The file is empty.");
            var blob = new Blob(key, counted.Bytes, counted.Hash(), contentType);
            await source.Command(
                "INSERT INTO kernel.blobs (key, size, sha256, content_type, staged_at) VALUES ($1, $2, $3, $4, $5)",
                key, blob.Size, blob.Sha256, contentType, clock.GetUtcNow()).Execute(stop);
            return blob;
        }
        catch
        {
            store.Delete(key);
            throw;
        }
    }

    /// <summary>In the transaction of the row that names it.</summary>
    /// <exception cref="InvalidOperationException">It was swept or never staged.</exception>
    public async Task Keep(params IReadOnlyCollection<string> keys)
    {
        var kept = await work.Command("UPDATE kernel.blobs SET state = 'kept' WHERE key = ANY ($1) AND state <> 'doomed'", keys.ToArray()).Execute();
        if (kept != keys.Count) throw new InvalidOperationException("A blob to keep is not there.");
    }

    /// <summary>In the transaction of the row that names it no more. The sweep deletes the bytes: nothing of a disk can fail here.</summary>
    public Task Forget(string key) =>
        work.Command("UPDATE kernel.blobs SET state = 'staged', staged_at = $2 WHERE key = $1", key, clock.GetUtcNow()).Execute();

    public Stream Open(string key) => store.Open(key);

    /// <summary>Counts and hashes what passes; refuses the byte after the last allowed one.</summary>
    private sealed class Counting(Stream inner, long max) : ForwardStream
    {
        private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public long Bytes { get; private set; }

        public byte[] Hash() => hash.GetHashAndReset();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            Bytes += read;
            if (Bytes > max) throw new Refused("file_too_large", 413, $"The file is larger than {max / 1_000_000} MB.");
            hash.AppendData(buffer.Span[..read]);
            return read;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) hash.Dispose();
            base.Dispose(disposing);
        }
    }
}

/// <summary>Deletes what nobody has kept for a day. Dooms it first, then the bytes, then the row: any of the steps may be the last before a crash.</summary>
internal sealed class SweepBlobs(NpgsqlDataSource source, IBlobStore store) : IJob
{
    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        var doomed = await source.Command(
            "UPDATE kernel.blobs SET state = 'doomed' WHERE state <> 'kept' AND staged_at < $1 RETURNING key", now.AddHours(-24)).List(r => r.GetString(0), stop);
        foreach (var key in doomed.SelectMany(key => Pictures.Copies(key).Append(key))) store.Delete(key);
        await source.Command("DELETE FROM kernel.blobs WHERE state = 'doomed' AND key = ANY ($1)", doomed.ToArray()).Execute(stop);
    }
}
