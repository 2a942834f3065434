using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Kernel;

public sealed class WritesTests : MarketTest
{
    [Fact]
    public async Task Twenty_at_once_with_one_key_have_one_effect_and_nineteen_replays()
    {
        var key = Key();
        var effects = 0;
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Once(key, () => Task.FromResult(Interlocked.Increment(ref effects)))));

        effects.ShouldBe(1);
        results.Count(r => r.Replayed).ShouldBe(19);
        results.ShouldAllBe(r => r.Value == 1);
    }

    [Fact]
    public async Task The_same_key_with_another_request_is_refused()
    {
        var key = Key();
        await Once(key, () => Task.FromResult(1));
        (await Should.ThrowAsync<Refused>(() => Once(key with { Request = "other" }, () => Task.FromResult(2)))).Code.ShouldBe("idempotency_key_reuse");
    }

    [Fact]
    public async Task Keys_of_two_people_never_meet()
    {
        var key = Key();
        await Once(key, () => Task.FromResult(1));
        (await Once(key with { Scope = "another" + key.Key }, () => Task.FromResult(2))).Value.ShouldBe(2);
    }

    [Fact]
    public async Task A_refusal_leaves_no_trace_so_a_retry_runs_afresh()
    {
        var key = Key();
        await Should.ThrowAsync<Refused>(() => Once<int>(key, () => throw Refused.NotFound()));
        (await Once(key, () => Task.FromResult(2))).ShouldBe(new Once<int>(2, false));
    }

    [Fact]
    public async Task Who_waits_five_seconds_for_the_first_is_told_to_come_back()
    {
        var key = Key();
        var running = new TaskCompletionSource();
        var finish = new TaskCompletionSource<int>();
        var first = Once(key, () =>
        {
            running.SetResult();
            return finish.Task;
        });
        await running.Task;

        var refused = await Should.ThrowAsync<Refused>(() => Once(key, () => Task.FromResult(2)));
        refused.Code.ShouldBe("idempotency_in_progress");
        refused.RetryAfter.ShouldNotBeNull();

        finish.SetResult(1);
        (await first).Replayed.ShouldBeFalse();
        (await Once(key, () => Task.FromResult(3))).ShouldBe(new Once<int>(1, true));
    }

    [Fact]
    public async Task What_is_written_outside_survives_the_refusal()
    {
        var name = "outside " + Ids.New(TimeProvider.System);
        await Should.ThrowAsync<Refused>(() => Market.Do(async services =>
        {
            var work = services.GetRequiredService<UnitOfWork>();
            await work.Command("INSERT INTO kernel.schedules (name, next_at) VALUES ($1, $2)", name + " lost", DateTimeOffset.UnixEpoch).Execute();
            await work.Outside(outside => outside.GetRequiredService<UnitOfWork>()
                .Command("INSERT INTO kernel.schedules (name, next_at) VALUES ($1, 'infinity')", name).Execute());
            throw Refused.NotFound();
        }));
        (await Market.Source.Command("SELECT string_agg(name, ',') FROM kernel.schedules WHERE name LIKE $1", name + "%").Scalar<string>()).ShouldBe(name);
    }

    [Fact]
    public async Task Two_that_deadlock_are_told_to_try_again_and_nothing_is_half_done()
    {
        var name = "deadlock " + Ids.New(TimeProvider.System);
        await Market.Source.Command("INSERT INTO kernel.schedules (name, next_at) VALUES ($1, 'infinity'), ($2, 'infinity')", name + "1", name + "2").Execute();
        var met = new Barrier(2);
        async Task<string> Touch(string first, string second)
        {
            try
            {
                await Market.Do(async services =>
                {
                    var work = services.GetRequiredService<UnitOfWork>();
                    await work.Command("UPDATE kernel.schedules SET last_error = 'x' WHERE name = $1", first).Execute();
                    await Task.Run(met.SignalAndWait);
                    await work.Command("UPDATE kernel.schedules SET last_error = 'x' WHERE name = $1", second).Execute();
                });
                return "done";
            }
            catch (Refused refused)
            {
                return refused.Code;
            }
        }

        var outcomes = await Task.WhenAll(Touch(name + "1", name + "2"), Touch(name + "2", name + "1"));
        outcomes.Order().ShouldBe(["done", "try_again"]);
    }

    private static IdempotencyKey Key() => new("test", Ids.New(TimeProvider.System).ToString(), "request");

    private async Task<Once<T>> Once<T>(IdempotencyKey key, Func<Task<T>> act)
    {
        await using var scope = Market.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<Writes>().Once(key, act);
    }
}
