using Marketplace.Kernel;
using Marketplace.Users;

namespace Marketplace.Host;

/// <summary>
/// A small living market for an empty development database: two shops, ten beats whose sound and covers are drawn by code, and a
/// few sales. Made over HTTP, as a shop's own program would, so that every rule applies; each step carries an idempotency key, so
/// that a demo which was interrupted goes on where it stopped.
/// </summary>
internal static class DemoMarket
{
    /// <summary>The owner's account is made at the end: it says that the demo is complete.</summary>
    private const string LastToArrive = "owner@demo.example", FirstToArrive = "nova@demo.example";

    private const string Password = "more records than shelves";

    private static readonly DemoSeller[] Sellers =
    [
        new("Nova Reyes", "nova", "Nova Reyes", "Late-night trap and drill from a room above a bakery. Mixed on small speakers, so that it sounds big on yours.",
        [
            new("Midnight Ferry", "Trap", 142, "F# minor", 2999, "Bells over a slow 808, room for a voice in the middle.", ["dark", "bells", "night"]),
            new("No Signal", "Drill", 144, "C minor", 3499, "Sliding bass, nervous hats, a choir that never quite arrives.", ["sliding 808", "choir"]),
            new("Blue Hour", "R&B", 92, "Eb major", 2499, "Warm keys and a lazy pocket, for the hour when the street lamps come on.", ["keys", "slow", "love"]),
            new("Velvet Engine", "House", 124, "A minor", 1999, "Four on the floor, a filtered stab and a bass line that walks home alone.", ["club", "warm"]),
            new("Salt & Static", "Trap", 150, "D minor", 3999, "Distorted lead, half-time drums, made for the second verse.", ["hard", "distorted"]),
        ]),
        new("Délia Marchand", "delia", "Atelier Marchand", "Lo-fi, ambient and afrobeats recorded in Marseille with the windows open.",
        [
            new("Côte Sauvage", "Afrobeats", 108, "G major", 2799, "Hand drums, a bright pluck and the feeling of a long weekend.", ["summer", "percussion"]),
            new("Paper Lanterns", "Lo-Fi", 78, "B minor", 1499, "Tape hiss, felt piano and a brushed snare. Goes with rain.", ["piano", "tape", "study"]),
            new("After the Rain", "Ambient", 70, "D major", 1299, "Slow pads that open like shutters in the morning.", ["pads", "calm"]),
            new("Kite", "Lo-Fi", 84, "F major", 1499, "A loose guitar-like pluck over dusty drums.", ["guitar", "dusty"]),
            new("Été sans fin", "Afrobeats", 112, "C major", 2999, "Horn stabs, log drum bass and a chorus that writes itself.", ["horns", "dance"]),
        ]),
    ];

    public static string Logins { get; } =
        $"""
          buyer   ana@demo.example
          seller  nova@demo.example   ·   delia@demo.example
          owner   owner@demo.example  (the back office: /admin)
          The password of all of them is:  {Password}

          Pay with the card "succeeds", or look at what happens when one does not.

        """;

    /// <summary>Does nothing when the demo is complete, or when the database has people of its own.</summary>
    /// <returns>Whether the demo's people are here to sign in as.</returns>
    public static async Task<bool> Fill(WebApplication app, Uri address, CancellationToken stop)
    {
        if (await HasAccount(app, LastToArrive, stop)) return true;
        if (!await IsWanted(app, stop)) return false;

        Console.WriteLine("  Filling the demo market …");
        var listed = new List<string>();
        var seed = 61;
        foreach (var seller in Sellers)
        {
            using var person = await DemoPerson.SignUp(address, seller.Name, $"{seller.Handle}@demo.example", Password, stop);
            var shop = await person.Post("/api/v1/shops", new { name = seller.Shop, description = seller.About, currency = "EUR" }, "shop", stop);
            await Trust(app, address, shop.GetProperty("slug").GetString()!, stop);
            foreach (var beat in seller.Beats) listed.Add(await List(person, seller, beat, seed++, stop));
        }

        using var ana = await DemoPerson.SignUp(address, "Ana Lima", "ana@demo.example", Password, stop);
        await ana.Buy([listed[0], listed[6]], "sandbox_card", "tok_ok", stop);
        using var june = await DemoPerson.SignUp(address, "June Okafor", "june@demo.example", Password, stop);
        await june.Post("/api/v1/wallet/top-ups", new { amount = new { amount = 10_000, currency = "EUR" }, payment_method = "sandbox_card", payment_token = "tok_ok" }, "top-up", stop);
        await june.Buy([listed[0]], "wallet", null, stop);
        await june.Buy([listed[5], listed[2]], "wallet", null, stop);
        using var theo = await DemoPerson.SignUp(address, "Théo Blanc", "theo@demo.example", Password, stop);
        await theo.Buy([listed[3], listed[9]], "sandbox_card", "tok_timeout", stop);

        using var owner = await DemoPerson.SignUp(address, "Olu Owner", LastToArrive, Password, stop);
        await using var scope = app.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<Writes>().Run(() => scope.ServiceProvider.GetRequiredService<IUsers>().MakeOwner(owner.Account));
        return true;
    }

    // What its sellers publish is on sale at once: a moderator trusts their shops.
    private static async Task Trust(WebApplication app, Uri address, string shop, CancellationToken stop)
    {
        using var moderator = await DemoPerson.SignUp(address, "Mo Moderator", "moderator@demo.example", Password, stop);
        await using var scope = app.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<Writes>().Run(async () =>
        {
            await scope.ServiceProvider.GetRequiredService<IUsers>().GrantRight(moderator.Account, Rights.Moderation);
            return true;
        });
        await moderator.Post($"/api/v1/shops/{shop}/trust", null, null, stop);
    }

    /// <returns>The id of the beat's first offer.</returns>
    private static async Task<string> List(DemoPerson person, DemoSeller seller, DemoBeat beat, int seed, CancellationToken stop)
    {
        var product = await person.Post("/api/v1/products", new
        {
            kind = "beat",
            title = beat.Title,
            description = beat.About,
            tags = beat.Tags,
            details = new { tempo = beat.Tempo, key = beat.Key, genre = beat.Genre },
            offers = new[]
            {
                new { licence = "personal", name = "Personal licence", price = new { amount = beat.Price, currency = "EUR" } },
                new { licence = "commercial", name = "Commercial licence", price = new { amount = beat.Price * 3, currency = "EUR" } },
            },
        }, $"product {seed}", stop);

        var id = product.GetProperty("id").GetString()!;
        if (product.GetProperty("state").GetString() == "draft")
        {
            var recipe = new BeatRecipe(seed, beat.Genre, beat.Tempo, beat.Key);
            await person.Upload($"/api/v1/products/{id}/files", "cover", "cover.png", "image/png", CoverRenderer.Png(beat.Title, seller.Name, seed), stop);
            await person.Upload($"/api/v1/products/{id}/files", "original", $"{beat.Title}.wav", "audio/wav", BeatRenderer.Wav(recipe), stop);
            await person.Post($"/api/v1/products/{id}/publish", null, $"publish {seed}", stop);
        }

        return product.GetProperty("offers")[0].GetProperty("id").GetString()!;
    }

    // An empty database, or one in which an earlier demo was interrupted.
    private static async Task<bool> IsWanted(WebApplication app, CancellationToken stop)
    {
        await using var scope = app.Services.CreateAsyncScope();
        return await HasAccount(app, FirstToArrive, stop) || await scope.ServiceProvider.GetRequiredService<IUsers>().Count(stop) == 0;
    }

    private static async Task<bool> HasAccount(WebApplication app, string email, CancellationToken stop)
    {
        await using var scope = app.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IUsers>().FindByEmail(email, stop) is not null;
    }

    private sealed record DemoSeller(string Name, string Handle, string Shop, string About, DemoBeat[] Beats);

    /// <param name="Price">Minor units of EUR.</param>
    private sealed record DemoBeat(string Title, string Genre, int Tempo, string Key, long Price, string About, string[] Tags);
}
