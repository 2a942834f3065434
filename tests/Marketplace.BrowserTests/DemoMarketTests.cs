using Marketplace.Host;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.BrowserTests;

/// <summary>The month that the demo has lived, in figures. The visitors of the other tests come after it, and change none of them.</summary>
[Collection(Demo.Name)]
public sealed class DemoMarketTests(DemoBrowser demo)
{
    private NpgsqlDataSource Source => demo.App.Services.GetRequiredService<NpgsqlDataSource>();

    [Fact]
    public async Task It_is_a_market_that_lives()
    {
        (await Number("SELECT count(*) FROM catalog.shops")).ShouldBeGreaterThanOrEqualTo(8);
        (await Number("SELECT count(DISTINCT currency) FROM catalog.shops")).ShouldBe(3);
        (await Number("SELECT count(*) FROM catalog.products")).ShouldBeGreaterThanOrEqualTo(60);
        (await Number("SELECT count(*) FROM catalog.products WHERE state = 'active' AND peaks IS NOT NULL AND cover_key IS NOT NULL")).ShouldBeGreaterThanOrEqualTo(55);
        (await Number("SELECT count(*) FROM orders.orders WHERE paid_at IS NOT NULL")).ShouldBeGreaterThanOrEqualTo(300);
        (await Number("SELECT count(DISTINCT placed_at::date) FROM orders.orders WHERE paid_at IS NOT NULL")).ShouldBeGreaterThanOrEqualTo(30);
        (await Number("SELECT count(DISTINCT buyer) FROM orders.orders")).ShouldBeGreaterThanOrEqualTo(25);
        (await Number("SELECT count(*) FROM orders.orders WHERE state = 'expired'")).ShouldBeGreaterThan(0);
        (await Number("SELECT count(*) FROM orders.download_log")).ShouldBeGreaterThan(200);
    }

    [Fact]
    public async Task Who_left_a_cart_behind_and_has_proven_their_address_is_mailed_about_it() =>
        (await Number("SELECT count(*) FROM orders.cart_reminders r JOIN users.accounts a ON a.id = r.account WHERE r.mailed_at IS NOT NULL AND a.email = 'salome@demo.example'")).ShouldBe(1);

    [Fact]
    public async Task Its_shelves_have_everything_that_is_sold_here_in_every_state()
    {
        foreach (var kind in new[] { "beat", "sample", "kit", "digital" })
            (await Number($"SELECT count(*) FROM orders.order_items WHERE kind = '{kind}' AND state <> 'pending'")).ShouldBeGreaterThan(0, kind);
        foreach (var state in new[] { "draft", "pending", "active", "paused", "rejected" })
            (await Number($"SELECT count(*) FROM catalog.products WHERE state = '{state}'")).ShouldBeGreaterThan(0, state);
    }

    [Fact]
    public async Task Money_is_held_released_given_back_and_owed()
    {
        (await Number("SELECT sum(b.balance)::bigint FROM wallet.accounts a JOIN wallet.account_balances b ON b.account_id = a.id WHERE a.kind = 'user_pending'")).ShouldBeGreaterThan(0);
        (await Number("SELECT count(*) FROM wallet.ledger_transactions WHERE kind = 'release'")).ShouldBeGreaterThan(100);
        (await Number("SELECT count(*) FROM orders.refunds WHERE state = 'processed'")).ShouldBeGreaterThanOrEqualTo(5);
        (await Number("SELECT count(*) FROM orders.refunds r JOIN orders.order_items i ON i.id = r.item_id WHERE r.amount < i.gross")).ShouldBeGreaterThan(0);
        (await Number("SELECT count(*) FROM wallet.postings p JOIN wallet.accounts a ON a.id = p.account_id WHERE a.kind = 'user_debt'")).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task An_answer_that_was_lost_was_found_again_and_nothing_is_left_open()
    {
        (await Number("SELECT count(*) FROM wallet.payments WHERE attempts > 0 AND state = 'captured'")).ShouldBeGreaterThan(0);
        (await Number("SELECT count(*) FROM wallet.payments WHERE state = 'unknown'")).ShouldBe(0);
        (await Number("SELECT count(*) FROM kernel.deliveries WHERE state = 'poisoned'")).ShouldBe(0);
        (await Number("SELECT count(*) FROM kernel.schedules WHERE last_error IS NOT NULL")).ShouldBe(0);
    }

    [Fact]
    public async Task The_books_are_right()
    {
        var results = await demo.App.Services.GetRequiredService<InvariantCheck>().Run();
        results.Where(r => r.Violations != 0).Select(r => $"{r.Invariant}: {r.Detail}").ShouldBeEmpty();
    }

    [Fact]
    public async Task Nothing_of_it_lies_in_the_future()
    {
        (await Number("SELECT count(*) FROM wallet.ledger_transactions WHERE effective_at > clock_timestamp() OR effective_at < clock_timestamp() - interval '31 days'")).ShouldBe(0);
        (await Number("SELECT count(*) FROM catalog.products WHERE published_at > clock_timestamp()")).ShouldBe(0);
    }

    [Fact]
    public async Task A_second_start_finds_it_there()
    {
        (await DemoMarket.Fill(demo.App, _ => throw new InvalidOperationException("It is lived already."))).ShouldBeTrue();
    }

    [Fact]
    public void It_does_not_keep_people_waiting() => demo.Filled.ShouldBeLessThan(TimeSpan.FromMinutes(3));     // under a minute by itself; other tests may run beside it

    private async Task<long> Number(string sql) => await Source.Command(sql).Scalar<long>();
}
