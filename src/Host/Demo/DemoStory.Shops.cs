using Marketplace.Catalog;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Host;

/// <summary>What the demo's shops do beyond selling: a face, promises, a team, a move, a vacation; and what the market says of itself.</summary>
internal sealed partial class DemoStory
{
    private void NoteShopLife()
    {
        diary.Note(calendar.At(0, 20), WritePages);
        foreach (var shop in DemoShops.All) diary.Note(calendar.At(shop.Opens, 1000), () => Dress(shop));
        diary.Note(calendar.At(12, 630), GrowTeams);
        diary.Note(calendar.At(29, 400), () => people["otis"].Put("/api/v1/shops/second-pew/address", new { slug = "second-pew-records" }, stop));
        diary.Note(calendar.End.AddMinutes(-50), PutFirst);
        diary.Note(calendar.End.AddMinutes(-40), () =>
        {
            listings.RemoveAll(l => l.Shop.Handle == "otis");
            return people["otis"].Put("/api/v1/shops/second-pew-records/vacation", new { until = calendar.End.AddDays(9), message = "On tour with the choir. Downloads you have bought work as ever; new orders from the bus are not possible." }, stop);
        });
    }

    private async Task WritePages()
    {
        for (var i = 0; i < DemoPages.All.Count; i++)
        {
            var (slug, en, fr) = DemoPages.All[i];
            var page = await people["mona"].Post("/api/v1/pages", new { slug, en, fr, in_footer = true, position = i }, stop);
            await people["mona"].Post($"/api/v1/pages/{page.GetProperty("id").GetGuid()}/publication", null, stop);
        }
    }

    private async Task Dress(DemoShop shop)
    {
        var seller = people[shop.Handle];
        var place = (await seller.Get("/api/v1/me/shops", stop)).GetProperty("data")[0];
        var slug = place.GetProperty("slug").GetString();
        var seed = shop.Handle.Sum(c => c);
        var initials = string.Concat(shop.Name.Split(' ').Where(word => char.IsLetter(word[0])).Select(word => word[0]));
        await seller.Upload($"/api/v1/shops/{slug}/files", "logo", "logo.png", "image/png", AvatarRenderer.Png(initials, seed + 5), stop);
        if (DemoPages.Promises.GetValueOrDefault(shop.Handle) is not { } promises) return;
        await seller.Upload($"/api/v1/shops/{slug}/files", "banner", "banner.png", "image/png", CoverRenderer.Banner(shop.Name, seed, shop.Face), stop);
        var read = await seller.Get($"/api/v1/shops/{slug}", stop);
        await seller.Edit($"/api/v1/shops/{slug}", $"\"{read.GetProperty("version").GetInt32()}\"", promises, stop);
    }

    // One is of two teams, one has not answered yet.
    private async Task GrowTeams()
    {
        var delia = (await people["delia"].Get("/api/v1/me/shops", stop)).GetProperty("data")[0].GetProperty("slug").GetString();
        var invitation = (await people["delia"].Post($"/api/v1/shops/{delia}/invitations", new { email = "salome@demo.example", role = "editor" }, stop)).GetProperty("id").GetGuid();
        await people["salome"].Post("/api/v1/shop-invitations/acceptance", new { token = await TokenOf<ShopInvited>("catalog.shop_invited", invitation, async (asked, inside) => (await inside.GetRequiredService<ICatalog>().OpenInvitation(invitation, asked.SealedToken, stop))!.Path) }, stop);
        await people["delia"].Post($"/api/v1/shops/{delia}/invitations", new { email = "idris@demo.example", role = "support" }, stop);
    }

    // With a tier come places to feature products in.
    private async Task PutFirst()
    {
        await people["owner"].Prove(stop);
        await people["owner"].Edit($"/api/v1/people/{people["nova"].Account}/standing", null, new { tier = "premium" }, stop);
        foreach (var listing in listings.Where(l => l.Shop.Handle == "nova" && l.Product.Kind == "beat").Take(3).ToList()) await people["nova"].Put($"/api/v1/products/{listing.Id}/featured", new { }, stop);
        await people["mona"].Put("/api/v1/shops/nova-reyes/plan", new { plan = "pro" }, stop);
    }
}
