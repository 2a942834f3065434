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
    private static int shops;

    /// <summary>Makes the person a seller.</summary>
    public static async Task<Shop> OpenShop(this Person seller, string? name = null, string currency = "EUR")
    {
        name ??= $"Shop {Interlocked.Increment(ref shops)} of {seller.Account.ToString("N")[^6..]}";
        var shop = (await seller.Visitor.Post("/api/v1/shops", new { name, description = "Beats from a small room.", currency })).Must(201).Json;
        return new Shop(shop.GetProperty("id").GetGuid(), shop.GetProperty("slug").GetString()!, name);
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

    /// <summary>Uploads one file by the API.</summary>
    /// <param name="role">original, preview or cover.</param>
    public static Task<Answer> Upload(this Person seller, Guid product, string role, string fileName, byte[] bytes)
    {
        var file = new ByteArrayContent(bytes);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return seller.Visitor.Post($"/api/v1/products/{product}/files", new MultipartFormDataContent { { file, role, fileName } });
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
