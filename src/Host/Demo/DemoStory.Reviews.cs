using Marketplace.Kernel;
using Marketplace.Users;

namespace Marketplace.Host;

/// <summary>What people say of what they bought, and who pays to be seen.</summary>
internal sealed partial class DemoStory
{
    private static readonly (int Stars, string Text)[] Opinions =
    [
        (5, "Opened it, wrote the hook in ten minutes. The low end sits without touching anything."),
        (5, "Clean stems, clear names, and the licence says in plain words what I may do. More of this."),
        (4, "Great mood. I would have liked one more variation for the bridge, but it carries the whole song."),
        (5, "Exactly what the preview promises. Mixed it next to a commercial record and it held up."),
        (4, "Good groove, a little busy in the mids. A small cut and the voice has its room."),
        (3, "Nice idea, and shorter than I thought. Look at the length before you buy."),
        (5, ""),
        (4, "Used it for a trailer. The client asked who made it."),
        (2, "One file clicked at the end. The maker sent a new one the same day, so two stars, not one."),
        (5, "Third thing I bought from this shop. Never a dud."),
        (4, "Sits under a voice without being asked twice. Wish the intro were a bar shorter."),
        (5, "Bought it on the bus, had a demo by the last stop."),
        (4, "Everything in key and in time. The names of the files could be kinder."),
        (5, "I looped eight bars for an hour and was not tired of them."),
        (3, "Good, but close to what I have already. Somebody else will love it."),
        (5, "My singer asked for the instrumental alone. That says it all."),
    ];

    private static string Answer(int stars) => stars switch
    {
        5 => "Thank you! Send me the song when it is out.",
        4 => "That means a lot, and I have noted it for the next one.",
        3 => "Fair point. The length and the key stand in the description now.",
        _ => "Sorry about that, and thank you for saying so. The new file is in your library.",
    };

    // Of its own, so that what is said changes nothing of what is bought.
    private readonly ArtDice tongue = new(33);
    private int said, reviews;

    /// <summary>One in three says what it was like, some hours after fetching it; one in three of those is answered.</summary>
    private void Opine(DemoBuyer buyer, Guid item, string shopName)
    {
        if (!tongue.Chance(0.34f)) return;
        var (stars, text) = Opinions[said++ % Opinions.Length];
        In(tongue.Between(400f, 4_000f), async () =>
        {
            var waiting = (await people[buyer.Handle].Get("/api/v1/me/reviews?state=to_write&limit=100", stop)).GetProperty("data");
            if (!waiting.EnumerateArray().Any(line => line.GetProperty("line_id").GetGuid() == item)) return;     // given back, or nothing was fetched
            var review = Id(await people[buyer.Handle].Post("/api/v1/reviews", new { line_id = item, stars, text }, stop));
            var reader = tongue.Pick("ana", "june", "theo", "mika");
            if (reader != buyer.Handle && tongue.Chance(0.4f)) await people[reader].Put($"/api/v1/reviews/{review}/helpful", new { }, stop);
            if (++reviews == 20) await people[buyer.Handle == "theo" ? "mika" : "theo"].Post("/api/v1/reports", new { kind = "review", id = review, reason = "spam" }, stop);
            else if (tongue.Chance(0.3f))
            {
                var seller = people[DemoShops.All.Single(s => s.Name == shopName).Handle];
                var answer = Answer(stars);
                In(tongue.Between(60f, 900f), () => seller.Put($"/api/v1/reviews/{review}/reply", new { text = answer }, stop));
            }
        });
    }

    private void NoteBoosts()
    {
        diary.Note(calendar.At(16, 500), async () =>
        {
            await using var scope = services.CreateAsyncScope();
            var users = scope.ServiceProvider.GetRequiredService<IUsers>();
            await scope.ServiceProvider.GetRequiredService<Writes>().Run(async () =>
            {
                foreach (var handle in new[] { "nova", "delia" }) await users.Grant(people[handle].Account, Capabilities.CanBoost);
            });
        });
        diary.Note(calendar.At(17, 540), () => Boost("nova", 0, "search", 7));
        diary.Note(calendar.At(20, 600), () => Boost("delia", 0, "home", 7));
        diary.Note(calendar.End.AddDays(-4), () => Boost("nova", 1, "search", 14));
        diary.Note(calendar.End.AddDays(-3), () => Boost("delia", 1, "search", 7));
        diary.Note(calendar.End.AddDays(-2), () => Boost("nova", 2, "home", 7));
        for (var day = 17; day < DemoCalendar.Days; day++)
        {
            foreach (var handle in new[] { "ana", "june", "theo", "mika", "lucie", "dario" }) diary.Note(calendar.At(day, tongue.Whole(600, 1_300)), () => LookAround(handle));
        }
    }

    private async Task Boost(string handle, int which, string place, int days)
    {
        var shop = DemoShops.All.Single(s => s.Handle == handle);
        var listing = listings.Where(l => l.Shop == shop).OrderBy(l => l.Since).ElementAt(which);
        await people[handle].Post("/api/v1/wallet/top-ups", new { amount = new { amount = 2_000, currency = shop.Currency }, payment_method = "sandbox_card", payment_token = "tok_ok" }, stop);
        await people[handle].Post("/api/v1/boosts", new { kind = "product", subject_id = listing.Id, place, days }, stop);
    }

    /// <summary>Somebody looks through the shelves; now and then they open what is sponsored.</summary>
    private async Task LookAround(string handle)
    {
        var page = await people[handle].Page(tongue.Chance(0.5f) ? "/" : "/search", stop);
        var at = page.IndexOf("\"/go/", StringComparison.Ordinal);
        if (at > 0 && tongue.Chance(0.35f)) await people[handle].Open(page.Substring(at + 1, "/go/".Length + 36), stop);
    }
}
