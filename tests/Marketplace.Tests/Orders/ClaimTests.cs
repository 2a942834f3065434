using System.Net.Http.Headers;
using System.Text.Json;
using Marketplace.Orders;
using Marketplace.Users;
using Marketplace.Wallet;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Orders;

/// <summary>What buyer and seller do not agree on.</summary>
public sealed class ClaimTests : MarketTest
{
    [Fact]
    public async Task A_claim_holds_the_money_of_its_line_alone_until_staff_has_decided()
    {
        await using var market = await OwnMarket.Open();
        var (seller, helper, buyer, stranger) = (await market.SignUp("Nova"), await market.SignUp("Hal"), await market.SignUp("Ana"), await market.SignUp("Bo"));
        var staff = await market.Staff(Rights.Support);
        var shop = await seller.OpenShop();
        var (one, two) = (await seller.PublishBeat(price: 10_000), await seller.PublishBeat(price: 5_000));
        await market.Join(seller, shop.Slug, helper, "support");
        await helper.SignIn();
        var order = await buyer.BuyByCard("tok_ok", one, two);
        var item = order.ItemOf(one);
        (await stranger.Complain(order, item)).MustRefuse(404, "not_found");
        var claim = (await buyer.Complain(order, item)).Must(201).Json.Id();
        (await buyer.Complain(order, item)).MustRefuse(409, "claim_open");
        (await buyer.AskBack(order, item)).MustRefuse(409, "claim_open");
        (await stranger.Visitor.Get($"/api/v1/claims/{claim}")).MustRefuse(404, "not_found");
        (await helper.Visitor.Get($"/api/v1/claims/{claim}")).Must().Json.GetProperty("role").GetString().ShouldBe("seller");
        // Who reads orders for the shop does not speak for it.
        (await Say(helper, claim)).MustRefuse(404, "not_found");
        (await seller.DecideClaim(claim, 0)).MustRefuse(403, "forbidden");

        market.Clock.Walk(TimeSpan.FromDays(6));
        (await seller.Todo()).Single().GetProperty("what").GetString().ShouldBe("answer_claim");
        (await Say(seller, claim)).Must(201);
        market.Clock.Walk(TimeSpan.FromMinutes(1));
        for (var file = 0; file < 3; file++) (await Show(buyer, claim)).Must(201);
        (await Show(buyer, claim)).MustRefuse(409, "too_much_evidence");
        (await Show(stranger, claim)).MustRefuse(404, "not_found");
        market.Clock.Walk(TimeSpan.FromDays(4));
        await market.Run<WatchClaims>();
        await market.Run<ReleaseHolds>();
        await market.Run<CompleteReceived>();
        await market.Drain();
        foreach (var person in new[] { staff, seller, helper }) await person.SignIn();
        // The other line is released and received; this one waits.
        var lines = (await seller.Visitor.Get("/api/v1/sales")).Must().Json.GetProperty("data").EnumerateArray().ToDictionary(l => l.Id());
        (lines[item].GetProperty("hold").State(), lines[order.ItemOf(two)].GetProperty("hold").State(), lines[item].GetProperty("claim").GetGuid()).ShouldBe(("held", "released", claim));
        (lines[item].State(), lines[order.ItemOf(two)].State()).ShouldBe(("available", "completed"));
        (await staff.Told("request_waits")).Count.ShouldBe(1);
        await market.BooksMustHold();

        var seen = (await staff.Visitor.Get($"/api/v1/claims/{claim}")).Must().Json;
        seen.GetProperty("messages").EnumerateArray().Select(m => m.GetProperty("side").GetString()).ShouldBe(["buyer", "seller", "buyer", "buyer", "buyer"]);
        seen.GetProperty("price").ValueKind.ShouldBe(JsonValueKind.Null);
        var path = seen.GetProperty("messages")[2].GetProperty("file_url").GetString()!;
        (await seller.Visitor.Get(path)).Must();
        (await stranger.Visitor.Get(path)).Must(404);
        (await staff.DecideClaim(claim, 101)).MustRefuse(422, "invalid");
        (await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => staff.DecideClaim(claim, 40)))).Count(a => a.Status == 200).ShouldBe(1);
        var decided = (await buyer.Visitor.Get($"/api/v1/claims/{claim}")).Must().Json;
        (decided.State(), decided.Minor("refunded")).ShouldBe(("resolved", 4_000));
        (await Say(buyer, claim)).MustRefuse(409, "claim_over");
        await market.Run<ReleaseHolds>();
        await market.Drain();
        (await seller.Pending()).ShouldBe(0);
        ((await buyer.Told("claim_decided")).Count, (await seller.Told("claim_decided")).Count).ShouldBe((1, 1));
        await market.BooksMustHold();

        // Once more, as an appeal, and never again.
        var appeal = (await buyer.Complain(order, item)).Must(201).Json.Id();
        (await staff.DecideClaim(appeal, 0)).Must().Json.GetProperty("data").GetArrayLength().ShouldBe(0);
        (await buyer.Complain(order, item)).MustRefuse(409, "too_many_claims");
        await market.BooksMustHold();
    }

    [Fact]
    public async Task A_seller_who_says_nothing_for_a_week_loses_it_and_a_bank_takes_it_out_of_their_hands()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer) = (await market.SignUp("Nova"), await market.SignUp("Ana"));
        var (silent, banked, given) = (await buyer.BuyByCard("tok_ok", await seller.PublishBeat(price: 2_000)), await buyer.BuyByCard("tok_ok", await seller.PublishBeat(price: 3_000)), await buyer.BuyByCard("tok_ok", await seller.PublishBeat(price: 4_000)));
        var claims = new[] { silent, banked, given }.ToDictionary(o => o.Id(), o => Guid.Empty);
        foreach (var order in new[] { silent, banked, given }) claims[order.Id()] = (await buyer.Complain(order)).Must(201).Json.Id();

        (await seller.GiveBack(given.Item())).Must(201);
        (await StateOf(buyer, claims[given.Id()])).ShouldBe("resolved");
        var (_, reference) = await market.Disputed(banked.Id());
        (await StateOf(buyer, claims[banked.Id()])).ShouldBe("rejected");
        (await buyer.Complain(banked)).MustRefuse(409, "dispute_open");
        (await buyer.AskBack(banked, banked.Item())).MustRefuse(409, "dispute_open");
        await market.BooksMustHold();

        market.Clock.Walk(TimeSpan.FromDays(6.9));
        await market.Run<WatchClaims>();
        (await StateOf(buyer, claims[silent.Id()])).ShouldBe("open");
        market.Clock.Walk(TimeSpan.FromDays(0.2));
        await market.Run<WatchClaims>();
        (await StateOf(buyer, claims[silent.Id()])).ShouldBe("resolved");
        (await buyer.LineOf(silent)).State().ShouldBe("refunded");
        await market.Decide(reference, won: true);
        await market.Run<ReleaseHolds>();
        (await seller.Visitor.Get("/api/v1/sales")).Must().Json.GetProperty("data").EnumerateArray().Single(l => l.Id() == banked.Item()).GetProperty("hold").State().ShouldBe("released");
        await market.BooksMustHold();

        market.Clock.Walk(TimeSpan.FromDays(1));
        await market.Run<CompleteReceived>();
        market.Clock.Walk(TimeSpan.FromDays(31));
        await buyer.SignIn();
        (await buyer.Complain(banked)).MustRefuse(409, "too_late");
        (await buyer.AskBack(banked, banked.Item())).MustRefuse(409, "too_late");
    }

    [Fact]
    public async Task Whoever_is_erased_takes_their_words_and_files_along_and_the_claim_stays_decided()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer, staff) = (await market.SignUp("Nova"), await market.SignUp("Ana"), await market.Staff(Rights.Support));
        var order = await buyer.BuyByCard("tok_ok", await seller.PublishBeat(price: 2_000));
        var claim = (await buyer.Complain(order)).Must(201).Json.Id();
        (await buyer.Visitor.Delete("/api/v1/me")).MustRefuse(409, "erasure_blocked").Text.ShouldContain("orders_open");
        market.Clock.Walk(TimeSpan.FromMinutes(1));
        (await Show(buyer, claim)).Must(201);
        market.Clock.Walk(TimeSpan.FromMinutes(1));
        (await Say(seller, claim)).Must(201);
        (await staff.DecideClaim(claim, 40)).Must();
        var file = (await buyer.Visitor.Get($"/api/v1/claims/{claim}")).Must().Json.GetProperty("messages")[1].GetProperty("file_url").GetString()!;
        (await seller.Visitor.Get(file)).Must();
        var key = await market.Source.Command("SELECT blob_key FROM orders.dispute_messages WHERE blob_key IS NOT NULL").Scalar<string>();

        (await buyer.Visitor.Delete("/api/v1/me")).Must(202);
        market.Clock.Walk(EraseAccount.Grace);
        await market.Run<ErasePeople>();
        market.Clock.Walk(TimeSpan.FromHours(25));
        await market.Run<SweepBlobs>();
        await market.Drain();
        foreach (var person in new[] { seller, staff }) await person.SignIn();
        foreach (var person in new[] { seller, staff })
        {
            var seen = (await person.Visitor.Get($"/api/v1/claims/{claim}")).Must().Json;
            (seen.State(), seen.GetProperty("decision").GetString()).ShouldBe(("resolved", "The files are what was described."));
            seen.GetProperty("messages").EnumerateArray().Select(m => (m.GetProperty("side").GetString(), m.GetProperty("text").GetString(), m.GetProperty("file_name").GetString(), m.GetProperty("file_url").GetString()))
                .ShouldBe([("buyer", null, null, null), ("buyer", null, null, null), ("seller", "It is the song of the preview.", null, null)]);
            (await person.Visitor.Get($"/claims/{claim}")).Must().Text.ShouldNotContain("It is another song.");
            (await person.Visitor.Get(file)).Must(404);
        }

        (await market.Count("SELECT count(*) FROM kernel.blobs WHERE key = $1", key)).ShouldBe(0);
        Should.Throw<FileNotFoundException>(() => market.Services.GetRequiredService<IBlobStore>().Open(key!));
        await market.BooksMustHold();
    }

    private static Task<Answer> Say(Person person, Guid claim) => person.Visitor.Post($"/api/v1/claims/{claim}/messages", new { text = "It is the song of the preview." });

    private static Task<Answer> Show(Person person, Guid claim)
    {
        var file = new ByteArrayContent(Picture.Png(8, 8));
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return person.Visitor.Post($"/api/v1/claims/{claim}/files", new MultipartFormDataContent { { file, "file", "screen.png" } });
    }

    private static async Task<string?> StateOf(Person person, Guid claim) => (await person.Visitor.Get($"/api/v1/claims/{claim}")).Must().Json.State();
}
