namespace Marketplace.Host;

/// <summary>Hearts and searches that people keep.</summary>
internal sealed partial class DemoStory
{
    private void NoteWishes()
    {
        var chance = new ArtDice(16);    // of its own: the books stay as they are
        diary.Note(calendar.End.AddHours(-5), async () =>
        {
            foreach (var buyer in DemoBuyers.All.Take(12))
            {
                for (var i = 0; i < 3; i++) await people[buyer.Handle].Put($"/api/v1/products/{listings[chance.Below(listings.Count)].Id}/like", new { }, stop);
            }

            await people["ana"].Post("/api/v1/me/searches", new { name = "Trap under 40", query = "genre=Trap&price_max=40", notify = true }, stop);
            await people["ana"].Post("/api/v1/me/searches", new { name = "Night music", query = "q=night" }, stop);
        });
    }
}
