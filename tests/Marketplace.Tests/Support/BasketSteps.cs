using System.Net.Http.Headers;
using System.Text.Json;
using Marketplace.Users;

namespace Marketplace.Tests;

/// <summary>
/// One basket of everything, filled and not yet paid: a licence and a membership of Nova, two of a thing (sent for 4.90) and work of Sky, a seat and a course that comes with
/// another of Cleo. It goes to France, where this day all that is sent bears 5.5 % and all else 20 %; its coupon takes 12.5 % off and can be used once.
/// </summary>
internal sealed class Basket
{
    public const int Seats = 20, Things = 5, Off = 1_250, Reduced = 550, Standard = 2_000;

    private static readonly object Paris = new { name = "Ana Silva", line1 = "12 rue des Lilas", postcode = "75011", city = "Paris", country = "FR" };

    private Basket(OwnMarket market, Person nova, Person sky, Person cleo, Person buyer, Person staff) =>
        (Market, Nova, Sky, Cleo, Buyer, Staff) = (market, nova, sky, cleo, buyer, staff);

    public OwnMarket Market { get; }

    public Person Nova { get; }

    public Person Sky { get; }

    public Person Cleo { get; }

    public IReadOnlyList<Person> Sellers => [Nova, Sky, Cleo];

    public Person Buyer { get; }

    public Person Staff { get; }

    public string Coupon { get; private set; } = "";

    public Guid Thing { get; private set; }

    public Guid Seat { get; private set; }

    /// <param name="ofShop">The coupon is Nova's; else the market's.</param>
    public static async Task<Basket> Fill(OwnMarket market, bool ofShop)
    {
        var basket = new Basket(market, await market.SignUp("Nova"), await market.SignUp("Sky"), await market.SignUp("Cleo"), await market.SignUp("Ana"), await market.Staff(Rights.Support, Rights.Finance));
        var (nova, sky, cleo, buyer, staff) = (basket.Nova, basket.Sky, basket.Cleo, basket.Buyer, basket.Staff);
        (await staff.Visitor.Put("/api/v1/tax-rates", new { country = "FR", kind = "goods", percent = 5.5, from_day = "2026-03-02", note = "The law." })).Must();
        var (novas, skys) = (await nova.OpenShop(), await sky.OpenShop());
        await cleo.OpenShop();
        (await sky.Visitor.Put($"/api/v1/sales/shipping/{skys.Id}", new { rates = new[] { new { country = "FR", price = new { amount = 490, currency = "EUR" } } } })).Must();
        var (beat, plan) = (await nova.PublishBeat(price: 2_999), (await nova.PublishPlans(null, ("month", 999, new { }))).Offers[0]);
        var (thing, work) = (await sky.PublishThing(Things, 3_333), await sky.Publish(Ware.Service, price: 15_001));
        var seat = await cleo.Publish(Ware.Webinar with { Details = new { starts_at = "2026-03-12T20:00:00+01:00", minutes = 60, seats = Seats, host = "Cleo", language = "fr" } }, price: 4_999);
        var course = await cleo.Publish(Ware.Course, price: 7_777);
        (await cleo.Visitor.Post($"/api/v1/products/{course.Id()}/access-rules", new { target_kind = "webinar_seat", target = seat.Id() })).Must(201);
        (basket.Thing, basket.Seat) = (thing.Offers[0], seat.GetProperty("offers")[0].Id());
        basket.Coupon = ofShop ? await nova.Coupon(novas, Off, maxUses: 1) : await staff.Coupon(null, Off, maxUses: 1);

        foreach (var offer in new[] { beat.Offer, plan, work.GetProperty("offers")[0].Id(), basket.Seat, course.GetProperty("offers")[0].Id() }) (await buyer.Visitor.AddToCart(offer)).Must();
        (await buyer.Visitor.Post("/api/v1/cart/items", new { offer_id = basket.Thing, units = 2 })).Must();
        (await buyer.Use(basket.Coupon)).Must();
        return basket;
    }

    /// <summary>Once, by a card that is kept for the membership.</summary>
    public async Task<JsonElement> Pay()
    {
        var order = (await Buyer.Visitor.Post("/api/v1/checkout", new { payment_method = "sandbox_card", payment_token = "tok_ok", save_payment_method = true, shipping_address = Paris }, WalletSteps.Key())).Must(201).Json;
        order.State().ShouldBe("paid");
        await Market.Drain();
        return order;
    }

    /// <summary>Each line its own way to its end: fetched, sent and received, asked and delivered and accepted, attended, and what a week completes.</summary>
    public async Task Deliver(JsonElement order)
    {
        (await Buyer.Visitor.Get(await DownloadLink(order))).Must();
        var (thing, work) = (Line(order, "physical"), Line(order, "service"));
        (await Sky.Visitor.Post($"/api/v1/sales/{thing}/shipment", new { carrier = "La Poste", tracking = "6A123" })).Must();
        (await Buyer.Visitor.Post($"/api/v1/orders/{order.Id()}/items/{thing}/receipt")).Must();
        (await Buyer.Visitor.Post($"/api/v1/service-orders/{work}/requirements", new { answers = new[] { "The third one", "Warm, not loud" } })).Must();
        var mix = new ByteArrayContent(Sound.Wav(0.3));
        mix.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        (await Sky.Visitor.Post($"/api/v1/service-orders/{work}/files", new MultipartFormDataContent { { mix, "file", "mix.wav" } })).Must(201);
        (await Sky.Visitor.Post($"/api/v1/service-orders/{work}/deliveries", new { note = "Here it is." })).Must();
        (await Buyer.Visitor.Post($"/api/v1/service-orders/{work}/approval", new { })).Must();
        (await States(order))["webinar"].ShouldBe("available");
        await Pass(TimeSpan.FromDays(11));
    }

    /// <summary>Time goes by, and does what it does.</summary>
    public async Task Pass(TimeSpan time)
    {
        await Market.At(Market.Clock.GetUtcNow() + time);
        await Market.Run<Marketplace.Orders.CompleteReceived>();
        await Market.Run<Marketplace.Wallet.ReleaseHolds>();
        await Market.Drain();
        foreach (var person in new[] { Nova, Sky, Cleo, Buyer, Staff }) await person.SignIn();
    }

    public Guid Line(JsonElement order, string kind) => order.Lines().Single(l => l.GetProperty("kind").GetString() == kind).Id();

    public async Task<Dictionary<string, string?>> States(JsonElement order) =>
        (await Buyer.Visitor.Get($"/api/v1/orders/{order.Id()}")).Must().Json.Lines().ToDictionary(l => l.GetProperty("kind").GetString()!, l => l.State());

    public async Task<string> DownloadLink(JsonElement order) => (await Buyer.Visitor.Post($"/api/v1/library/{Line(order, "beat")}/download-links", new { })).Must(201).Json.GetProperty("url").GetString()!;

    /// <summary>Things and seats that can still be sold.</summary>
    public async Task<(long Things, long Seats)> Stock() => (await OnHand(Thing), await OnHand(Seat));

    private Task<long> OnHand(Guid offer) => Market.Count("SELECT (on_hand - reserved)::bigint FROM catalog.stock WHERE offer_id = $1", offer);
}

internal static class BookSteps
{
    /// <summary>Every account of the ledger with something on it, by kind, owner and reference. Positive is credit.</summary>
    public static async Task<Dictionary<(string Kind, Guid? Owner, string? Reference), long>> Books(this Market market) => (await market.Source.Command(
        "SELECT kind, owner_id, reference, wallet.balance_of(id)::bigint FROM wallet.accounts WHERE wallet.balance_of(id) <> 0")
        .List(r => (Key: (r.GetString(0), r.IsDBNull(1) ? (Guid?)null : r.GetGuid(1), r.IsDBNull(2) ? null : r.GetString(2)), Amount: r.GetInt64(3)))).ToDictionary(a => a.Key, a => a.Amount);

    /// <summary>What the sale of a line and all its refunds moved, by account; all of its seller's are one: "seller". What came to nothing is left out.</summary>
    public static async Task<Dictionary<string, long>> BooksOf(this Market market, Guid item) => (await market.Source.Command(
        """
        SELECT CASE WHEN a.kind LIKE 'user%' THEN 'seller' ELSE a.kind END, sum(p.amount)::bigint FROM wallet.ledger_transactions t
        JOIN wallet.postings p ON p.transaction_id = t.id AND p.recorded_at = t.recorded_at JOIN wallet.accounts a ON a.id = p.account_id
        WHERE t.key = 'sale:' || $1::text OR t.key IN (SELECT 'refund:' || id FROM orders.refunds WHERE item_id = $1) GROUP BY 1 HAVING sum(p.amount) <> 0
        """, item).List(r => (r.GetString(0), r.GetInt64(1)))).ToDictionary(l => l.Item1, l => l.Item2);
}
