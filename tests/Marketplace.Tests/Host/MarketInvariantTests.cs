using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Host;

/// <summary>The invariants between the modules are seen failing: each falsification is noticed by the one that names it.</summary>
public sealed class MarketInvariantTests
{
    [Theory]
    [InlineData("UPDATE orders.order_items SET commission = commission + 1, seller_share = seller_share - 1", "each sold line is in the ledger as it was split")]
    [InlineData("UPDATE orders.order_items SET gross = gross + 1, seller_share = seller_share + 1", "each sold line is in the ledger as it was split")]
    [InlineData("UPDATE orders.refunds SET commission = commission - 1, seller_gives = seller_gives + 1", "each refund is in the ledger as it was decided")]
    [InlineData("UPDATE orders.orders SET total = total + 1", "each paid order took exactly its total")]
    [InlineData("UPDATE orders.orders SET state = 'expired', paid_at = NULL", "money that was taken for an order paid it")]
    [InlineData("UPDATE kernel.blobs SET state = 'staged'", "each sold file is kept")]
    [InlineData("UPDATE wallet.holds SET frozen = true", "what is argued about is frozen, and nothing else is")]
    public async Task A_difference_between_two_modules_is_noticed(string falsification, string invariant)
    {
        await using var market = await OwnMarket.Open();
        var beat = await (await market.SignUp("Nova")).PublishBeat();
        var buyer = await market.SignUp();
        (await buyer.AddToCart(beat)).Must();
        var order = (await buyer.CheckoutByCard()).Must(201).Json;
        (await (await market.Staff(Marketplace.Users.Rights.Support)).Refund(order.Id(), order.GetProperty("items")[0].Id(), 1_000)).Must(201);
        await market.Drain();
        (await Broken(market)).ShouldBeEmpty();

        await TestServer.Execute(market.ConnectionString, falsification);

        (await Broken(market)).ShouldContain(invariant);
    }

    private static async Task<IReadOnlyList<string>> Broken(Market market) =>
        (await market.Services.GetRequiredService<InvariantCheck>().Run()).Where(r => r.Violations > 0 && r.Module == "market").Select(r => r.Invariant).ToList();
}
