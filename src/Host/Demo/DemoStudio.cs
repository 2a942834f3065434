using System.Collections.Concurrent;

namespace Marketplace.Host;

/// <summary>What a product is made of.</summary>
internal sealed record DemoMaster(params DemoFile[] Files);

/// <param name="Role">As the upload names it: cover, preview, original.</param>
internal sealed record DemoFile(string Role, string Name, string ContentType, byte[] Bytes);

/// <summary>
/// Renders covers and sound ahead of the story, on every processor, a few products at a time so that memory stays small. Thread
/// priority is low: whoever waits for an answer of the market goes first.
/// </summary>
internal sealed class DemoStudio : IDisposable
{
    private const int Shelf = 12;

    private readonly IReadOnlyList<(DemoShop Shop, DemoProduct Product, int Number)> orders;
    private readonly ConcurrentDictionary<DemoProduct, TaskCompletionSource<DemoMaster>> masters = new(ReferenceEqualityComparer.Instance);
    private readonly SemaphoreSlim room = new(Shelf);
    private readonly CancellationTokenSource closing = new();
    private int next = -1;

    /// <param name="shops">Rendered in the order in which their products come out.</param>
    public DemoStudio(IReadOnlyList<DemoShop> shops)
    {
        orders = shops.SelectMany(shop => shop.Products.Select((product, i) => (shop, product, i))).OrderBy(o => o.product.Day).ToList();
        foreach (var (_, product, _) in orders) masters[product] = new TaskCompletionSource<DemoMaster>(TaskCreationOptions.RunContinuationsAsynchronously);
        for (var i = 0; i < Environment.ProcessorCount; i++) new Thread(Work) { IsBackground = true, Priority = ThreadPriority.BelowNormal, Name = "demo studio" }.Start();
    }

    /// <summary>Hands the product over; it may be asked for once.</summary>
    public async Task<DemoMaster> Take(DemoProduct product, CancellationToken stop)
    {
        var master = await masters[product].Task.WaitAsync(stop);
        masters.TryRemove(product, out _);
        room.Release();
        return master;
    }

    public void Dispose() => closing.Cancel();     // the threads end at their next turn, and what they share goes with them

    /// <summary>The same bytes on every run: the seed is the title.</summary>
    public static DemoMaster Render(DemoShop shop, DemoProduct product, int number)
    {
        var seed = product.Title.Aggregate(17, (hash, letter) => unchecked((hash * 31) + letter)) & 0xFFFFFF;
        var recipe = new BeatRecipe(seed, product.Genre, product.Tempo, product.Key);
        var cover = new DemoFile("cover", "cover.png", "image/png", CoverRenderer.Png(product.Title, shop.Name, seed, shop.Face, number));
        return product.Kind switch
        {
            "sample" => new DemoMaster(cover, Sound(product.Title, SoundRenderer.Loop(recipe, product.Part))),
            "kit" => new DemoMaster(
                cover, new DemoFile("preview", "demo.wav", "audio/wav", BeatRenderer.Preview(recipe)),
                Archive(product.Title, product.Part == "presets" ? SoundRenderer.Presets(recipe, product.Sounds) : SoundRenderer.Hits(recipe, product.Sounds))),
            "service" or "membership" or "course" or "webinar" => new DemoMaster(cover),
            "digital" => new DemoMaster(cover, Archive(product.Title, SoundRenderer.Pages(product.Pages))),
            _ => new DemoMaster(cover, Sound(product.Title, BeatRenderer.Wav(recipe))),
        };
    }

    private static DemoFile Sound(string title, byte[] wav) => new("original", $"{title}.wav", "audio/wav", wav);

    private static DemoFile Archive(string title, byte[] zip) => new("original", $"{title}.zip", "application/zip", zip);

    private void Work()
    {
        try
        {
            while (Interlocked.Increment(ref next) is var mine && mine < orders.Count)
            {
                room.Wait(closing.Token);
                var (shop, product, number) = orders[mine];
                try
                {
                    masters[product].SetResult(Render(shop, product, number));
                }
                catch (Exception error)
                {
                    masters[product].SetException(error);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody waits any more.
        }
    }
}
