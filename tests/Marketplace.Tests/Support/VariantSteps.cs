using System.Text.Json;

namespace Marketplace.Tests;

/// <param name="Offers">Of each variant, in the order in which they were written.</param>
internal sealed record PublishedThing(Guid Product, string Slug, IReadOnlyList<Guid> Offers);

internal static class VariantSteps
{
    /// <summary>Where nothing is taxed: amounts of tests are about other things.</summary>
    public static readonly object Address = new { name = "Ana Silva", line1 = "12 rue des Lilas", postcode = "1204", city = "Genève", country = "CH" };

    /// <summary>A thing on sale in one way, with so many of it.</summary>
    public static Task<PublishedThing> PublishThing(this Person seller, int stock, long price = 2_000) =>
        seller.PublishThing([], [new { price = new { amount = price, currency = "EUR" }, stock }]);

    /// <param name="axes">Attribute and values.</param>
    public static async Task<PublishedThing> PublishThing(this Person seller, object[] axes, object[] variants)
    {
        var product = await seller.DraftThing();
        var saved = (await seller.SaveVariants(product, axes, variants)).Must().Json;
        (await seller.Upload(product, "cover", "cover.png", Picture.Png(8, 8))).Must(201);
        var published = (await seller.Visitor.Post($"/api/v1/products/{product}/publish")).Must().Json;
        return new PublishedThing(product, published.GetProperty("slug").GetString()!, saved.GetProperty("variants").EnumerateArray().Select(v => v.GetProperty("offer_id").GetGuid()).ToList());
    }

    public static async Task<Guid> DraftThing(this Person seller)
    {
        var asked = new { kind = "physical", title = $"Shirt {Guid.CreateVersion7().ToString("N")[^6..]}", details = new { condition = "new", weight = 250, brand = "Nova" } };
        var answer = await seller.Visitor.Post("/api/v1/products", asked);
        if (answer.Status == 403)
        {
            await seller.OpenShop();
            answer = await seller.Visitor.Post("/api/v1/products", asked);
        }

        return answer.Must(201).Json.Id();
    }

    public static async Task<Answer> SaveVariants(this Person seller, Guid product, object[] axes, object[] variants, int? version = null)
    {
        version ??= (await seller.Visitor.Get("/api/v1/shop/products?limit=100")).Must().Json.GetProperty("data").EnumerateArray().First(p => p.Id() == product).GetProperty("version").GetInt32();
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/products/{product}/variants") { Content = System.Net.Http.Json.JsonContent.Create(new { axes, variants }, options: JsonStyle.Options) };
        request.Headers.Authorization = new("Bearer", seller.Visitor.Token);
        request.Headers.TryAddWithoutValidation("If-Match", $"\"{version}\"");
        using var response = await seller.Visitor.Http.SendAsync(request);
        return await Answer.Read(response);
    }

    public static Task<Answer> AddImage(this Person seller, Guid product, string name, byte[] bytes)
    {
        var file = new ByteArrayContent(bytes);
        file.Headers.ContentType = new System.Net.Http.Headers.MediaTypeHeaderValue("application/octet-stream");
        return seller.Visitor.Post($"/api/v1/products/{product}/images", new MultipartFormDataContent { { file, "image", name } });
    }

    public static async Task<IReadOnlyList<JsonElement>> Variants(this Person person, string slug) =>
        (await person.Visitor.Get($"/api/v1/products/{slug}/variants")).Must().Json.GetProperty("variants").EnumerateArray().ToList();

    /// <summary>Checks out with an address.</summary>
    public static Task<Answer> CheckoutParcel(this Person buyer, string method = "wallet", string? token = null, object? to = null, string? key = null) =>
        buyer.Visitor.Post("/api/v1/checkout", new { payment_method = method, payment_token = token, shipping_address = to ?? Address }, key ?? WalletSteps.Key());

    /// <summary>One of a thing, bought and paid from a wallet filled for it.</summary>
    public static async Task<JsonElement> BuyThing(this Person buyer, Guid offer, long price = 2_000)
    {
        await buyer.TopUp(price);
        (await buyer.Visitor.AddToCart(offer)).Must();
        return (await buyer.CheckoutParcel()).Must(201).Json;
    }
}
