using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Kernel;

public sealed record Rang(string Bell, int Number) : IEvent
{
    public string Key => Bell;
}

/// <summary>Hears bells, and writes down in its transaction what it heard. One bell may be poisoned.</summary>
internal sealed class OnRang(Poison poison, UnitOfWork work) : IReaction<Rang>
{
    public async Task Handle(Rang happened, CancellationToken stop)
    {
        await work.Heard(happened.Bell, happened.Number);
        if (poison.Is == (happened.Bell, happened.Number)) throw poison.TimesOut ? new TaskCanceledException("poison") : new InvalidOperationException("poison");
    }
}

internal sealed class OnRangToo(UnitOfWork work) : IReaction<Rang>
{
    public Task Handle(Rang happened, CancellationToken stop) => work.Heard("too:" + happened.Bell, happened.Number);
}

internal sealed class Poison
{
    public (string, int)? Is { get; set; }

    public bool TimesOut { get; set; }
}

internal static class Hearing
{
    public static Task Heard(this UnitOfWork work, string bell, int number) =>
        work.Command("INSERT INTO public.heard (bell, number) VALUES ($1, $2)", bell, number).Execute();

    public static Task<int[]> Heard(this Market market, string bell) =>
        market.Source.Command("SELECT coalesce(array_agg(number ORDER BY nth), '{}') FROM public.heard WHERE bell = $1", bell).Scalar<int[]>()!;
}

public sealed class EventDeliveryTests
{
    private readonly Poison poison = new();

    [Fact]
    public async Task Events_of_one_key_stay_in_order_with_four_workers_on_two_hosts()
    {
        await using var market = await Open();
        var other = await market.AnotherHost();
        for (var number = 1; number <= 40; number++)
        {
            foreach (var bell in new[] { "a", "b", "c" }) await Ring(market, bell, number);
        }

        await Task.WhenAll(market.Drain(), market.Drain(), other.Drain(), other.Drain());
        await market.Drain();

        foreach (var bell in new[] { "a", "b", "c", "too:a", "too:b", "too:c" })
            (await market.Heard(bell)).ShouldBe(Enumerable.Range(1, 40), bell);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_poisoned_head_stops_only_its_own_listener_and_key(bool byTimingOut)
    {
        await using var market = await Open();
        poison.TimesOut = byTimingOut;
        poison.Is = ("a", 2);
        for (var number = 1; number <= 3; number++)
        {
            foreach (var bell in new[] { "a", "b" }) await Ring(market, bell, number);
        }

        for (var turn = 0; turn <= Dispatcher.MaxAttempts; turn++)
        {
            await market.Drain();
            market.Clock.Walk(TimeSpan.FromHours(2));
        }

        (await market.Heard("a")).ShouldBe([1]);
        (await market.Heard("b")).ShouldBe([1, 2, 3]);
        (await market.Heard("too:a")).ShouldBe([1, 2, 3]);
        (await market.Source.Command("SELECT state || ' ' || attempts || ' ' || last_error FROM kernel.deliveries WHERE state = 'poisoned'").Scalar<string>())
            .ShouldBe($"poisoned {Dispatcher.MaxAttempts} poison");

        // A person mends the cause and puts it back: the line goes on in order.
        poison.Is = null;
        await market.Source.Command("UPDATE kernel.deliveries SET state = 'pending' WHERE state = 'poisoned'").Execute();
        await market.Drain();
        (await market.Heard("a")).ShouldBe([1, 2, 3]);
    }

    [Fact]
    public async Task A_crash_before_the_commit_of_a_reaction_delivers_it_again()
    {
        await using var market = await Open();
        await Ring(market, "a", 1);
        var crashes = 0;
        market.Faults.Passing = point =>
        {
            if (point == Faults.BeforeCommit && crashes++ < 2) throw new Faults.Crash(point);
        };

        await market.Drain();
        market.Faults.Passing = null;
        market.Clock.Walk(TimeSpan.FromMinutes(1));
        await market.Drain();

        (await market.Source.Command("SELECT count(*) FROM kernel.deliveries WHERE state <> 'done'").Scalar<long>()).ShouldBe(0);
        (await market.Source.Command("SELECT max(attempts) FROM kernel.deliveries").Scalar<int>()).ShouldBe(2);
    }

    [Fact]
    public async Task What_was_rolled_back_is_not_told()
    {
        await using var market = await Open();
        await Should.ThrowAsync<Refused>(() => market.Do(services =>
        {
            services.GetRequiredService<UnitOfWork>().Publish(new Rang("a", 1));
            throw Refused.NotFound();
        }));
        (await market.Source.Command("SELECT count(*) FROM kernel.outbox").Scalar<long>()).ShouldBe(0);
    }

    [Fact]
    public async Task Events_are_forgotten_a_month_after_all_have_heard_them_and_what_is_stopped_stays()
    {
        await using var market = await Open();
        poison.Is = ("cracked", 1);
        await Ring(market, "whole", 1);
        await Ring(market, "cracked", 1);
        await market.Drain();

        market.Clock.Walk(TimeSpan.FromDays(29));
        await market.Run<PurgeEvents>();
        (await Left("whole")).ShouldBe((1, 2));

        await Ring(market, "late", 1);
        market.Clock.Walk(TimeSpan.FromDays(2));
        await market.Run<PurgeEvents>();
        (await Left("whole")).ShouldBe((0, 0));
        (await Left("cracked")).ShouldBe((1, 2));
        (await Left("late")).ShouldBe((1, 2), "nobody has heard it yet");

        async Task<(long, long)> Left(string bell) => (
            await market.Source.Command("SELECT count(*) FROM kernel.outbox WHERE key = $1", bell).Scalar<long>(),
            await market.Source.Command("SELECT count(*) FROM kernel.deliveries WHERE key = $1", bell).Scalar<long>());
    }

    private async Task<OwnMarket> Open()
    {
        var market = await OwnMarket.Open(null, services => services.AddSingleton(poison).AddReaction<Rang, OnRang>().AddReaction<Rang, OnRangToo>());
        await TestServer.Execute(market.ConnectionString,
            "CREATE TABLE public.heard (nth bigint GENERATED ALWAYS AS IDENTITY, bell text, number int); GRANT SELECT, INSERT ON public.heard TO marketplace_app");
        return market;
    }

    private static Task Ring(OwnMarket market, string bell, int number) => market.Do(services =>
    {
        services.GetRequiredService<UnitOfWork>().Publish(new Rang(bell, number));
        return Task.CompletedTask;
    });
}
