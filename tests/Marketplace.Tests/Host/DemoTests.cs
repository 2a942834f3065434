using Marketplace.Host;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Tests.Host;

/// <summary>How the demo begins, breaks off and begins again. What it comes to is asked where it is lived to its end: in the browser tests.</summary>
public sealed class DemoTests
{
    private const int BreaksOff = 4;

    [Fact]
    public async Task A_month_that_broke_off_is_wiped_and_lived_again_the_same()
    {
        await using var market = await OwnMarket.Open();
        var first = await LiveAndBreakOff(market);
        first.Count.ShouldBeGreaterThan(20);

        // Half a shop must not be opened to anybody: it begins anew, in the same database, and comes out the same.
        var second = await LiveAndBreakOff(market);
        second.ShouldBe(first);
        (await Number(market, "SELECT count(*) FROM users.accounts WHERE email = 'ana@demo.example' AND email_verified_at IS NOT NULL")).ShouldBe(1);
        Directory.GetFiles(Path.Combine(TestServer.Home, "blobs"), "*", SearchOption.AllDirectories).Length.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_market_with_people_of_its_own_is_left_alone()
    {
        await using var market = await OwnMarket.Open();
        await market.SignUp();
        (await DemoMarket.Fill(market.App, _ => throw new InvalidOperationException("Nobody asked for a demo."))).ShouldBeFalse();
        (await new DemoMark(market.Services).Read(default)).ShouldBe(DemoPast.None);
    }

    [Fact]
    public async Task A_demo_that_broke_off_and_that_somebody_moved_into_is_left_alone()
    {
        await using var market = await OwnMarket.Open();
        await new DemoMark(market.Services).Begin(default);
        await market.SignUp();
        (await DemoMarket.Fill(market.App, _ => throw new InvalidOperationException("Somebody lives here."))).ShouldBeFalse();
        (await Number(market, "SELECT count(*) FROM users.accounts")).ShouldBe(1);
    }

    [Fact]
    public void The_clock_walks_forward_only_and_stands_still_otherwise()
    {
        var begin = new DateTimeOffset(2026, 1, 31, 8, 0, 0, TimeSpan.Zero);
        var clock = new DemoClock(begin);
        clock.WalkTo(begin.AddDays(2));
        clock.WalkTo(begin.AddDays(1));
        clock.GetUtcNow().ShouldBe(begin.AddDays(2));
    }

    [Fact]
    public void Each_day_of_the_month_has_its_visits_whatever_the_weekday_and_the_hour()
    {
        for (var weekday = 0; weekday < 7; weekday++)
        {
            var now = new DateTimeOffset(2026, 3, 2 + weekday, weekday * 3, 7, 0, TimeSpan.Zero);
            var visits = new DemoCalendar(now).Visits(370, 6, new ArtDice(1)).ToList();
            visits.Count.ShouldBe(370);
            visits.ShouldBe(visits.Order());
            visits[0].ShouldBeGreaterThan(now.AddDays(-31));
            visits[^1].ShouldBeLessThan(now);
            visits.Select(v => v.UtcDateTime.Date).Distinct().Count().ShouldBe(31);
        }
    }

    [Fact]
    public void The_same_record_is_the_same_bytes_and_none_is_like_another()
    {
        var (shop, product) = (DemoShops.All[0], DemoShops.All[0].Products[0]);
        var (one, again) = (DemoStudio.Render(shop, product, 0), DemoStudio.Render(shop, product, 0));
        one.Files.Select(f => (f.Role, f.Name)).ShouldBe([("cover", "cover.png"), ("original", "Midnight Ferry.wav")]);
        foreach (var (file, same) in one.Files.Zip(again.Files)) file.Bytes.ShouldBe(same.Bytes);
        DemoStudio.Render(shop, shop.Products[1], 1).Files[1].Bytes.ShouldNotBe(one.Files[1].Bytes);
        foreach (var other in DemoShelves.Of("ruben").Concat(DemoShelves.Of("priya")))
            DemoStudio.Render(shop, other, 0).Files.Select(f => Convert.ToHexString(f.Bytes)).ShouldBe(DemoStudio.Render(shop, other, 0).Files.Select(f => Convert.ToHexString(f.Bytes)), other.Title);
        DemoShops.All.SelectMany(s => s.Products).Select(p => p.Title).ShouldBeUnique();
        DemoBuyers.All.Select(b => b.Handle).Concat(DemoShops.All.Select(s => s.Handle)).ShouldBeUnique();
    }

    /// <returns>What the books say of the days before.</returns>
    private static async Task<List<string>> LiveAndBreakOff(OwnMarket market)
    {
        using var stop = new CancellationTokenSource();
        // Whatever else goes wrong in those days comes out as it is.
        try
        {
            await DemoMarket.Fill(
                market.App,
                clock => TestServer.Host(market.ConnectionString, adjust: services => services.AddSingleton<TimeProvider>(clock)),
                day =>
                {
                    if (day == BreaksOff) stop.Cancel();
                }, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }

        (await new DemoMark(market.Services).Read(default)).ShouldBe(DemoPast.BrokeOff);
        return await market.Source.Command(
            """
            SELECT format('%s %s %s %s %s %s', o.number, o.placed_at, a.email, o.state, o.total, o.currency) FROM orders.orders o JOIN users.accounts a ON a.id = o.buyer
            UNION ALL
            SELECT format('%s %s %s %s', t.effective_at, t.kind, a.kind, sum(p.amount)) FROM wallet.ledger_transactions t
            JOIN wallet.postings p ON p.transaction_id = t.id JOIN wallet.accounts a ON a.id = p.account_id GROUP BY t.id, t.effective_at, t.kind, a.kind
            UNION ALL
            SELECT format('%s %s %s', p.published_at, p.slug, p.sold_count) FROM catalog.products p
            ORDER BY 1
            """).List(r => r.GetString(0));
    }

    private static async Task<long> Number(OwnMarket market, string sql) => await market.Source.Command(sql).Scalar<long>();
}
