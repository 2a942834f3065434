using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Marketplace.Orders;
using Marketplace.Users;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Orders;

public sealed class ContractTests : MarketTest
{
    [Fact]
    public async Task Each_licence_has_a_contract_that_names_everything_and_is_proved_by_its_hash()
    {
        var (seller, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"));
        var beat = await seller.PublishBeat(price: 1_900);
        var order = await buyer.Buy(beat);
        var line = order.GetProperty("items")[0];
        await Market.Drain();

        var contract = await Read(buyer, line.Id());
        var text = contract.GetProperty("content").GetString()!;
        foreach (var part in new[]
        {
            beat.Title, "Ana (@", "Nova (@", line.GetProperty("shop_name").GetString()!, "€19.00", $"{order.GetProperty("number").GetInt64()}-1", "Personal licence",
            Convert.ToHexStringLower(SHA256.HashData(beat.Original)), "beat.wav",
        })
        {
            System.Net.WebUtility.HtmlDecode(text).ShouldContain(part);
        }

        System.Net.WebUtility.HtmlDecode(text).ShouldContain(line.GetProperty("terms").GetString()!);
        text.ShouldNotContain("{{");
        contract.GetProperty("template").GetString().ShouldBe("licence-1");
        contract.GetProperty("language").GetString().ShouldBe("en");
        contract.GetProperty("sha256").GetString().ShouldBe(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));

        var page = (await buyer.Visitor.Get($"/library/{line.Id()}/contract")).Must();
        page.Html.QuerySelector(".sheet article h1").ShouldNotBeNull();
        (await buyer.Visitor.Get("/library")).Must().Html.QuerySelector($"a[href='/library/{line.Id()}/contract']").ShouldNotBeNull();
        (await seller.Visitor.Get("/sell/orders")).Must().Html.QuerySelector($"a[href='/library/{line.Id()}/contract']").ShouldNotBeNull();

        var key = await Market.Source.Command("SELECT blob_key FROM orders.contracts WHERE item_id = $1", line.Id()).Scalar<string>();
        await using var stored = Market.Services.GetRequiredService<IBlobStore>().Open(key!);
        Encoding.UTF8.GetString(await Bytes(stored)).ShouldNotContain(beat.Title);
        (await Market.Count("SELECT count(*) FROM kernel.blobs WHERE key = $1 AND state = 'kept'", key)).ShouldBe(1);
    }

    [Fact]
    public async Task Buyer_seller_and_support_read_it_and_nobody_else_knows_of_it()
    {
        // In a market of its own: elsewhere somebody else may deliver the event while it is asked for.
        await using var market = await OwnMarket.Open();
        var (seller, buyer, other) = (await market.SignUp("Nova"), await market.SignUp("Ana"), await market.SignUp("Bo"));
        var order = await buyer.Buy(await seller.PublishBeat(price: 100));
        var path = $"/library/{order.GetProperty("items")[0].Id()}/contract";
        (await buyer.Visitor.Get("/api/v1" + path)).MustRefuse(409, "contract_not_ready");
        (await buyer.Visitor.Get(path)).Must(409);
        (await other.Visitor.Get("/api/v1" + path)).MustRefuse(404, "not_found");
        await market.Drain();

        foreach (var reader in new[] { buyer, seller, await market.Staff(Rights.Support) })
        {
            (await reader.Visitor.Get("/api/v1" + path)).Must();
            (await reader.Visitor.Get(path)).Must();
        }

        foreach (var stranger in new[] { other, await market.Staff(Rights.Moderation) })
        {
            (await stranger.Visitor.Get("/api/v1" + path)).MustRefuse(404, "not_found");
            (await stranger.Visitor.Get(path)).Must(404);
        }

        using var nobody = market.Visitor();
        (await nobody.Get(path)).Must(302);
        (await nobody.Get("/api/v1" + path)).MustRefuse(401, "unauthenticated");
    }

    [Fact]
    public async Task It_is_made_once_and_no_later_change_touches_its_bytes()
    {
        var text = "<article>{{title}}: {{terms}}</article>";
        await using var market = await OwnMarket.Open(adjust: services => services.AddSingleton(new ContractTemplate("licence-test", language => language == "en" ? text : null)));
        var (seller, buyer) = (await market.SignUp("Nova"), await market.SignUp("Ana"));
        var beat = await seller.PublishBeat(price: 100);
        var order = await buyer.Buy(beat);
        await market.Drain();
        var before = JsonSerializer.Serialize(await Read(buyer, order.GetProperty("items")[0].Id()));

        text = "<article>Worse: {{title}}</article>";
        await TestServer.Execute(market.ConnectionString, $"UPDATE catalog.products SET title = 'Renamed' WHERE id = '{beat.Product}'; UPDATE catalog.offers SET terms = 'Worse' WHERE id = '{beat.Offer}'");
        var paid = JsonSerializer.Deserialize<OrderPaid>((await market.Events("orders.order_paid", order.Id())).Single(), JsonStyle.Options)!;
        for (var again = 0; again < 2; again++) await market.Do(services => services.GetRequiredService<WriteContracts>().Handle(paid, default));

        JsonSerializer.Serialize(await Read(buyer, order.GetProperty("items")[0].Id())).ShouldBe(before);
        (await market.Count("SELECT count(*) FROM orders.contracts")).ShouldBe(1);
        var second = await market.SignUp("Bo");
        var later = await second.Buy(beat);
        await market.Drain();
        (await Read(second, later.GetProperty("items")[0].Id())).GetProperty("content").GetString().ShouldBe("<article>Worse: Renamed</article>");
        await Should.ThrowAsync<Npgsql.PostgresException>(() => market.Source.Command("UPDATE orders.contracts SET template = 'other'").Execute());
        await market.BooksMustHold();
    }

    [Fact]
    public async Task What_a_shop_writes_stands_in_it_as_text()
    {
        await using var market = await OwnMarket.Open(adjust: services => services.ChangeOffers(offer => offer with { Terms = "<img src=x onerror=alert(1)> & {{title}}", ShopName = "<b>Shop</b>" }));
        var (seller, buyer) = (await market.SignUp("Nova <i>"), await market.SignUp("Ana"));
        var order = await buyer.Buy(await seller.PublishBeat("<script>alert(1)</script>", 100));
        await market.Drain();
        var page = (await buyer.Visitor.Get($"/library/{order.GetProperty("items")[0].Id()}/contract")).Must();
        page.Html.QuerySelectorAll(".sheet img, .sheet script, .sheet b, .sheet i").ShouldBeEmpty();
        page.Html.QuerySelector(".sheet blockquote")!.TextContent.ShouldBe("<img src=x onerror=alert(1)> & {{title}}");
    }

    [Fact]
    public async Task It_is_in_the_language_in_which_was_bought()
    {
        var (seller, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"));
        (await buyer.AddToCart(await seller.PublishBeat(price: 1_900))).Must();
        await buyer.TopUp(1_900);
        buyer.Visitor.Http.DefaultRequestHeaders.Add("Accept-Language", "fr");
        var order = (await buyer.Checkout()).Must(201).Json;
        buyer.Visitor.Http.DefaultRequestHeaders.Remove("Accept-Language");
        await Market.Drain();
        var contract = await Read(buyer, order.GetProperty("items")[0].Id());
        contract.GetProperty("language").GetString().ShouldBe("fr");
        System.Net.WebUtility.HtmlDecode(contract.GetProperty("content").GetString()!).ShouldContain("Licence personnelle");
    }

    [Fact]
    public async Task A_receipt_opens_by_its_link_alone_and_says_nobodys_name()
    {
        var (seller, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Anastasia"));
        var beat = await seller.PublishBeat(price: 1_900);
        var order = await buyer.Buy(beat);
        (await buyer.AddToCart(await seller.PublishBeat(price: 700))).Must();
        var unpaid = (await buyer.CheckoutByCard("tok_declined")).Must(201).Json;
        Task<string?> Path(Guid id) => Market.Do(services => services.GetRequiredService<IOrders>().ReceiptPath(id));
        var path = (await Path(order.Id())).ShouldNotBeNull();
        (await Path(order.Id())).ShouldBe(path);
        (await Path(WalletSteps.NewId())).ShouldBeNull();

        using var nobody = Market.Visitor();
        var page = (await nobody.Get(path)).Must();
        page.Text.ShouldContain(beat.Title);
        page.Html.QuerySelector("tfoot")!.TextContent.ShouldContain("€19.00");
        page.Text.ShouldNotContain("Anastasia");
        page.Text.ShouldNotContain(buyer.Email);
        page.Html.QuerySelector("a[href*='/downloads/']").ShouldBeNull();
        page.Headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"]);
        page.Headers.CacheControl!.NoStore.ShouldBeTrue();

        var other = (await Path(unpaid.Id())).ShouldNotBeNull();
        (await nobody.Get(other)).Must().Text.ShouldNotContain(beat.Title);
        foreach (var wrong in new[] { path[..^1] + (path[^1] == 'A' ? 'B' : 'A'), path[..31] + other[31..], "/receipt/" + new string('A', 64), "/receipt/x", "/receipt/" + order.Id() })
            (await nobody.Get(wrong)).Must(404);
    }

    private static async Task<JsonElement> Read(Person reader, Guid item) => (await reader.Visitor.Get($"/api/v1/library/{item}/contract")).Must().Json;

    private static async Task<byte[]> Bytes(Stream stream)
    {
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        return copy.ToArray();
    }
}
