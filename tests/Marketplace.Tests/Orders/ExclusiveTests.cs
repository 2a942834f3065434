namespace Marketplace.Tests.Orders;

/// <summary>A licence that one person can have.</summary>
public sealed class ExclusiveTests : MarketTest
{
    private static async Task<(Guid Product, string Slug, Guid Personal, Guid Exclusive)> Beat(Person seller)
    {
        var beat = await seller.PublishBeat(price: 1_000);
        var offers = (await seller.Edit(beat.Product, new
        {
            offers = new object[]
            {
                new { licence = "personal", price = new { amount = 1_000, currency = "EUR" } },
                new { licence = "exclusive", price = new { amount = 5_000, currency = "EUR" } },
            },
        })).Must().Json.GetProperty("offers");
        return (beat.Product, beat.Slug, offers[0].Id(), offers[1].Id());
    }

    [Theory]
    [InlineData("wallet", null)]
    [InlineData("sandbox_card", "tok_ok")]
    public async Task Of_all_who_buy_it_at_once_one_has_it_and_nobody_else_pays(string method, string? token)
    {
        var seller = await Market.SignUp("Nova");
        var beat = await Beat(seller);
        var early = await Market.SignUp("Early");
        await early.TopUp(1_000);
        (await early.Visitor.AddToCart(beat.Personal)).Must();
        var kept = (await early.Checkout()).Must(201).Json;
        var undecided = await Market.SignUp("Undecided");
        (await undecided.Visitor.AddToCart(beat.Personal)).Must();
        var buyers = await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            var buyer = await Market.SignUp("Buyer");
            await buyer.TopUp(5_000);
            (await buyer.Visitor.AddToCart(beat.Exclusive)).Must();
            return buyer;
        }));

        var answers = await Task.WhenAll(buyers.Select(async b => (Buyer: b, Answer: await b.Checkout(method, token))));

        answers.Count(a => a.Answer.Status == 201).ShouldBe(1);
        foreach (var (buyer, answer) in answers.Where(a => a.Answer.Status != 201))
        {
            (answer.Status, answer.Code is "out_of_stock" or "cart_has_problems").ShouldBe((409, true), answer.Text);
            (await buyer.Available()).ShouldBe(5_000);
            (await Market.Count("SELECT count(*) FROM wallet.payments WHERE payer_id = $1 AND purpose = 'order'", buyer.Account)).ShouldBe(0);
            (await Market.Count("SELECT count(*) FROM orders.orders WHERE buyer = $1", buyer.Account)).ShouldBe(0);
        }

        answers.Single(a => a.Answer.Status == 201).Answer.Json.State().ShouldBe("paid");
        (await undecided.Visitor.Get($"/api/v1/products/{beat.Slug}")).MustRefuse(404, "not_found");
        (await undecided.Visitor.Get("/api/v1/cart")).Must().Json.GetProperty("items")[0].GetProperty("problems")[0].GetProperty("code").GetString().ShouldBe("not_on_sale");
        (await undecided.Visitor.AddToCart(beat.Exclusive)).MustRefuse(409, "not_on_sale");
        (await seller.Visitor.Post($"/api/v1/products/{beat.Product}/publish")).MustRefuse(409, "product_archived");
        (await early.Visitor.Get("/api/v1/library")).Must().Json.GetProperty("data")[0].GetProperty("item").Id().ShouldBe(kept.GetProperty("items")[0].Id());
        (await early.DownloadLink(kept)).ShouldNotBeEmpty();
        (await Market.Count("SELECT on_hand::bigint FROM catalog.stock WHERE offer_id = $1", beat.Exclusive)).ShouldBe(0);
    }

    [Fact]
    public async Task An_order_of_another_licence_that_was_placed_before_is_still_paid()
    {
        var seller = await Market.SignUp("Nova");
        var beat = await Beat(seller);
        var (slow, quick) = (await Market.SignUp("Slow"), await Market.SignUp("Quick"));
        (await slow.Visitor.AddToCart(beat.Personal)).Must();
        var unpaid = (await slow.CheckoutByCard("tok_declined")).Must(201).Json.Id();
        await quick.TopUp(5_000);
        (await quick.Visitor.AddToCart(beat.Exclusive)).Must();
        (await quick.Checkout()).Must(201);

        (await slow.Pay(unpaid, "sandbox_card", "tok_ok")).Must(201).Json.State().ShouldBe("paid");
    }

    [Fact]
    public async Task It_is_never_free_and_only_music_has_it()
    {
        var seller = await Market.SignUp("Nova");
        var beat = await Beat(seller);
        (await seller.Edit(beat.Product, new { offers = new[] { new { licence = "exclusive", price = new { amount = 0, currency = "EUR" } } } })).MustRefuse(422, "invalid");
        (await seller.Visitor.Post("/api/v1/products", new { kind = "digital", title = "Book", offers = new[] { new { licence = "exclusive", price = new { amount = 1_000, currency = "EUR" } } } })).MustRefuse(422, "invalid");
    }
}
