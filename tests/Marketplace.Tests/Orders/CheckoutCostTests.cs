using Marketplace.Users;

namespace Marketplace.Tests.Orders;

/// <summary>How often a checkout speaks with PostgreSQL: what it does is measured by the bench, what it must not grow to is held here.</summary>
public sealed class CheckoutCostTests : MarketTest
{
    private static readonly object Paris = new { name = "Ana Martin", line1 = "12 rue des Lilas", postcode = "75011", city = "Paris", country = "FR" };

    [Fact]
    public async Task A_wallet_checkout_takes_eleven_round_trips_at_most()
    {
        var (one, two, buyer) = (await Market.SignUp("Nova"), await Market.SignUp("Sky"), await Market.SignUp("Ana"));
        await buyer.TopUp(9_000);
        async Task Fill()
        {
            foreach (var beat in new[] { await one.PublishBeat(price: 1_000), await two.PublishBeat(price: 2_000) }) (await buyer.AddToCart(beat)).Must();
        }

        await Fill();
        (await buyer.Checkout()).Must(201);     // warm: Npgsql learns types, EF its queries
        await Fill();
        Must(await RoundTrips.Of(async () => (await buyer.Checkout()).Must(201)), 11);
    }

    [Fact]
    public async Task A_checkout_of_two_shops_with_a_parcel_a_coupon_and_taxes_takes_sixteen_round_trips_at_most()
    {
        var (one, two, buyer, staff) = (await Market.SignUp("Nova"), await Market.SignUp("Sky"), await Market.SignUp("Ana"), await Market.Staff(Rights.Finance));
        var shop = await one.OpenShop();
        var thing = await one.PublishThing(5);
        (await one.Visitor.Put($"/api/v1/sales/shipping/{shop.Id}", new { rates = new[] { new { price = new { amount = 450, currency = "EUR" } } } })).Must();
        var coupon = await staff.Coupon(null, 1_000, maxUses: 10, each: 5);
        await buyer.TopUp(20_000);
        async Task Fill()
        {
            (await buyer.Visitor.AddToCart(thing.Offers[0])).Must();
            foreach (var beat in new[] { await one.PublishBeat(price: 1_000), await two.PublishBeat(price: 2_000) }) (await buyer.AddToCart(beat)).Must();
            (await buyer.Use(coupon)).Must();
        }

        await Fill();
        (await buyer.CheckoutParcel(to: Paris)).Must(201);
        await Fill();
        Must(await RoundTrips.Of(async () =>
        {
            var order = (await buyer.CheckoutParcel(to: Paris)).Must(201).Json;
            order.Lines().Count.ShouldBe(4);
            order.GetProperty("total").Minor().ShouldBe(4_500 + 450);
            order.GetProperty("tax").Minor().ShouldBeGreaterThan(0);
        }), 16);
    }

    // COMMIT is one more.
    private static void Must(IReadOnlyList<string> trips, int most)
    {
        trips.Count.ShouldBeGreaterThan(4);
        (trips.Count + 1).ShouldBeLessThanOrEqualTo(most, string.Join("\n---\n", trips));
    }
}
