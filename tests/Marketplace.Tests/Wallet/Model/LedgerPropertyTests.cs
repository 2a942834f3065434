using FsCheck;
using FsCheck.Fluent;
using Marketplace.Wallet;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Tests.Model;

/// <summary>The write path itself at its edges: amounts near the limit of a bigint, and as many legs as a transaction may have.</summary>
public sealed class LedgerPropertyTests
{
    private const long Most = long.MaxValue;

    /// <param name="Amounts">Into one account: positive and negative, near the limit.</param>
    public sealed record Pushes(long[] Amounts);

    private static readonly Gen<long> NearTheLimit =
        from far in Gen.Elements(Most, Most / 2, Most - 1_000, Most / 3, 1_000L, 1L)
        from off in Gen.Choose(0, 999)
        from sign in Gen.Elements(1, 1, 1, -1)
        select sign * Math.Max(1, far - off);

    [Fact]
    public async Task Amounts_near_the_limit_are_posted_exactly_or_refused_cleanly()
    {
        await using var market = await OwnMarket.Open();
        var (refusedHigh, refusedLow, posted) = (0, 0, 0);
        foreach (var amounts in Gen.ArrayOf(NearTheLimit, 12).Sample(60, new Rnd(20261121, 1), 60))
        {
            var (owner, balance) = (WalletSteps.NewId(), 0L);
            foreach (var amount in amounts)
            {
                var sum = (Int128)balance + amount;
                var expected = sum > Most ? "409 balance_limit" : sum < 0 ? "409 insufficient_funds" : "done";
                // Each from an account of its own: the sum of them all must stay below the limit, as the trial balance must.
                (await LedgerTests.Outcome(() => Post(market, owner, amount))).ShouldBe(expected, $"{balance} + {amount}");
                if (expected == "done") (balance, posted) = ((long)sum, posted + 1);
                else if (sum > Most) refusedHigh++;
                else refusedLow++;
            }

            (await Balance(market, owner)).ShouldBe(balance);
        }

        refusedHigh.ShouldBeGreaterThan(100);
        refusedLow.ShouldBeGreaterThan(20);
        posted.ShouldBeGreaterThan(100);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task Any_number_of_legs_up_to_sixty_four_is_posted_whole_in_any_order_and_more_are_refused()
    {
        await using var market = await OwnMarket.Open();
        var legs =
            from count in Gen.Frequency((3, Gen.Choose(2, 12)), (3, Gen.Choose(58, 64)), (1, Gen.Choose(65, 80)))
            from amounts in Gen.ArrayOf(Gen.Choose(1, 1_000_000), count - 1)
            select amounts;
        var (whole, refused) = (0, 0);
        foreach (var amounts in legs.Sample(60, new Rnd(4, 1), 60))
        {
            var owners = amounts.Select(_ => WalletSteps.NewId()).ToArray();
            var currency = new[] { "EUR", "JPY", "KWD" }[amounts.Length % 3];
            var key = $"test:{WalletSteps.NewId()}";
            Posting Of(IEnumerable<int> order) => new(key, "adjustment", null,
                [.. order.Select(i => Account.Available(owners[i]).Plus(Money.Of(amounts[i], currency))), new Account("expense_goodwill").Minus(Money.Of(amounts.Sum(a => (long)a), currency))]);
            Task<bool> Send(Posting posting) => market.Do(services => services.GetRequiredService<Ledger>().Post(posting));

            if (amounts.Length + 1 > 64)
            {
                (await Should.ThrowAsync<PostgresException>(() => Send(Of(Enumerable.Range(0, amounts.Length))))).SqlState.ShouldBe("LG004");
                refused++;
                continue;
            }

            (await Send(Of(Enumerable.Range(0, amounts.Length)))).ShouldBeTrue();
            (await Send(Of(Enumerable.Range(0, amounts.Length).Reverse()))).ShouldBeFalse("the same legs in another order are the same request");
            var shown = (await market.Source.Command("SELECT owner_id, balance FROM wallet.accounts a JOIN wallet.account_balances b ON b.account_id = a.id WHERE owner_id = ANY ($1)", (object)owners)
                .List(r => (r.GetGuid(0), r.GetInt64(1)))).ToDictionary();
            shown.ShouldBe(owners.Zip(amounts, (o, a) => KeyValuePair.Create(o, (long)a)), ignoreOrder: true);
            whole++;
        }

        whole.ShouldBeGreaterThan(20);
        refused.ShouldBeGreaterThan(3);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task Random_transactions_among_a_few_accounts_by_many_at_once_lose_nothing()
    {
        await using var market = await OwnMarket.Open();
        var owners = Enumerable.Range(0, 6).Select(_ => WalletSteps.NewId()).ToArray();
        foreach (var owner in owners)
        {
            await market.Do(services => services.GetRequiredService<Ledger>().Post(new Posting($"topup:{owner}", "topup", null,
                Account.Clearing("test").Minus(Money.Of(1_000_000, "EUR")), Account.Available(owner).Plus(Money.Of(1_000_000, "EUR")))));
        }

        var moves =
            from at in Gen.Shuffle(Enumerable.Range(0, owners.Length))
            from among in Gen.Choose(2, owners.Length)
            from amounts in Gen.ArrayOf(Gen.Choose(1, 400_000), among - 1)
            select (Payer: at[0], Payees: at[1..among], Amounts: amounts);
        var outcomes = new System.Collections.Concurrent.ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        var moved = new long[owners.Length];
        await Parallel.ForEachAsync(moves.Sample(400, new Rnd(7, 1), 400), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (move, _) =>
        {
            var posting = new Posting($"test:{WalletSteps.NewId()}", "adjustment", null,
                [Account.Available(owners[move.Payer]).Minus(Money.Of(move.Amounts.Sum(a => (long)a), "EUR")), .. move.Payees.Zip(move.Amounts, (p, a) => Account.Available(owners[p]).Plus(Money.Of(a, "EUR")))]);
            var outcome = await LedgerTests.Outcome(() => market.Do(services => services.GetRequiredService<Ledger>().Post(posting)));
            outcomes.AddOrUpdate(outcome, 1, (_, n) => n + 1);
            if (outcome != "done") return;
            Interlocked.Add(ref moved[move.Payer], -move.Amounts.Sum(a => (long)a));
            foreach (var (payee, amount) in move.Payees.Zip(move.Amounts)) Interlocked.Add(ref moved[payee], amount);
        });

        outcomes.Keys.ShouldBe(["done", "409 insufficient_funds"], ignoreOrder: true);
        for (var i = 0; i < owners.Length; i++) (await Balance(market, owners[i])).ShouldBe(1_000_000 + moved[i]);
        await market.BooksMustHold();
    }

    private static Task<long> Balance(Market market, Guid owner) => market.Balance("user_available", owner);

    private static Task Post(Market market, Guid owner, long amount) => market.Do(services => services.GetRequiredService<Ledger>().Post(new Posting(
        $"test:{WalletSteps.NewId()}", "adjustment", null,
        new Account("psp_clearing", Reference: WalletSteps.NewId().ToString()).Minus(Money.Of(amount, "EUR")), Account.Available(owner).Plus(Money.Of(amount, "EUR")))));
}
