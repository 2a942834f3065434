using Marketplace.Wallet;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests;

public class HoldTests
{
    [Theory]
    [InlineData("EUR", 4_000)]
    [InlineData("JPY", 4_001)]
    [InlineData("KWD", 12_345)]
    public async Task Money_of_a_sale_is_held_for_seven_days_and_then_available(string currency, long minor)
    {
        await using var market = await OwnMarket.Open();
        var (ana, ben) = (await market.SignUp(), await market.SignUp());
        await ana.TopUp(20_000, currency);
        await market.Settle(WalletSteps.NewId(), WalletSteps.NewId(), ana.Account, ben.Account, minor, currency);
        var share = minor - (minor / 10);
        await market.BooksMustHold();

        market.Clock.Walk(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1));
        await market.Run<ReleaseHolds>();
        (await ben.Pending(currency), await ben.Available(currency)).ShouldBe((share, 0));
        market.Clock.Walk(TimeSpan.FromSeconds(1));
        await market.Run<ReleaseHolds>();
        await market.Run<ReleaseHolds>();

        (await ben.Pending(currency), await ben.Available(currency)).ShouldBe((0, share));
        (await market.Count("SELECT count(*) FROM kernel.outbox WHERE event = 'wallet.hold_released'")).ShouldBe(1);
        (await ben.Visitor.Get("/api/v1/wallet/entries?type=release")).Must().Json.GetProperty("data").GetArrayLength().ShouldBe(2);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task Debt_is_repaid_before_anything_becomes_available()
    {
        await using var market = await OwnMarket.Open();
        var (ana, ben) = (await market.SignUp(), await market.SignUp());
        await ana.TopUp(10_000);
        await Owe(market, ben, 1_500);
        for (var i = 0; i < 3; i++) await market.Settle(WalletSteps.NewId(), WalletSteps.NewId(), ana.Account, ben.Account, 1_000);

        market.Clock.Walk(TimeSpan.FromDays(7));
        await market.Run<ReleaseHolds>();

        (await ben.Available(), await ben.Pending(), await market.Balance("user_debt", ben.Account)).ShouldBe((2_700 - 1_500, 0, 0));
        await market.Drain();
        var told = (await market.Source.Command("SELECT payload::text FROM kernel.outbox WHERE event = 'wallet.hold_released'").List(r => r.GetString(0))).Single();
        System.Text.Json.JsonSerializer.Deserialize<HoldReleased>(told, JsonStyle.Options).ShouldBe(new HoldReleased(ben.Account, Money.Of(2_700, "EUR"), Money.Of(1_500, "EUR"), 3));
        await market.BooksMustHold();
    }

    [Fact]
    public async Task Two_hosts_at_once_release_every_hold_exactly_once()
    {
        await using var market = await OwnMarket.Open();
        var other = await market.AnotherHost();
        var ana = await market.SignUp();
        await ana.TopUp(100_000);
        var sellers = new List<Person>();
        for (var i = 0; i < 6; i++) sellers.Add(await market.SignUp("Nova"));
        // More than one turn for the first, one for the others.
        for (var i = 0; i < 160; i++) await market.Settle(WalletSteps.NewId(), WalletSteps.NewId(), ana.Account, sellers[i < 130 ? 0 : i % 6].Account, 100);

        market.Clock.Walk(TimeSpan.FromDays(7));
        await Task.WhenAll(market.Run<ReleaseHolds>(), other.Run<ReleaseHolds>(), market.Run<ReleaseHolds>(), other.Run<ReleaseHolds>());
        await market.Run<ReleaseHolds>();     // what one host had in hand while the other looked is left to it

        (await market.Count("SELECT count(*) FROM wallet.holds WHERE state = 'released'")).ShouldBe(160);
        (await market.Count("SELECT count(*) FROM wallet.ledger_transactions WHERE kind = 'release'")).ShouldBe(160);
        (await Task.WhenAll(sellers.Select(s => s.Available()))).Sum().ShouldBe(160 * 90);
        (await market.Count("SELECT sum((payload ->> 'holds')::bigint)::bigint FROM kernel.outbox WHERE event = 'wallet.hold_released'")).ShouldBe(160);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task An_owner_that_cannot_be_released_stops_nobody_else()
    {
        await using var market = await OwnMarket.Open();
        var ana = await market.SignUp();
        await ana.TopUp(10_000);
        Person[] sellers = [await market.SignUp(), await market.SignUp(), await market.SignUp()];
        foreach (var seller in sellers) await market.Settle(WalletSteps.NewId(), WalletSteps.NewId(), ana.Account, seller.Account, 1_000);
        var stuck = sellers.MinBy(s => s.Account)!;
        await market.Source.Command("SELECT wallet.set_account_status(id, 'debit_frozen') FROM wallet.accounts WHERE owner_id = $1 AND kind = 'user_pending'", stuck.Account).Execute();

        market.Clock.Walk(TimeSpan.FromDays(7));
        await market.Run<ReleaseHolds>();

        foreach (var seller in sellers) (await seller.Available()).ShouldBe(seller == stuck ? 0 : 900);
        await market.Source.Command("SELECT wallet.set_account_status(id, 'open') FROM wallet.accounts WHERE owner_id = $1 AND kind = 'user_pending'", stuck.Account).Execute();
        await market.Run<ReleaseHolds>();
        (await stuck.Available()).ShouldBe(900);
        await market.BooksMustHold();
    }

    [Theory]
    [InlineData(Faults.BeforeCommit, 0)]
    [InlineData(Faults.AfterCommit, 900)]
    public async Task A_death_in_mid_release_is_made_good_by_the_next_turn(string point, long available)
    {
        await using var market = await OwnMarket.Open();
        var (ana, ben) = (await market.SignUp(), await market.SignUp());
        await ana.TopUp(10_000);
        await market.Settle(WalletSteps.NewId(), WalletSteps.NewId(), ana.Account, ben.Account, 1_000);
        market.Clock.Walk(TimeSpan.FromDays(7));
        market.Faults.Passing = at =>
        {
            if (at == point) throw new Faults.Crash(at);
        };

        await Should.ThrowAsync<Faults.Crash>(() => market.Run<ReleaseHolds>());
        market.Faults.Passing = null;
        (await ben.Available()).ShouldBe(available);
        await market.BooksMustHold();
        await market.Run<ReleaseHolds>();

        (await ben.Available()).ShouldBe(900);
        (await market.Count("SELECT count(*) FROM kernel.outbox WHERE event = 'wallet.hold_released'")).ShouldBe(1);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task Sales_of_a_database_from_before_there_were_holds_get_theirs()
    {
        await using var market = await OwnMarket.Open();
        var (ana, ben) = (await market.SignUp(), await market.SignUp());
        await ana.TopUp(10_000);
        await market.Settle(WalletSteps.NewId(), WalletSteps.NewId(), ana.Account, ben.Account, 1_000);
        await market.Settle(WalletSteps.NewId(), WalletSteps.NewId(), ana.Account, ben.Account, 2_000);
        var made = await All(market);
        await TestServer.Execute(market.ConnectionString, "DELETE FROM wallet.holds");
        (await LedgerTests.Red(market)).ShouldBe(["open holds are the pending balance", "each sale that earns has its hold"]);

        var migration = File.ReadAllText(Path.Combine(TestServer.Root, "src", "Wallet", "Migrations", "0003_holds.sql"));
        var from = migration.IndexOf("INSERT INTO wallet.holds", StringComparison.Ordinal);
        var insert = migration[from..(migration.IndexOf(';', from) + 1)];
        await TestServer.Execute(market.ConnectionString, insert);
        await TestServer.Execute(market.ConnectionString, insert);

        (await All(market)).ShouldBe(made);
        await market.BooksMustHold();
        market.Clock.Walk(TimeSpan.FromDays(7));
        await market.Run<ReleaseHolds>();
        (await ben.Available()).ShouldBe(2_700);

        static Task<List<(Guid, Guid, Guid, long, DateTimeOffset)>> All(Market market) => market.Source.Command(
            "SELECT subject_id, order_id, owner_id, remaining, release_at FROM wallet.holds WHERE rule = 'after_sale' AND currency = 'EUR' AND state = 'held' ORDER BY subject_id")
            .List(r => (r.GetGuid(0), r.GetGuid(1), r.GetGuid(2), r.GetInt64(3), r.GetFieldValue<DateTimeOffset>(4)));
    }

    [Fact]
    public async Task A_hold_that_is_forged_turns_the_books_red()
    {
        await using var market = await OwnMarket.Open();
        var (ana, ben) = (await market.SignUp(), await market.SignUp());
        await ana.TopUp(10_000);
        await market.Settle(WalletSteps.NewId(), WalletSteps.NewId(), ana.Account, ben.Account, 1_000);
        await TestServer.Execute(market.ConnectionString, "UPDATE wallet.holds SET state = 'released', released = remaining, remaining = 0, ended_at = created_at");
        (await LedgerTests.Red(market)).ShouldBe(["open holds are the pending balance", "a released hold was posted, and no other was"], ignoreOrder: true);
    }

    [Fact]
    public async Task Each_held_amount_is_explained_on_the_page_and_in_the_api()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer, eve) = (await market.SignUp("Nova"), await market.SignUp("Ana"), await market.SignUp("Eve"));
        var (one, two) = (await seller.PublishBeat(price: 1_000), await seller.PublishBeat(price: 2_000));
        await buyer.Buy(one);
        market.Clock.Walk(TimeSpan.FromDays(1));
        await buyer.Buy(two);

        var first = (await seller.Visitor.Get("/api/v1/wallet/holds?limit=1")).Must().Json;
        var hold = first.GetProperty("data")[0];
        hold.GetProperty("title").GetString()!.ShouldContain(one.Title);
        hold.GetProperty("remaining").GetProperty("amount").GetInt64().ShouldBe(600);
        hold.GetProperty("rule").GetString().ShouldBe("after_sale");
        hold.GetProperty("release_at").GetDateTimeOffset().ShouldBe(market.Clock.GetUtcNow().AddDays(6));
        var second = (await seller.Visitor.Get($"/api/v1/wallet/holds?limit=1&cursor={first.GetProperty("next_cursor").GetString()}")).Must().Json;
        second.GetProperty("data")[0].GetProperty("remaining").GetProperty("amount").GetInt64().ShouldBe(1_200);
        second.GetProperty("has_more").GetBoolean().ShouldBeFalse();
        (await eve.Visitor.Get("/api/v1/wallet/holds")).Must().Json.GetProperty("data").GetArrayLength().ShouldBe(0);
        (await eve.Visitor.Get($"/api/v1/wallet/holds?limit=1&cursor={first.GetProperty("next_cursor").GetString()}")).MustRefuse(400, "cursor_invalid");
        (await seller.Visitor.Get("/api/v1/wallet/holds?currency=ZZZ")).MustRefuse(422, "unknown_currency");
        using var nobody = market.Visitor();
        (await nobody.Get("/api/v1/wallet/holds")).MustRefuse(401, "unauthenticated");

        var held = (await seller.Visitor.Get("/wallet")).Must().Html.QuerySelector("#held")!;
        held.QuerySelectorAll("dl dt").Length.ShouldBe(1, "the words of a rule stand there once");
        held.QuerySelector("dl")!.TextContent.ShouldContain("Nothing releases it sooner");
        held.QuerySelectorAll("summary").Select(s => s.QuerySelector(".amount")!.TextContent.Trim()).ShouldBe(["€6.00", "€12.00"]);
        var rows = held.QuerySelectorAll("details li");
        rows.Length.ShouldBe(2);
        rows[0].QuerySelector("a")!.TextContent.ShouldContain(one.Title);
        rows[0].QuerySelector("a")!.GetAttribute("href").ShouldBe($"/sell/orders#{hold.GetProperty("item").GetGuid()}");
        rows[0].QuerySelector(".held .explain")!.TextContent.ShouldContain("so that a refund can be paid from it");
        rows[0].QuerySelector(".held button[popovertarget]").ShouldNotBeNull("it explains itself on hover, focus and tap");
        (await seller.Visitor.Get("/sell/orders")).Must().Html.QuerySelectorAll("td .chip-held").Length.ShouldBe(2);

        market.Clock.Walk(TimeSpan.FromDays(6));
        await market.Run<ReleaseHolds>();
        (await seller.Visitor.Get("/wallet")).Must().Html.QuerySelectorAll("#held details li").Length.ShouldBe(1);
        var sales = (await seller.Visitor.Get("/api/v1/sales")).Must().Json.GetProperty("data").EnumerateArray().Select(s => (s.GetProperty("held").GetProperty("amount").GetInt64(), s.GetProperty("hold").State()));
        sales.ShouldBe([(1_200, "held"), (0, "released")]);
    }

    [Fact]
    public async Task Many_held_amounts_are_shown_by_day_the_first_days_first_and_all_on_their_page()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer) = (await market.SignUp("Nova"), await market.SignUp("Ana"));
        for (var day = 0; day < 3; day++)
        {
            for (var sale = 0; sale < 2; sale++) await buyer.Buy(await seller.PublishBeat(price: 1_000));
            market.Clock.Walk(TimeSpan.FromDays(1));
        }

        // Sold long before anybody looks: twelve days more.
        await market.Everything.Command(
            """
            INSERT INTO wallet.holds (id, kind, subject_id, order_id, owner_id, currency, amount, remaining, released, rule, rule_version, risk, risk_factor, release_at, state, created_at)
            SELECT gen_random_uuid(), 'sale', gen_random_uuid(), gen_random_uuid(), $1, 'EUR', 100, 100, 0, 'after_sale', 1, 'normal', 1, $2::timestamptz + make_interval(days => 10 + n % 12), 'held', $2 FROM generate_series(1, 300) n
            """, seller.Account, market.Clock.GetUtcNow()).Execute();
        var first = (await seller.Visitor.Get("/wallet")).Must().Html.QuerySelector("#held")!;
        first.QuerySelectorAll("summary").Length.ShouldBe(10);
        first.QuerySelector("summary")!.TextContent.ShouldContain("2 sales");
        first.QuerySelectorAll("summary")[9].TextContent.ShouldContain("25 sales");
        first.QuerySelectorAll("details")[9].TextContent.ShouldContain("and 5 more");
        var all = (await seller.Visitor.Get(first.QuerySelector("a.btn")!.GetAttribute("href")!)).Must().Html.QuerySelector("#held")!;
        (all.QuerySelectorAll("summary").Length, all.QuerySelectorAll("details li").Length).ShouldBe((15, 306));
    }

    /// <summary>The person owes the market: money that was theirs and had to go back.</summary>
    internal static Task Owe(Market market, Person person, long minor) => market.Do(services => services.GetRequiredService<Ledger>().Post(new Posting(
        $"adjustment:{WalletSteps.NewId()}", "adjustment", null, Account.Debt(person.Account).Minus(Money.Of(minor, "EUR")), new Account("expense_goodwill").Plus(Money.Of(minor, "EUR")))));
}
