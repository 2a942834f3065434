using Marketplace.Orders;
using Marketplace.Wallet;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Marketplace.Tests.Model;

/// <summary>Many hands on one purse, and answers that come when nobody waits for them any more.</summary>
public sealed class RaceTests
{
    [Fact]
    public async Task Of_thirty_two_orders_on_money_for_one_exactly_one_is_paid_and_the_others_leave_no_trace()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer) = (await market.SignUp("Nova"), await market.SignUp("Ana"));
        var beat = await seller.PublishBeat(price: 1_000);
        await buyer.TopUp(1_000);
        // Of one cart only one could take the line: these are orders that a card did not pay, tried again from the wallet at once.
        var orders = new List<Guid>();
        for (var i = 0; i < 32; i++)
        {
            (await buyer.AddToCart(beat)).Must();
            orders.Add((await buyer.Checkout("sandbox_card", SandboxProvider.Declined)).Must(201).Json.Id());
        }

        var answers = await Task.WhenAll(orders.Select(o => buyer.Pay(o)));

        answers.Count(a => a.Status < 300).ShouldBe(1);
        answers.Count(a => a.Code == "insufficient_funds").ShouldBe(31);
        (await buyer.Available(), await seller.Pending()).ShouldBe((0, 600));
        (await market.Count("SELECT count(*) FROM wallet.ledger_transactions WHERE kind IN ('fund', 'sale')")).ShouldBe(2);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task Spenders_and_refunds_that_race_for_a_sellers_money_make_exactly_the_debt_that_is_missing()
    {
        await using var market = await OwnMarket.Open();
        var (buyer, seller, other) = (await market.SignUp(), await market.SignUp(), await market.SignUp());
        await buyer.TopUp(32_000);
        var sales = Enumerable.Range(0, 32).Select(_ => (Order: WalletSteps.NewId(), Item: WalletSteps.NewId())).ToList();
        foreach (var (order, item) in sales) await market.Settle(order, item, buyer.Account, seller.Account, 1_000);
        market.Clock.Walk(TimeSpan.FromDays(8));
        await market.Run<ReleaseHolds>();
        (await market.Balance("user_available", seller.Account)).ShouldBe(32 * 900);

        // The seller spends 900 at a time while 900 of each sale are taken back.
        var spends = sales.Select(_ => LedgerTests.Outcome(() => market.Settle(WalletSteps.NewId(), WalletSteps.NewId(), seller.Account, other.Account, 900)));
        var refunds = sales.Select(s => LedgerTests.Outcome(() => market.Do(services => services.GetRequiredService<IWallet>().Refund(new OrderRefund(
            s.Order, buyer.Account, [new SaleRefund(WalletSteps.NewId(), s.Item, seller.Account, Money.Of(1_000, "EUR"), 0, null, 100)])))));
        var said = await Task.WhenAll(spends.Zip(refunds).SelectMany(pair => new[] { pair.First, pair.Second }).Select(task => Task.Run(() => task)));

        var spent = said.Where((_, i) => i % 2 == 0).Count(s => s == "done");
        said.Where((_, i) => i % 2 == 0).ShouldAllBe(s => s == "done" || s == "409 insufficient_funds");
        said.Where((_, i) => i % 2 == 1).ShouldAllBe(s => s == "done");
        (await market.Balance("user_available", seller.Account)).ShouldBe(0);
        (await market.Balance("user_debt", seller.Account)).ShouldBe(-900 * spent);
        (await market.Balance("user_available", buyer.Account)).ShouldBe(32_000);
        (await market.Balance("user_pending", other.Account)).ShouldBe(810 * spent);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task An_answer_that_comes_after_the_sweep_has_asked_again_captures_once()
    {
        var gate = new Gate();
        await using var market = await OwnMarket.Open(adjust: gate.Into);
        var ana = await market.SignUp();
        gate.Close();
        var slow = ana.TopUp(4_000, "EUR", SandboxProvider.Ok);     // the provider has taken the money; its answer is on its way
        await gate.Reached;

        market.Clock.Walk(TimeSpan.FromMinutes(3));
        await market.Run<SweepPayments>();
        (await ana.Available()).ShouldBe(4_000);
        gate.Open();
        (await slow).Must(201).Json.State().ShouldBe("captured");

        (await ana.Available()).ShouldBe(4_000);
        (await market.Count("SELECT count(*) FROM kernel.outbox WHERE event = 'wallet.payment_captured'")).ShouldBe(1);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task An_answer_that_comes_after_the_order_has_expired_and_the_sweep_has_paid_it_delivers_once()
    {
        var gate = new Gate();
        await using var market = await OwnMarket.Open(adjust: gate.Into);
        var (seller, buyer) = (await market.SignUp("Nova"), await market.SignUp("Ana"));
        (await buyer.AddToCart(await seller.PublishBeat(price: 1_000))).Must();
        gate.Close();
        var slow = buyer.CheckoutByCard();
        await gate.Reached;

        market.Clock.Walk(TimeSpan.FromMinutes(45));
        await market.Run<ExpireOrders>();
        await Task.WhenAll(market.Run<SweepPayments>(), Task.Run(gate.Open));
        await market.Drain();
        (await slow).Must(201).Json.State().ShouldBe("paid");

        (await seller.Pending()).ShouldBe(541);
        (await market.Count("SELECT count(*) FROM orders.order_events WHERE what = 'paid'")).ShouldBe(1);
        (await market.Count("SELECT count(*) FROM wallet.sandbox_charges")).ShouldBe(1);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task A_refund_whose_answer_comes_after_the_sweep_has_asked_again_is_given_back_once()
    {
        var gate = new Gate();
        await using var market = await OwnMarket.Open(adjust: gate.Into);
        var (seller, buyer, staff) = (await market.SignUp("Nova"), await market.SignUp("Ana"), await market.Staff(Marketplace.Users.Rights.Support));
        var order = await buyer.BuyByCard(SandboxProvider.Ok, await seller.PublishBeat(price: 2_000));
        gate.Close();
        var slow = staff.Refund(order.Id(), order.Item(), 500);
        await gate.Reached;

        market.Clock.Walk(TimeSpan.FromMinutes(3));
        await market.Run<SweepRefunds>();
        (await market.Balance("refund_transit")).ShouldBe(0);
        gate.Open();
        (await slow).Must(201).Json.GetProperty("data")[0].GetProperty("money_back").GetProperty("arrived").GetBoolean().ShouldBeTrue();

        (await market.Balance("psp_clearing")).ShouldBe(-2_000 + 88 + 500);
        (await market.Count("SELECT count(*) FROM wallet.sandbox_refunds")).ShouldBe(1);
        await market.BooksMustHold();
    }

    /// <summary>Holds back one answer of the provider, after it has done what was asked.</summary>
    private sealed class Gate
    {
        private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously), opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int closed;

        public Task Reached => reached.Task.WaitAsync(TimeSpan.FromSeconds(30));

        public void Into(IServiceCollection services)
        {
            services.RemoveAll<IPaymentProvider>();
            services.AddScoped<IPaymentProvider>(provider => new Provider(provider.GetRequiredService<SandboxProvider>(), this));
        }

        public void Close() => closed = 1;

        public void Open() => opened.TrySetResult();

        private async Task<T> Through<T>(T answer)
        {
            if (Interlocked.Exchange(ref closed, 0) == 0) return answer;
            reached.TrySetResult();
            await opened.Task.WaitAsync(TimeSpan.FromSeconds(30));
            return answer;
        }

        private sealed class Provider(SandboxProvider sandbox, Gate gate) : IPaymentProvider
        {
            public string Key => sandbox.Key;

            public IReadOnlyList<PaymentMethod> Methods => sandbox.Methods;

            public Money Fee(Money amount) => sandbox.Fee(amount);

            public async Task<Outcome> Create(Charge charge, CancellationToken stop) => await gate.Through(await sandbox.Create(charge, stop));

            public Task<Outcome> Capture(Charge charge, CancellationToken stop) => sandbox.Capture(charge, stop);

            public Task<Outcome> Fetch(Charge charge, CancellationToken stop) => sandbox.Fetch(charge, stop);

            public Task<Outcome> Cancel(Charge charge, CancellationToken stop) => sandbox.Cancel(charge, stop);

            public async Task<RefundOutcome> Refund(Charge charge, PaymentRefund refund, CancellationToken stop) => await gate.Through(await sandbox.Refund(charge, refund, stop));
        }
    }
}
