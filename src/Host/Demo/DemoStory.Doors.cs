using Marketplace.Catalog;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Host;

/// <summary>A course that comes with its sounds, a button on a seller's own site, and a cart that somebody forgot.</summary>
internal sealed partial class DemoStory
{
    private void NoteDoors()
    {
        diary.Note(calendar.At(20, 480), BundleCourse);
        diary.Note(calendar.At(22, 500), () => BuyFrom("theo", "delia", "course"));
        diary.Note(calendar.At(21, 500), PutButtonsOut);
        diary.Note(calendar.End.AddHours(-30), async () => await people["salome"].Post("/api/v1/cart/items", new { offer_id = (await ProductOf("delia", "course")).Offer }, stop));
    }

    private async Task BundleCourse()
    {
        var (course, kit) = (await ProductOf("delia", "course"), await ProductOf("delia", "kit"));
        await people["delia"].Post($"/api/v1/products/{course.Id}/access-rules", new { target_kind = "download", target = kit.Id, earlier_buyers = true }, stop);
    }

    private async Task PutButtonsOut()
    {
        var kit = await ProductOf("delia", "kit");
        await people["delia"].Put("/api/v1/payment-buttons/origins", new { origins = new[] { "https://delia.example" } }, stop);
        var key = (await people["delia"].Post("/api/v1/payment-buttons", new { offer_id = kit.Offer, text = "Prendre la vaisselle", success_url = "https://delia.example/merci", cancel_url = "https://delia.example/" }, stop)).GetProperty("key").GetString();
        for (var visit = 0; visit < 3; visit++) await people["salome"].Page($"/buy/{key}", stop);
    }

    private async Task BuyFrom(string handle, string seller, string kind)
    {
        await people[handle].Post("/api/v1/cart/items", new { offer_id = (await ProductOf(seller, kind)).Offer }, stop);
        await people[handle].Post("/api/v1/checkout", new { payment_method = "sandbox_card", payment_token = "tok_ok" }, stop);
    }

    private async Task<(Guid Id, Guid Offer)> ProductOf(string handle, string kind)
    {
        await using var scope = services.CreateAsyncScope();
        var catalog = scope.ServiceProvider.GetRequiredService<ICatalog>();
        var product = (await catalog.ProductsOf((await catalog.ShopOf(people[handle].Account, stop))!.Id, [kind], stop))[0];
        return (product.Id, product.Offers[0]);
    }
}
