using System.Text.Json;

namespace Marketplace.Host;

/// <summary>Somebody comes by, and what becomes of it.</summary>
internal sealed partial class DemoStory
{
    private readonly Dictionary<(string Handle, string Currency), long> wallets = [];

    private async Task Visit()
    {
        var today = calendar.DayOf(clock.GetUtcNow());
        var buyer = Choose(DemoBuyers.All.Where(b => b.Since <= today).ToList(), b => b.Eager * (today - b.Since < 3 ? 1.6f : 1f));
        var cart = Fill(buyer);
        if (cart.Count == 0) return;

        var (currency, total) = (cart[0].Listing.Shop.Currency, cart.Sum(line => line.Price));
        foreach (var (listing, offer, price) in cart)
        {
            await people[buyer.Handle].Post("/api/v1/cart/items", new { offer_id = offer, price = listing.NamesPrice ? new { amount = price, currency } : null }, stop);
            listing.Owners.Add(buyer.Handle);
        }

        var luck = dice.Unit();
        await (buyer.Purse switch
        {
            DemoPurse.Wallet => PayFromWallet(buyer, currency, total),
            DemoPurse.CautiousBank => PayCautiously(buyer, luck),
            _ => PayByCard(buyer, luck),
        });
    }

    private List<(Listing Listing, Guid Offer, long Price)> Fill(DemoBuyer buyer)
    {
        var cart = new List<(Listing Listing, Guid Offer, long Price)>();
        var wanted = dice.Unit() switch { < 0.52f => 1, < 0.8f => 2, < 0.94f => 3, _ => 4 };
        while (cart.Count < wanted)
        {
            var choice = listings.Where(l => !l.Owners.Contains(buyer.Handle) && !cart.Exists(c => c.Listing == l) && (cart.Count == 0 || l.Shop.Currency == cart[0].Listing.Shop.Currency)).ToList();
            if (choice.Count == 0) break;
            var listing = Choose(choice, l => Pull(buyer, l));
            var (offer, price) = listing.Offers[dice.Chance(0.3f * (1f - buyer.Thrift)) ? listing.Offers.Length - 1 : 0];
            cart.Add((listing, offer, listing.NamesPrice ? Math.Max(price, dice.Pick(price, 300, 500, 1_000)) : price));
        }

        return cart;
    }

    private float Pull(DemoBuyer buyer, Listing listing)
    {
        var taste = Array.IndexOf(buyer.Taste, listing.Product.Genre) is >= 0 and var place ? 3.4f - (place * 0.4f) : 0.22f;
        var fresh = 1f + (1.5f * MathF.Exp((float)(listing.Since - clock.GetUtcNow()).TotalDays / 4f));
        return listing.Product.Appeal * taste * fresh * MathF.Exp(-buyer.Thrift * listing.Worth(listing.Product.Price) / 3000f);
    }

    private async Task PayFromWallet(DemoBuyer buyer, string currency, long total)
    {
        var purse = (buyer.Handle, currency);
        var has = wallets.GetValueOrDefault(purse);
        if (has < total)
        {
            var amount = (((total - has) / 1_000) + dice.Pick(1, 2, 4)) * 1_000;     // ten euros, or a thousand yen
            await people[buyer.Handle].Post("/api/v1/wallet/top-ups", new { amount = new { amount, currency }, payment_method = "sandbox_card", payment_token = "tok_ok", save_payment_method = true }, stop);
            has += amount;
        }

        wallets[purse] = has - total;
        Enjoy(buyer, await Checkout(buyer, "wallet", null));
    }

    /// <summary>The last payment of the month is one that the provider wants looked at: it waits for the finance team.</summary>
    private Task PayOddly() => people["ana"].Post("/api/v1/wallet/top-ups",
        new { amount = new { amount = 90_000, currency = "EUR" }, payment_method = "sandbox_card", payment_token = "tok_review" }, stop);

    private async Task PayCautiously(DemoBuyer buyer, float luck)
    {
        var order = await Checkout(buyer, "sandbox_card", "tok_3ds");
        if (IsPaid(order))
        {
            Enjoy(buyer, order);     // there was nothing to pay
            return;
        }

        if (luck > 0.9f) return;     // the phone was in another room

        var action = order.GetProperty("payment").GetProperty("action_url").GetString()!;
        In(0.8, async () =>
        {
            await people[buyer.Handle].Press(action, "Confirm", stop);
            await Settle();
            Enjoy(buyer, await Reread(buyer, order));
        });
    }

    private async Task PayByCard(DemoBuyer buyer, float luck)
    {
        if (luck > 0.975f)
        {
            // The answer is lost; the sweep asks again until it knows.
            var late = await Checkout(buyer, "sandbox_card", "tok_timeout");
            In(3, async () =>
            {
                await RunJobs();
                Enjoy(buyer, await Reread(buyer, late));
            });
        }
        else if (luck > 0.91f)
        {
            var order = await Checkout(buyer, "sandbox_card", "tok_declined");
            if (luck > 0.95f) return;     // let it go

            if (!IsPaid(order)) In(4, async () => Enjoy(buyer, await people[buyer.Handle].Post($"/api/v1/orders/{Id(order)}/payments", new { payment_method = "sandbox_card", payment_token = "tok_ok" }, stop)));
        }
        else
        {
            var order = await Checkout(buyer, "sandbox_card", "tok_ok");
            PaidByCard(order);
            Enjoy(buyer, order);
        }
    }

    private Task<JsonElement> Checkout(DemoBuyer buyer, string method, string? token) =>
        people[buyer.Handle].Post("/api/v1/checkout", new { payment_method = method, payment_token = token, country = buyer.Country }, stop);

    /// <summary>Most fetch what they bought within a few hours; for who does not, the job does it.</summary>
    private void Enjoy(DemoBuyer buyer, JsonElement order)
    {
        if (!IsPaid(order)) throw new InvalidOperationException($"The demo's order {order.GetProperty("number")} was to be paid, but is {order.GetProperty("state")}.");
        foreach (var item in order.GetProperty("items").EnumerateArray())
        {
            var id = item.GetProperty("id").GetGuid();
            Sold(order, item);
            if (!dice.Chance(0.74f)) continue;
            In(dice.Between(2f, 300f), () => people[buyer.Handle].Download(id, stop));
            Opine(buyer, id, item.GetProperty("shop_name").GetString()!);
        }
    }

    private static bool IsPaid(JsonElement order) => order.GetProperty("state").GetString() is "paid" or "completed";

    private Task<JsonElement> Reread(DemoBuyer buyer, JsonElement order) => people[buyer.Handle].Get($"/api/v1/orders/{Id(order)}", stop);

    private void In(double minutes, Func<Task> act) => diary.Note(clock.GetUtcNow().AddMinutes(minutes), act);

    private T Choose<T>(IReadOnlyList<T> from, Func<T, float> weight)
    {
        var left = dice.Unit() * from.Sum(weight);
        foreach (var one in from)
        {
            if ((left -= weight(one)) <= 0f) return one;
        }

        return from[^1];
    }

    private static Guid Id(JsonElement order) => order.GetProperty("id").GetGuid();
}
