using Xunit.Abstractions;

namespace Marketplace.Tests.Fire;

/// <summary>
/// Shoppers do not stop while the power fails again and again. 8 seconds each, or what MARKETPLACE_FIRE_SECONDS says
/// (<c>./dev fire 60</c>).
/// </summary>
public sealed class FireTests(ITestOutputHelper output)
{
    [Fact]
    public async Task The_database_dies_again_and_again_and_every_acknowledged_order_is_there_once()
    {
        await using var market = await BurningMarket.Open("database");

        await market.Burn(
            async (postgres, _) =>
            {
                var port = postgres.Port;
                await postgres.StopImmediate();
                await Task.Delay(300);
                await postgres.Restart();
                postgres.Port.ShouldBe(port);
            },
            kills => TimeSpan.FromMilliseconds(1_200 + (kills * 737 % 1_500)));

        await market.Settle();
        Say("The database was stopped at once", await market.MustBeWhole());
    }

    [Fact]
    public async Task The_host_is_killed_again_and_again_and_every_acknowledged_order_is_there_once()
    {
        await using var market = await BurningMarket.Open("host");

        await market.Burn(
            async (_, host) =>
            {
                host.Kill();
                await host.Start();
            },
            kills => TimeSpan.FromMilliseconds(900 + (kills * 737 % 1_500)));

        await market.Settle();
        Say("The host was killed", await market.MustBeWhole());
    }

    private void Say(string what, string how)
    {
        output.WriteLine($"{what}: {how}");
        if (Environment.GetEnvironmentVariable("MARKETPLACE_FIRE_SECONDS") is not null) Console.WriteLine($"{what}: {how}");
    }
}
