using System.Collections.Concurrent;
using Marketplace.Kernel;
using Marketplace.Users;
using Marketplace.Wallet;
using Shouldly;
using Xunit;

namespace Marketplace.Tests.Orders;

public sealed class DisputeTests : MarketTest
{
    [Fact]
    public async Task A_dispute_takes_everything_back_leg_by_leg_and_won_gives_it_back()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer, staff) = (await market.SignUp("Nova"), await market.SignUp("Ana"), await market.Staff(Rights.Support));
        await TestServer.Execute(market.ConnectionString, $"UPDATE users.accounts SET tier = 'ultimate' WHERE id = '{seller.Account}'");
        var order = await buyer.BuyByCard("tok_ok", await seller.PublishBeat(price: 10_000));
        var link = await buyer.DownloadLink(order);
        (await buyer.Visitor.Get(link)).Must();

        var (id, reference) = await market.Disputed(order.Id());

        (await market.Legs($"dispute:{id}:{order.Item()}")).ShouldBe([("dispute_transit", 10_000), ("revenue_commission", -1_000), ("user_debt", -320), ("user_pending", -8_680)]);
        (await market.Legs($"dispute_taken:{id}")).ShouldBe([("dispute_transit", -10_000), ("psp_clearing", 10_000)]);
        (await market.Legs($"dispute_fee:{id}")).ShouldBe([("expense_dispute", -1_500), ("psp_clearing", 1_500)]);
        (await buyer.Visitor.Get(link)).Must(404);
        (await buyer.Visitor.Post($"/api/v1/library/{order.Item()}/download-links", new { })).MustRefuse(409, "purchase_disputed");
        (await staff.Refund(order.Id(), order.Item(), 100)).MustRefuse(409, "dispute_open");
        (await buyer.Visitor.Get("/library")).Must().Html.QuerySelectorAll("main form").Length.ShouldBe(0);
        (await buyer.Visitor.Get($"/api/v1/orders/{order.Id()}")).Must().Json.GetProperty("items")[0].GetProperty("disputed").GetProperty("amount").GetInt64().ShouldBe(10_000);
        await market.BooksMustHold();

        await market.Decide(reference, won: true);

        (await market.DisputeState(id)).ShouldBe("won");
        (await seller.Pending(), await seller.Available(), await market.Balance("user_debt", seller.Account)).ShouldBe((8_680, 0 + 0, 0));
        (await market.Balance("dispute_transit"), await market.Balance("revenue_commission"), await market.Balance("expense_dispute")).ShouldBe((0, 1_000, -1_500));
        (await buyer.Visitor.Get((await buyer.DownloadLink(order)))).Must();
        (await staff.Refund(order.Id(), order.Item(), 100)).Must(201);
        (await buyer.Visitor.Get($"/api/v1/orders/{order.Id()}")).Must().Json.GetProperty("timeline").EnumerateArray().Select(t => t.GetProperty("what").GetString())
            .ShouldBe(["placed", "payment_started", "paid", "available", "downloaded", "completed", "disputed", "dispute_won", "refunded_in_part"]);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task After_a_refund_in_part_a_dispute_takes_the_rest_and_the_market_bears_what_nobody_has()
    {
        await using var market = await OwnMarket.Open();
        var (one, two, buyer, staff) = (await market.SignUp("Nova"), await market.SignUp("Sky"), await market.SignUp("Ana"), await market.Staff(Rights.Support));
        var (first, second) = (await one.PublishBeat(price: 1_000), await two.PublishBeat(price: 2_000));
        var order = await buyer.BuyByCard("tok_ok", first, second);
        (await staff.Refund(order.Id(), order.ItemOf(first), 400)).Must(201);

        var (id, reference) = await market.Disputed(order.Id());

        (await market.Count("SELECT amount FROM wallet.dispute_parts WHERE item_id = $1", order.ItemOf(first))).ShouldBe(600);
        (await market.Count("SELECT amount FROM wallet.dispute_parts WHERE item_id = $1", order.ItemOf(second))).ShouldBe(2_000);
        (await market.Count("SELECT borne FROM wallet.payment_disputes WHERE id = $1", id)).ShouldBe(400);
        (await market.Balance("expense_dispute")).ShouldBe(-1_500 - 400);
        await market.BooksMustHold();

        await market.Decide(reference, won: false);
        (await market.Balance("dispute_transit"), await market.Balance("revenue_commission"), await one.Pending(), await two.Pending()).ShouldBe((0, 0, 0, 0));
        (await staff.Refund(order.Id(), order.ItemOf(first))).MustRefuse(409, "nothing_to_refund");
        (await buyer.Visitor.Post($"/api/v1/library/{order.ItemOf(second)}/download-links", new { })).MustRefuse(409, "purchase_disputed");
        await market.BooksMustHold();
    }

    [Theory]
    [InlineData("EUR", 1_001, new long[] { 333, 334, 777 })]
    [InlineData("JPY", 101, new long[] { 100, 1_000, 999 })]
    [InlineData("KWD", 7, new long[] { 12_345, 1_000, 5_000 })]
    public async Task A_dispute_of_a_part_is_spread_over_the_lines_and_every_cent_is_found_again(string currency, long disputed, long[] prices)
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer, staff) = (await market.SignUp("Nova"), await market.SignUp("Ana"), await market.Staff(Rights.Support));
        foreach (var price in prices) (await buyer.AddToCart(await seller.PublishBeat(price: price, currency: currency))).Must();
        var order = (await buyer.Checkout("sandbox_card", "tok_ok")).Must(201).Json;

        var (_, lost) = await market.Disputed(order.Id(), disputed);
        (await market.Count("SELECT sum(amount)::bigint FROM wallet.dispute_parts")).ShouldBe(disputed);
        await market.BooksMustHold();
        await market.Decide(lost, won: false);
        foreach (var item in order.GetProperty("items").EnumerateArray()) (await staff.Refund(order.Id(), item.Id())).Status.ShouldBeOneOf(201, 409);

        (await market.Balance("revenue_commission", currency: currency), await market.Balance("refund_transit", currency: currency), await seller.Pending(currency)).ShouldBe((0, 0, 0));
        (await market.Count("SELECT sum(refunded + disputed - gross)::bigint FROM orders.order_items")).ShouldBe(0);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task Held_money_waits_while_its_order_is_disputed_and_is_released_when_it_was_won()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer) = (await market.SignUp("Nova"), await market.SignUp("Ana"));
        var order = await buyer.BuyByCard("tok_ok", await seller.PublishBeat(price: 1_000));
        var share = await seller.Pending();
        var (_, reference) = await market.Disputed(order.Id(), 400);
        var left = await seller.Pending();
        left.ShouldBe(share - 240);

        market.Clock.Walk(TimeSpan.FromDays(8));
        await market.Run<ReleaseHolds>();
        await seller.SignIn();
        (await seller.Pending(), await seller.Available()).ShouldBe((left, 0));

        await market.Decide(reference, won: true);
        await market.Run<ReleaseHolds>();
        (await seller.Pending(), await seller.Available()).ShouldBe((0, share));
        await market.BooksMustHold();
    }

    [Fact]
    public async Task After_the_release_a_dispute_takes_from_the_wallet_and_then_as_debt_and_won_repays_the_debt_first()
    {
        await using var market = await OwnMarket.Open();
        var (seller, other, buyer) = (await market.SignUp("Nova"), await market.SignUp("Sky"), await market.SignUp("Ana"));
        var (order, wanted) = (await buyer.BuyByCard("tok_ok", await seller.PublishBeat(price: 1_000)), await other.PublishBeat(price: 441));
        market.Clock.Walk(TimeSpan.FromDays(8));
        await market.Run<ReleaseHolds>();
        foreach (var person in new[] { seller, other, buyer }) await person.SignIn();
        (await seller.Available()).ShouldBe(541);
        (await seller.AddToCart(wanted)).Must();
        (await seller.Checkout()).Must(201);

        var (id, reference) = await market.Disputed(order.Id());
        (await seller.Available(), await market.Balance("user_debt", seller.Account)).ShouldBe((0, -500));
        await market.Decide(reference, won: true);

        (await seller.Available(), await market.Balance("user_debt", seller.Account)).ShouldBe((100, 0));
        (await market.Count("SELECT from_available FROM wallet.dispute_parts WHERE dispute_id = $1", id)).ShouldBe(100);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task Release_refund_and_dispute_of_one_order_at_once_are_exact_in_two_hundred_rounds()
    {
        await using var market = await OwnMarket.Open();
        var other = await market.AnotherHost();
        var (seller, buyer, staff) = (await market.SignUp("Nova"), await market.SignUp("Ana"), await market.Staff(Rights.Support));
        var beat = await seller.PublishBeat(price: 1_000);
        var outcomes = new ConcurrentDictionary<string, int>();
        const int batches = 10, rounds = 20;
        for (var batch = 0; batch < batches; batch++)
        {
            var orders = new List<(Guid Order, Guid Item, Guid Payment)>();
            for (var round = 0; round < rounds; round++) orders.Add(await Sold(market, buyer.Account, seller.Account, beat, 1_000, drain: false));
            await market.Drain();
            await market.Source.Command("UPDATE wallet.holds SET release_at = $1 WHERE state = 'held'", market.Clock.GetUtcNow()).Execute();
            var references = new ConcurrentDictionary<Guid, string>();
            await Task.WhenAll(
            [
                .. orders.Select(async o =>
                {
                    var answer = await staff.Refund(o.Order, o.Item, 300);
                    outcomes.AddOrUpdate(answer.Status == 201 ? "refunded" : answer.Code!, 1, (_, n) => n + 1);
                }),
                .. new[] { market, other, market, other }.Select(async (host, part) =>
                {
                    foreach (var order in orders.Skip(part * rounds / 4).Take(rounds / 4)) references[order.Order] = (await host.Sandbox(v => v.OpenDispute(order.Payment, 500)))!;

                    await host.HearSandbox();
                }),
                market.Run<ReleaseHolds>(), other.Run<ReleaseHolds>(),
            ]);
            await Heard();
            await Task.WhenAll(orders.Select((o, i) => market.Sandbox(v => v.DecideDispute(references[o.Order], won: i % 2 == 0))));
            await Task.WhenAll(market.HearSandbox(), other.HearSandbox(), other.Run<ReleaseHolds>());
            await Heard();
            await market.Run<ReleaseHolds>();
        }

        outcomes.Keys.ShouldBeSubsetOf(["refunded", "dispute_open", "try_again"]);
        (await market.Count("SELECT count(*) FROM wallet.payment_disputes WHERE taken_at IS NULL OR ended_at IS NULL")).ShouldBe(0);
        (await market.Balance("dispute_transit"), await market.Balance("refund_transit"), await seller.Pending()).ShouldBe((0, 0, 0));
        await market.BooksMustHold();

        // What another host had in hand is tried again, as it would be after its claim.
        async Task Heard()
        {
            for (var turn = 0; turn < 10 && await market.Count("SELECT count(*) FROM wallet.payment_disputes WHERE taken_at IS NULL OR state = 'won' AND returned_at IS NULL") + await market.Count("SELECT count(*) FROM wallet.provider_events WHERE state = 'received'") > 0; turn++)
            {
                market.Clock.Walk(TimeSpan.FromMinutes(1));
                await market.HearSandbox();
            }
        }
    }

    [Fact]
    public async Task A_top_up_that_is_disputed_is_taken_from_the_wallet_and_the_rest_is_owed()
    {
        await using var market = await OwnMarket.Open();
        var (buyer, seller) = (await market.SignUp("Ana"), await market.SignUp("Nova"));
        await buyer.TopUp(5_000);
        (await buyer.AddToCart(await seller.PublishBeat(price: 2_000))).Must();
        (await buyer.Checkout()).Must(201);

        var (id, reference) = await market.Disputed(buyer.Account);
        (await buyer.Available(), await market.Balance("user_debt", buyer.Account), await market.Balance("dispute_transit")).ShouldBe((0, -2_000, 0));
        await market.BooksMustHold();
        await market.Decide(reference, won: true);

        (await buyer.Available(), await market.Balance("user_debt", buyer.Account)).ShouldBe((3_000, 0));
        (await market.DisputeState(id)).ShouldBe("won");
        (await buyer.Visitor.Get("/api/v1/wallet/entries?type=dispute")).Must().Json.GetProperty("data").GetArrayLength().ShouldBe(4);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task A_dispute_that_ended_before_we_heard_of_it_begins_and_ends()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer) = (await market.SignUp("Nova"), await market.SignUp("Ana"));
        var order = await buyer.BuyByCard("tok_ok", await seller.PublishBeat(price: 1_000));
        var reference = (await market.Sandbox(async v => await v.OpenDispute(await market.PaymentOf(order.Id()), tell: false)))!;
        await market.Decide(reference, won: true);
        await market.Sandbox(v => v.Tell("dispute.opened", dispute: reference));
        await market.HearSandbox();

        (await market.Source.Command("SELECT payload ->> 'state' FROM kernel.outbox WHERE event = 'wallet.payment_disputed' ORDER BY id").List(r => r.GetString(0))).ShouldBe(["needs_response", "won"]);
        (await market.Balance("dispute_transit"), await market.Balance("user_debt", seller.Account)).ShouldBe((0, 0));
        (await market.Count("SELECT count(*) FROM wallet.payment_disputes")).ShouldBe(1);
        await market.BooksMustHold();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_crash_anywhere_is_made_good_by_the_next_turn(bool won)
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer) = (await market.SignUp("Nova"), await market.SignUp("Ana"));
        var beat = await seller.PublishBeat(price: 1_000);
        var died = 0;
        for (var dieAt = 1; ; dieAt++)
        {
            var (order, _, payment) = await Sold(market, buyer.Account, seller.Account, beat, 1_000);
            var reference = (await market.Sandbox(v => v.OpenDispute(payment)))!;
            await market.Sandbox(v => v.DecideDispute(reference, won));
            await market.Run<DeliverSandboxEvents>();
            var passed = 0;
            market.Faults.Passing = at =>
            {
                if (++passed == dieAt) throw new Faults.Crash(at);
            };
            var whole = false;
            try
            {
                await market.Run<HandleEvents>();
                whole = true;
            }
            catch (Faults.Crash)
            {
                died++;
            }

            market.Faults.Passing = null;
            market.Clock.Walk(TimeSpan.FromMinutes(2));
            await market.Run<HandleEvents>();
            await market.Drain();
            (await market.Count("SELECT count(*) FROM wallet.payment_disputes WHERE subject_id = $1 AND ended_at IS NOT NULL AND taken_at IS NOT NULL", order)).ShouldBe(1);
            await market.BooksMustHold();
            if (whole) break;
        }

        died.ShouldBeGreaterThan(4);
        (await market.Count("SELECT count(*) FROM wallet.provider_events WHERE state <> 'handled'")).ShouldBe(0);
    }

    // An order of one line, paid by card, as the checkout leaves it.
    private static async Task<(Guid Order, Guid Item, Guid Payment)> Sold(Market market, Guid buyer, Guid seller, PublishedBeat beat, long price, bool drain = true)
    {
        var (order, item) = (WalletSteps.NewId(), WalletSteps.NewId());
        var now = market.Services.GetClock().GetUtcNow();
        var payment = await market.Do(services => services.Wallet().Start(new NewPayment("order", order, buyer, Money.Of(price, "EUR"), "sandbox_card", "tok_ok", "/")));
        await TestServer.Execute(market.ConnectionString,
            $"""
            INSERT INTO orders.orders (id, buyer, currency, total, state, method, language, placed_at, expires_at)
            VALUES ('{order}', '{buyer}', 'EUR', {price}, 'pending', 'sandbox_card', 'en', '{now:O}', '{now:O}');
            INSERT INTO orders.order_events (order_id, at, what, by) VALUES ('{order}', '{now:O}', 'placed', '{buyer}');
            INSERT INTO orders.order_items (id, order_id, line, buyer, seller, shop, shop_name, product, offer, kind, title, slug, licence, terms, state, gross, tax, seller_tier, commission_rate, commission, fee, affiliate, seller_share, refunded, disputed, gone_tax, gone_commission)
            VALUES ('{item}', '{order}', 1, '{buyer}', '{seller}', '{order}', 'Shop', '{beat.Product}', '{beat.Offer}', 'beat', 'Beat', 'beat', 'Lease', '', 'pending', {price}, 0, 'ultimate', 1000, {price / 10}, 0, 0, {price - (price / 10)}, 0, 0, 0, 0);
            """);
        await market.Submit(payment);
        if (drain) await market.Drain();
        return (order, item, payment);
    }
}

internal static class Beneath
{
    public static TimeProvider GetClock(this IServiceProvider services) => (TimeProvider)services.GetService(typeof(TimeProvider))!;

    public static IWallet Wallet(this IServiceProvider services) => (IWallet)services.GetService(typeof(IWallet))!;

    public static async Task Submit(this Market market, Guid payment)
    {
        await using var scope = Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.CreateAsyncScope(market.Services);
        await scope.ServiceProvider.Wallet().Submit(payment);
    }
}
