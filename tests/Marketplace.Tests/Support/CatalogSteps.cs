using System.Buffers.Binary;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Marketplace.Tests;

internal sealed record Shop(Guid Id, string Slug, string Name);

/// <param name="Offer">Its one licence: personal.</param>
/// <param name="Original">The bytes that a buyer must receive.</param>
internal sealed record PublishedBeat(Guid Product, string Slug, string Title, Guid Offer, long Price, string FileName, byte[] Original);

internal static class CatalogSteps
{
    private static readonly System.Collections.Concurrent.ConcurrentDictionary<Market, Lazy<Task<Person>>> Moderators = new();

    private static int shops;

    /// <summary>Somebody of the person's market who may moderate: made when first asked for.</summary>
    public static Task<Person> Moderator(this Person person) =>
        Moderators.GetOrAdd(Market.At(person.Visitor.Http.BaseAddress!), market => new Lazy<Task<Person>>(() => market.Staff(Marketplace.Users.Rights.Moderation))).Value;

    /// <summary>Makes the person a seller.</summary>
    /// <param name="trusted">What it publishes is on sale at once; else a moderator looks first.</param>
    public static async Task<Shop> OpenShop(this Person seller, string? name = null, string currency = "EUR", bool trusted = true)
    {
        name ??= $"Shop {Interlocked.Increment(ref shops)} of {seller.Account.ToString("N")[^6..]}";
        var shop = (await seller.Visitor.Post("/api/v1/shops", new { name, description = "Beats from a small room.", currency })).Must(201).Json;
        var slug = shop.GetProperty("slug").GetString()!;
        if (trusted) (await (await seller.Moderator()).Visitor.Post($"/api/v1/shops/{slug}/trust")).Must();
        return new Shop(shop.GetProperty("id").GetGuid(), slug, name);
    }

    /// <summary>A draft with one licence; opens a shop for a person that has none.</summary>
    public static async Task<JsonElement> DraftBeat(this Person seller, string? title = null, long price = 2999, string currency = "EUR", object? details = null)
    {
        var asked = new
        {
            kind = "beat",
            title = title ?? $"Beat {Guid.CreateVersion7().ToString("N")[^6..]}",
            description = "A beat for a test.",
            tags = new[] { "test" },
            details = details ?? new { tempo = 142, key = "F# minor", genre = "Trap" },
            offers = new[] { new { licence = "personal", name = "Personal licence", price = new { amount = price, currency } } },
        };
        var answer = await seller.Visitor.Post("/api/v1/products", asked);
        if (answer.Status == 403)
        {
            await seller.OpenShop(currency: currency);
            answer = await seller.Visitor.Post("/api/v1/products", asked);
        }

        return answer.Must(201).Json;
    }

    /// <summary>A beat on sale; opens a shop for a person that has none.</summary>
    public static async Task<PublishedBeat> PublishBeat(this Person seller, string? title = null, long price = 2999, string currency = "EUR", object? details = null)
    {
        var draft = await seller.DraftBeat(title, price, currency, details);
        var (product, name) = (draft.GetProperty("id").GetGuid(), "beat.wav");
        var original = Sound.Wav(1.5, 200 + (Math.Abs(product.GetHashCode()) % 400));
        (await seller.Upload(product, "original", name, original)).Must(201);
        (await seller.Upload(product, "cover", "cover.png", Picture.Png(8, 8))).Must(201);
        var published = (await seller.Visitor.Post($"/api/v1/products/{product}/publish")).Must().Json;
        return new PublishedBeat(
            product, published.GetProperty("slug").GetString()!, published.GetProperty("title").GetString()!, published.GetProperty("offers")[0].GetProperty("id").GetGuid(), price, name, original);
    }

    /// <summary>A draft of any kind, complete but for its files; opens a shop for a person that has none.</summary>
    public static async Task<JsonElement> Draft(this Person seller, Ware ware, string? title = null, long? price = null, bool namesPrice = false, string currency = "EUR", string? category = null)
    {
        var asked = new Dictionary<string, object?>
        {
            ["kind"] = ware.Kind,
            ["title"] = title ?? $"{ware.Kind} {Guid.CreateVersion7().ToString("N")[^6..]}",
            ["description"] = "Made for a test.",
            ["details"] = ware.Details,
        };
        if (ware.Variants is null) asked["offers"] = ware.Offers(price ?? 1500, currency, namesPrice);
        if (category is not null) asked["category"] = category;
        var answer = await seller.Visitor.Post("/api/v1/products", asked);
        if (answer.Status == 403)
        {
            await seller.OpenShop(currency: currency);
            answer = await seller.Visitor.Post("/api/v1/products", asked);
        }

        var draft = answer.Must(201).Json;
        if (ware.Variants is not { } variants) return draft;
        (await seller.SaveVariants(draft.Id(), ware.Axes, variants(price ?? 1500, currency), draft.GetProperty("version").GetInt32())).Must();
        return (await seller.Visitor.Get($"/api/v1/products/{draft.GetProperty("slug").GetString()}")).Must().Json;
    }

    /// <summary>A draft of any kind with all its files: ready to be published.</summary>
    public static async Task<JsonElement> Ready(this Person seller, Ware ware, string? title = null, long? price = null, bool namesPrice = false, string? category = null)
    {
        var product = (await seller.Draft(ware, title, price, namesPrice, category: category)).GetProperty("id").GetGuid();
        if (ware.HasFile) (await seller.Upload(product, "original", ware.FileName, ware.File())).Must(201);
        if (ware.Kind == "kit") (await seller.Upload(product, "preview", "demo.wav", Sound.Wav(1, 330))).Must(201);
        return (await seller.Upload(product, "cover", "cover.png", Picture.Png(8, 8))).Must(201).Json;
    }

    /// <summary>A product of any kind on sale.</summary>
    public static async Task<JsonElement> Publish(this Person seller, Ware ware, string? title = null, long? price = null, bool namesPrice = false, string? category = null) =>
        (await seller.Visitor.Post($"/api/v1/products/{(await seller.Ready(ware, title, price, namesPrice, category)).GetProperty("id").GetGuid()}/publish")).Must().Json;

    /// <summary>Changes a product as it is now.</summary>
    public static async Task<Answer> Edit(this Person seller, Guid product, object change, int? version = null)
    {
        version ??= (await seller.Visitor.Get("/api/v1/shop/products?limit=100")).Must().Json.GetProperty("data").EnumerateArray().First(p => p.GetProperty("id").GetGuid() == product).GetProperty("version").GetInt32();
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"/api/v1/products/{product}") { Content = System.Net.Http.Json.JsonContent.Create(change, options: JsonStyle.Options) };
        request.Headers.Authorization = new("Bearer", seller.Visitor.Token);
        request.Headers.TryAddWithoutValidation("If-Match", $"\"{version}\"");
        using var response = await seller.Visitor.Http.SendAsync(request);
        return await Answer.Read(response);
    }

    /// <summary>Uploads one file by the API.</summary>
    /// <param name="role">original, preview or cover.</param>
    public static Task<Answer> Upload(this Person seller, Guid product, string role, string fileName, byte[] bytes)
    {
        var file = new ByteArrayContent(bytes);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return seller.Visitor.Post($"/api/v1/products/{product}/files", new MultipartFormDataContent { { file, role, fileName } });
    }
}

/// <summary>A kind of product with what a test needs to sell one.</summary>
internal sealed record Ware(string Kind, string Licence, object Details, string FileName, Func<byte[]> File)
{
    public static readonly Ware Beat = new("beat", "personal", new { tempo = 142, key = "F# minor", genre = "Trap" }, "beat.wav", () => Sound.Wav(1));
    public static readonly Ware Sample = new("sample", "commercial", new { type = "loop", tempo = 120, key = "A minor", genre = "House", instrument = "bass" }, "loop.wav", () => Sound.Wav(1, 110));
    public static readonly Ware Kit = new("kit", "commercial", new { type = "drum_kit", sounds = 2, genre = "Drill" }, "kit.zip", () => Archive.Zip(("Kicks/kick.wav", Sound.Wav(0.1)), ("Snares/snare.wav", Sound.Wav(0.1, 400))));
    public static readonly Ware Digital = new("digital", "standard", new { format = "PDF, 12 pages", software = "Any reader", version = "2" }, "book.pdf", () => "%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF\n"u8.ToArray());

    public static readonly Ware Service = Without("service", new { type = "mixing", mentoring = true, requirements = new[] { "Which song is it?", "What should it sound like?" }, portfolio = "Ten years of records.", links = new[] { "https://example.org/work" } }) with
    {
        Option = "basic", OfferDetails = new { days = 5, revisions = 1, features = new[] { "Mix of one song" } },
        Offers = (price, currency, _) =>
        [
            new { licence = "standard", option = "basic", price = new { amount = price, currency }, details = new { days = 5, revisions = 1, features = new[] { "Mix of one song" } } },
            new { licence = "standard", option = "premium", price = new { amount = price * 3, currency }, details = new { days = 3, revisions = 4, features = new[] { "Mix of one song", "Master" } } },
        ],
    };

    public static readonly Ware Membership = Without("membership", new { perks = new[] { "A new loop each week" } }) with
    {
        Option = "lifetime", OfferDetails = new { },
        Offers = (price, currency, _) =>
        [
            new { licence = "standard", option = "lifetime", price = new { amount = price, currency }, details = new { } },
            new { licence = "standard", option = "month", price = new { amount = price, currency }, details = new { trial_days = 7, trial_price = new { amount = 100, currency }, featured = true } },
        ],
    };

    public static readonly Ware Course = Without("course", new { level = "beginner", minutes = 90, language = "en", learns = new[] { "Hear what a mix lacks" }, outline = new object[] { new { title = "Listening", minutes = 30 }, new { title = "Levels" } } });

    public static readonly Ware Webinar = Without("webinar", new { starts_at = "2031-05-01T20:00:00+02:00", minutes = 60, seats = 20, host = "Nova", language = "fr" });

    public static readonly Ware Reseller = Without("reseller", new Dictionary<string, object>
    {
        ["platform"] = "youtube", ["service_type"] = "default", ["rate_per_1000"] = "0.901", ["min"] = 100, ["max"] = 10000, ["refill"] = true, ["average_minutes"] = 90,
    }) with { Offers = (_, _, _) => [] };

    public static readonly Ware Physical = Without("physical", new { condition = "new", weight = 250, brand = "Nova", package_size = "30 × 20 × 2 cm" }) with
    {
        Offers = (_, _, _) => [],
        Axes = [new { attribute = "size", values = new[] { "m", "xl" } }, new { attribute = "colour", values = new[] { "red", "blue" } }],
        Variants = (price, currency) =>
        [
            new { values = new { size = "xl", colour = "blue" }, price = new { amount = price, currency }, sku = "KIT-7", stock = 4 },
            new { values = new { size = "m", colour = "red" }, price = new { amount = price + 100, currency }, weight = 300, stock = 0 },
        ],
    };

    public static readonly IReadOnlyList<Ware> All = [Beat, Sample, Kit, Digital, Service, Membership, Course, Webinar, Reseller, Physical];

    /// <summary>Something is downloaded.</summary>
    public bool HasFile => FileName.Length > 0;

    /// <summary>Package or plan; empty where there is one only.</summary>
    public string Option { get; init; } = "";

    /// <summary>What one offer must say.</summary>
    public object OfferDetails { get; init; } = new { };

    /// <summary>All its offers, the first of them one that can be bought: by minor units, currency, and whether the buyer names the price.</summary>
    public Func<long, string, bool, object[]> Offers { get; init; } = (price, currency, named) => [new { licence = Licence, price = new { amount = price, currency }, names_price = named }];

    /// <summary>Of what comes in variants, which are saved when the draft is there.</summary>
    public Func<long, string, object[]>? Variants { get; init; }

    public object[] Axes { get; init; } = [];

    private static Ware Without(string kind, object details) => new(kind, "standard", details, "", () => []);

    public static Ware Of(string kind) => All.First(w => w.Kind == kind);
}

/// <summary>Small ZIP archives.</summary>
internal static class Archive
{
    public static byte[] Zip(params (string Name, byte[] Content)[] files)
    {
        using var bytes = new MemoryStream();
        using (var zip = new System.IO.Compression.ZipArchive(bytes, System.IO.Compression.ZipArchiveMode.Create, true))
        {
            foreach (var (name, content) in files)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return bytes.ToArray();
    }
}

/// <summary>Small WAV files.</summary>
internal static class Sound
{
    /// <summary>A sine of the given pitch: 16-bit PCM.</summary>
    public static byte[] Wav(double seconds, double hertz = 220, int rate = 44_100, int channels = 1)
    {
        var frames = (int)(seconds * rate);
        var wav = new byte[44 + (frames * channels * 2)];
        var head = wav.AsSpan();
        "RIFF"u8.CopyTo(head);
        BinaryPrimitives.WriteInt32LittleEndian(head[4..], wav.Length - 8);
        "WAVEfmt "u8.CopyTo(head[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(head[16..], 16);
        BinaryPrimitives.WriteInt16LittleEndian(head[20..], 1);
        BinaryPrimitives.WriteInt16LittleEndian(head[22..], (short)channels);
        BinaryPrimitives.WriteInt32LittleEndian(head[24..], rate);
        BinaryPrimitives.WriteInt32LittleEndian(head[28..], rate * channels * 2);
        BinaryPrimitives.WriteInt16LittleEndian(head[32..], (short)(channels * 2));
        BinaryPrimitives.WriteInt16LittleEndian(head[34..], 16);
        "data"u8.CopyTo(head[36..]);
        BinaryPrimitives.WriteInt32LittleEndian(head[40..], frames * channels * 2);
        for (var i = 0; i < frames * channels; i++)
            BinaryPrimitives.WriteInt16LittleEndian(head[(44 + (i * 2))..], (short)(20_000 * Math.Sin(i / channels * hertz * 2 * Math.PI / rate)));
        return wav;
    }
}

/// <summary>Small pictures.</summary>
internal static class Picture
{
    /// <summary>A PNG of one colour; its size in the header may be a lie.</summary>
    public static byte[] Png(int width, int height, (int Width, int Height)? said = null, params (string Name, byte[] Content)[] extra)
    {
        using var png = new MemoryStream();
        png.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, said?.Width ?? width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), said?.Height ?? height);
        (header[8], header[9]) = (8, 2);
        Chunk(png, "IHDR", header);
        foreach (var (name, content) in extra) Chunk(png, name, content);

        using var packed = new MemoryStream();
        using (var zlib = new System.IO.Compression.ZLibStream(packed, System.IO.Compression.CompressionLevel.Fastest, true))
        {
            for (var y = 0; y < height; y++)
            {
                zlib.WriteByte(0);
                for (var x = 0; x < width; x++) zlib.Write([(byte)(x * 16), (byte)(y * 16), 90]);
            }
        }

        Chunk(png, "IDAT", packed.ToArray());
        Chunk(png, "IEND", []);
        return png.ToArray();
    }

    private static void Chunk(MemoryStream png, string name, byte[] content)
    {
        var bytes = new byte[content.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(bytes, content.Length);
        System.Text.Encoding.ASCII.GetBytes(name).CopyTo(bytes, 4);
        content.CopyTo(bytes, 8);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(bytes.Length - 4), Crc(bytes.AsSpan(4, content.Length + 4)));
        png.Write(bytes);
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
        }

        return ~crc;
    }
}

internal static class ShopSteps
{
    /// <param name="picture">logo or banner.</param>
    public static Task<Answer> SendPicture(this Person seller, string shop, string picture) =>
        seller.Visitor.Post($"/api/v1/shops/{shop}/files", new MultipartFormDataContent { { new ByteArrayContent(Picture.Png(24, 8)), picture, "picture.png" } });

    /// <summary>Changes a shop as it is now.</summary>
    public static async Task<Answer> EditShop(this Person seller, string slug, object change)
    {
        var version = (await seller.Visitor.Get($"/api/v1/shops/{slug}")).Must().Json.GetProperty("version").GetInt32();
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"/api/v1/shops/{slug}") { Content = System.Net.Http.Json.JsonContent.Create(change, options: JsonStyle.Options) };
        request.Headers.Authorization = new("Bearer", seller.Visitor.Token);
        request.Headers.TryAddWithoutValidation("If-Match", $"\"{version}\"");
        using var response = await seller.Visitor.Http.SendAsync(request);
        return await Answer.Read(response);
    }

    /// <summary>Invites and accepts, each in their own way.</summary>
    public static async Task Join(this Market market, Person owner, string shop, Person member, string role)
    {
        var invitation = (await owner.Visitor.Post($"/api/v1/shops/{shop}/invitations", new { email = member.Email, role })).Must(201).Json.Id();
        (await member.Visitor.Post("/api/v1/shop-invitations/acceptance", new { token = await market.InvitationToken(invitation) })).Must();
    }

    /// <summary>The token of the newest mail of an invitation.</summary>
    public static async Task<string> InvitationToken(this Market market, Guid invitation)
    {
        var asked = JsonSerializer.Deserialize<Marketplace.Catalog.ShopInvited>((await market.Events("catalog.shop_invited", invitation)).Last(), JsonStyle.Options)!;
        var letter = await market.Do(services => Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.GetRequiredService<Marketplace.Catalog.ICatalog>(services).OpenInvitation(asked.Invitation, asked.SealedToken));
        return SignInSteps.TokenOf(letter.ShouldNotBeNull().Path);
    }
}
