using System.Text.Json;
using Marketplace.Kernel;
using Marketplace.Users;
using Npgsql;

namespace Marketplace.Host;

/// <summary>
/// Thirty days of a market: shops open, records come out, people come back or do not. Everybody uses the market's own API, jobs run at
/// their business time, and chance comes from one seed, so that the books are the same each time.
/// </summary>
internal sealed partial class DemoStory : IDisposable
{
    private const int Visits = 370, VisitsToday = 6;

    private readonly IServiceProvider services;
    private readonly DemoClock clock;
    private readonly DemoCalendar calendar;
    private readonly CancellationToken stop;
    private readonly HttpClient http;
    private readonly DemoDiary diary = new();
    private readonly DemoStudio studio = new(DemoShops.All);
    private readonly ArtDice dice = new(20);
    private readonly Dictionary<string, DemoPerson> people = new(StringComparer.Ordinal);
    private readonly List<Listing> listings = [];
    private volatile bool told;

    public DemoStory(WebApplication host, DemoClock clock, DemoCalendar calendar, CancellationToken stop)
    {
        (services, this.clock, this.calendar, this.stop) = (host.Services, clock, calendar, stop);
#pragma warning disable RS0030 // a client for the minute in which the demo is made
        http = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = new Uri(host.Urls.First()) };
#pragma warning restore RS0030
    }

    public async Task Live(Action<int> progress)
    {
        services.GetRequiredService<Outbox>().Woken += _ => told = true;
        await services.GetRequiredService<Scheduler>().Register(stop);
        for (var day = 0; day <= DemoCalendar.Days; day++) NoteDay(day, progress);
        foreach (var shop in DemoShops.All) NoteShop(shop);
        NotePeople();
        NoteShopLife();
        NotePayouts();
        NoteImports();
        NoteWishes();
        NoteParcels();
        NoteDoors();
        NoteAfterSales();
        NoteKinds();
        NoteMembers();
        NotePlans();
        foreach (var at in calendar.Visits(Visits, VisitsToday, dice)) diary.Note(at, Visit);
        NoteDisputes();
        NoteBoosts();
        diary.Note(calendar.End.AddDays(-5), WatchOneSeller);
        diary.Note(calendar.End.AddMinutes(-2), RunIntoDebt);
        diary.Note(calendar.End.AddMinutes(-1), PayOddly);
        await diary.Live(clock, calendar.End, _ => Settle(), stop);
        await RunJobs();
    }

    public void Dispose()
    {
        studio.Dispose();
        http.Dispose();
    }

    private void NoteDay(int day, Action<int> progress)
    {
        diary.Note(calendar.At(day, 0), async () =>
        {
            progress(day);
            await Arrive(day);
        });
        for (var quarter = 0; quarter < 4; quarter++) diary.Note(calendar.At(day, 10 + (quarter * 360)), RunJobs);
    }

    // Passwords are hashed slowly on purpose: who comes on the same day comes at the same moment.
    private async Task Arrive(int day)
    {
        var newcomers = DemoShops.All.Where(s => s.Opens == day).Select(s => (s.Seller, s.Handle))
            .Concat(DemoBuyers.All.Where(b => b.Since == day).Select(b => (b.Name, b.Handle)));
        if (day == 0) newcomers = newcomers.Concat([("Olu Owner", "owner"), ("Mona Reed", "mona"), ("Fay Sterling", "fay")]);
        var fresh = newcomers.Select(n => new DemoPerson(http, clock, n.Item1, $"{n.Item2}@demo.example", n.Item2 is "owner" or "mona" or "fay")).ToList();
        foreach (var (person, handle) in fresh.Zip(newcomers.Select(n => n.Item2))) people[handle] = person;
        await Task.WhenAll(fresh.Select(person => person.SignUp(stop)));
        if (day != 0) return;

        await using var scope = services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<IUsers>();
        await scope.ServiceProvider.GetRequiredService<Writes>().Run(async () =>
        {
            await users.MakeOwner(people["owner"].Account);
            await users.GrantRight(people["mona"].Account, Rights.Moderation);
            await users.GrantRight(people["mona"].Account, Rights.Support);
            await users.GrantRight(people["fay"].Account, Rights.Finance);
        });
    }

    private void NoteShop(DemoShop shop)
    {
        var opening = calendar.At(shop.Opens, 12);
        diary.Note(opening, () => people[shop.Handle].Post("/api/v1/shops", new { name = shop.Name, description = shop.About, currency = shop.Currency }, stop));
        for (var i = 0; i < shop.Products.Length; i++)
        {
            var product = shop.Products[i];
            var at = product.Day == shop.Opens ? opening.AddMinutes(3 * (i + 1)) : calendar.At(product.Day, dice.Whole(420, 1200));
            diary.Note(at, () => Release(shop, product));
        }
    }

    private async Task Release(DemoShop shop, DemoProduct product)
    {
        var seller = people[shop.Handle];
        var master = await studio.Take(product, stop);
        if (product.Kind == "webinar") product.Facts["starts_at"] = clock.GetUtcNow().AddDays(90);
        var draft = await seller.Post("/api/v1/products", new
        {
            kind = product.Kind,
            title = product.Title,
            description = product.About,
            tags = product.TagList,
            details = product.Details,
            offers = product.Offers(shop.Currency),
        }, stop);
        var id = draft.GetProperty("id").GetGuid();
        foreach (var file in master.Files) await seller.Upload($"/api/v1/products/{id}/files", file.Role, file.Name, file.ContentType, file.Bytes, stop);
        if (product.Fate == DemoFate.Draft) return;

        var published = await seller.Post($"/api/v1/products/{id}/publish", null, stop);
        var listing = new Listing(shop, product, id, draft.GetProperty("offers").EnumerateArray().Select(o => (o.GetProperty("id").GetGuid(), o.GetProperty("price").GetProperty("amount").GetInt64())).ToArray());
        if (published.GetProperty("state").GetString() == "active") Open(listing);
        else if (product.Fate != DemoFate.Waiting) In(25, () => Judge(listing));     // what a shop that is not known yet publishes, a moderator sees first
    }

    private async Task Judge(Listing listing)
    {
        if (listing.Product.Fate == DemoFate.SentBack)
        {
            await people["mona"].Post($"/api/v1/products/{listing.Id}/rejection", new { note = "The description belongs to another record. Say in two sentences what one hears here, and send it again." }, stop);
            return;
        }

        await people["mona"].Post($"/api/v1/products/{listing.Id}/approval", new { }, stop);
        Open(listing);
    }

    private void Open(Listing listing)
    {
        if (listing.Product.IsShownOnly) return;
        listing.Since = clock.GetUtcNow();
        listings.Add(listing);
        if (listing.Product.Fate != DemoFate.Paused) return;

        In(60 * 60, async () =>
        {
            listings.Remove(listing);
            await people[listing.Shop.Handle].Post($"/api/v1/products/{listing.Id}/pause", null, stop);
        });
    }

    private async Task RunJobs()
    {
        await services.GetRequiredService<Scheduler>().RunDue(stop);
        await Settle();
    }

    /// <summary>Whatever follows from what happened happens at its time.</summary>
    private async Task Settle()
    {
        while (told)
        {
            told = false;
            await services.GetRequiredService<Dispatcher>().Drain(stop);
        }
    }

    /// <summary>What stands in the mail for which the last event of this key asked.</summary>
    private async Task<string> TokenOf<TAsked>(string asking, Guid key, Func<TAsked, IServiceProvider, Task<string>> pathOf)
    {
        await using var scope = services.CreateAsyncScope();
        var asked = await scope.ServiceProvider.GetRequiredService<NpgsqlDataSource>().Command("SELECT payload::text FROM kernel.outbox WHERE event = $1 AND key = $2 ORDER BY id DESC LIMIT 1", asking, key.ToString()).Scalar<string>(stop);
        var path = await pathOf(JsonSerializer.Deserialize<TAsked>(asked!, JsonStyle.Options)!, scope.ServiceProvider);
        return path[(path.IndexOf('=', StringComparison.Ordinal) + 1)..];
    }

    private sealed record Listing(DemoShop Shop, DemoProduct Product, Guid Id, (Guid Id, long Price)[] Offers)
    {
        public DateTimeOffset Since { get; set; }

        public HashSet<string> Owners { get; } = new(StringComparer.Ordinal);

        public bool NamesPrice => Product.Kind == "digital";

        /// <summary>In cents of an euro, roughly: enough to say dear or cheap.</summary>
        public float Worth(long price) => price * Shop.Currency switch { "JPY" => 0.6f, "USD" => 0.9f, _ => 1f };
    }
}
