using Marketplace.Kernel;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Orders;

/// <summary>The small number beside the cart, in two places of each page: one query a request, none for who has no cart.</summary>
internal static class CountCart
{
    public static async Task<object?> Load(HttpContext http, object? model)
    {
        if (http.Items[typeof(CountCart)] is not int count)
        {
            var shopper = Shopper.Of(http);
            count = !shopper.HasCart ? 0 : (int)await http.RequestServices.GetRequiredService<NpgsqlDataSource>().Command(
                "SELECT count(DISTINCT i.offer_id) FROM orders.cart_items i JOIN orders.carts c ON c.id = i.cart_id WHERE c.owner = $1::uuid OR c.token_hash = $2::bytea",
                shopper.Account, shopper.TokenHash).Scalar<long>();
            http.Items[typeof(CountCart)] = count;
        }

        return count > 0 ? count : null;
    }
}

/// <summary>A guest's cart that nobody opened for as long as its cookie lives.</summary>
internal sealed class ForgetOldCarts(NpgsqlDataSource source) : IJob
{
    public Task Handle(DateTimeOffset now, CancellationToken stop) =>
        source.Command("WITH told AS (DELETE FROM orders.cart_reminders WHERE sent_at < $2) DELETE FROM orders.carts WHERE owner IS NULL AND changed_at < $1", now.AddDays(-30), now.AddYears(-1)).Execute(stop);
}
