using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace Marketplace.Tests.Orders;

/// <summary>A file of 200 MB through real sockets, from a host that is a process of its own.</summary>
public sealed class LargeDownloadTests : IAsyncLifetime
{
    private const int Size = 200_000_000;

    private readonly string home = Directory.CreateTempSubdirectory("marketplace-host").FullName;
    private string database = null!;
    private HostProcess host = null!;
    private Person buyer = null!;
    private Guid item;
    private byte[] sha256 = [];

    [Fact]
    public async Task A_large_file_resumes_five_times_and_counts_once_and_twenty_at_once_take_no_memory()
    {
        var link = await NewLink();
        (await ResumeFiveTimes(link)).ShouldBe(sha256);
        (await Downloads()).ShouldBe(1);

        // Code that is compiled as it grows hot is no download.
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Drink(link, 0, null, 4_000_000)));
        var before = host.Memory;
        var (most, done) = (before, 0);
        using var over = new CancellationTokenSource();
        var watching = Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
            {
                most = Math.Max(most, host.Memory);
                await Task.Delay(50);
            }
        });
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(async () =>
        {
            (await Drink(link, 0, null, int.MaxValue)).Read.ShouldBe(Size);
            Interlocked.Increment(ref done);
        })));
        await over.CancelAsync();
        await watching;

        done.ShouldBe(20);
        (await Downloads()).ShouldBe(1);
        ((most - before) / 1_000_000).ShouldBeLessThan(40, $"from {before / 1_000_000} MB to {most / 1_000_000} MB");
    }

    [Fact]
    public async Task A_running_download_breaks_off_within_five_seconds_of_a_revocation()
    {
        var link = await NewLink();
        using var visitor = new Visitor(host.Address);
        using var response = await visitor.Http.GetAsync(link, HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.EnsureSuccessStatusCode().Content.ReadAsStreamAsync();
        var buffer = new byte[200_000];
        var (read, began) = (0L, Stopwatch.StartNew());
        await TestServer.Execute(database, $"UPDATE orders.download_links SET revoked_at = created_at + interval '1 second' WHERE item_id = '{item}'");
        var broken = false;
        while (!broken && began.Elapsed < TimeSpan.FromSeconds(8))
        {
            // About 10 MB a second: the whole would take twenty.
            await Task.Delay(20);
            try
            {
                var got = await body.ReadAsync(buffer);
                if (got == 0) break;
                read += got;
            }
            catch (Exception error) when (error is IOException or HttpRequestException)
            {
                broken = true;
            }
        }

        broken.ShouldBeTrue($"{read / 1_000_000} MB were read");
        began.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
        read.ShouldBeLessThan(Size);
        (await visitor.Get("/api/v1" + link)).MustRefuse(404, "not_found");
    }

    public async Task InitializeAsync()
    {
        database = await TestServer.Clone();
        host = new HostProcess(home, database, backgroundWork: false);
        await host.Start();
        try
        {
            await Sell();
        }
        catch
        {
            // What fails before the test begins is not disposed of by anybody else, and the host would outlive the run.
            await DisposeAsync();
            throw;
        }
    }

    public async Task DisposeAsync()
    {
        await host.DisposeAsync();
        await TestServer.Drop(database);
        Directory.Delete(home, recursive: true);
    }

    private async Task Sell()
    {
        var seller = await host.Seller();
        buyer = await host.SignUp();
        var draft = await seller.DraftBeat(price: 100);
        await Upload(seller, draft.Id());
        (await seller.Upload(draft.Id(), "cover", "cover.png", Picture.Png(8, 8))).Must(201);
        var offer = (await seller.Visitor.Post($"/api/v1/products/{draft.Id()}/publish")).Must().Json.GetProperty("offers")[0].Id();
        await buyer.TopUp(100);
        (await buyer.Visitor.AddToCart(offer)).Must();
        var line = (await buyer.Checkout()).Must(201).Json.GetProperty("items")[0];
        item = line.Id();
        line.GetProperty("files")[0].GetProperty("size").GetInt64().ShouldBe(Size);
    }

    // One second of sound, over and over.
    private async Task Upload(Person seller, Guid product)
    {
        var path = Path.GetTempFileName();
        try
        {
            await using (var file = File.Create(path))
            {
                var second = Sound.Wav(1, channels: 2);
                var head = second[..44];
                BitConverter.TryWriteBytes(head.AsSpan(4), Size - 8);
                BitConverter.TryWriteBytes(head.AsSpan(40), Size - 44);
                file.Write(head);
                for (var left = Size - 44; left > 0;)
                {
                    var part = Math.Min(left, second.Length - 44);
                    file.Write(second, 44, part);
                    left -= part;
                }

                file.Position = 0;
                sha256 = await SHA256.HashDataAsync(file);
            }

            await using var content = File.OpenRead(path);
            using var form = new MultipartFormDataContent { { new StreamContent(content, 1 << 16), "original", "long.wav" } };
            (await seller.Visitor.Post($"/api/v1/products/{product}/files", form)).Must(201);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private async Task<string> NewLink() => (await buyer.Visitor.Post($"/api/v1/library/{item}/download-links", new { })).Must(201).Json.GetProperty("url").GetString()!;

    private async Task<int> Downloads() => (await buyer.Visitor.Get("/api/v1/library")).Must().Json.GetProperty("data")[0].GetProperty("links")[0].GetProperty("downloads").GetInt32();

    private async Task<byte[]> ResumeFiveTimes(string link)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (at, etag) = (0L, (EntityTagHeaderValue?)null);
        for (var part = 0; part <= 5; part++)
        {
            var (read, tag) = await Drink(link, at, etag, part < 5 ? 15_000_000 : int.MaxValue, hash);
            (at, etag) = (at + read, tag);
        }

        at.ShouldBe(Size);
        return hash.GetHashAndReset();
    }

    /// <summary>Reads from a place on, and hangs up after so many bytes.</summary>
    private async Task<(long Read, EntityTagHeaderValue? Tag)> Drink(string link, long from, EntityTagHeaderValue? etag, int most, IncrementalHash? hash = null)
    {
        using var visitor = new Visitor(host.Address);
        using var request = new HttpRequestMessage(HttpMethod.Get, link);
        if (from > 0) (request.Headers.Range, request.Headers.IfRange) = (new RangeHeaderValue(from, null), new RangeConditionHeaderValue(etag!));
        using var response = await visitor.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        ((int)response.StatusCode).ShouldBe(from > 0 ? 206 : 200);
        await using var body = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[1 << 18];
        var read = 0L;
        while (read < most && await body.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, most - read))) is > 0 and var got)
        {
            hash?.AppendData(buffer, 0, got);
            read += got;
        }

        return (read, response.Headers.ETag);
    }
}
