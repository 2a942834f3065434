using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Tests;

/// <summary>How the next write at a simulator goes wrong.</summary>
internal enum Mishap
{
    None,

    /// <summary>Done, and the answer comes too late.</summary>
    TimeoutAfter,

    /// <summary>Not done.</summary>
    Broken,

    /// <summary>Understood and refused.</summary>
    Refused,
}

/// <summary>The part of a provider that pays out, over real HTTP, with a memory: what was done once under a key is not done again.</summary>
internal abstract class PayoutSimulator : IAsyncDisposable
{
    private readonly WebApplication app;

    protected PayoutSimulator()
    {
        var builder = WebApplication.CreateSlimBuilder();
        app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
    }

    public Mishap Next { get; set; }

    public string Address => app.Urls.First();

    /// <summary>By our id: what was sent, in the words of the provider.</summary>
    public Dictionary<string, Sent> Payouts { get; } = new(StringComparer.Ordinal);

    public int Writes { get; private set; }

    public async Task<T> Started<T>()
        where T : PayoutSimulator
    {
        Map(app);
        await app.StartAsync();
        return (T)this;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    protected abstract void Map(WebApplication app);

    /// <summary>Does the write once, and goes wrong as it was told.</summary>
    protected async Task<IResult> Write(Func<IResult> act, Func<IResult> refusal, CancellationToken gone)
    {
        Writes++;
        var mishap = Next;
        Next = Mishap.None;
        if (mishap == Mishap.Broken) return Results.Text("<html>oops</html>", "text/html", null, 500);
        if (mishap == Mishap.Refused) return refusal();
        IResult result;
        lock (Payouts) result = act();
        if (mishap == Mishap.TimeoutAfter) await Task.Delay(Timeout.Infinite, gone).ContinueWith(_ => { }, TaskScheduler.Default);
        return result;
    }

    internal sealed class Sent(string id, string amount, string currency, string to)
    {
        public string Id => id;

        public string Amount => amount;

        public string Currency => currency;

        public string To => to;

        public string Status { get; set; } = "PENDING";
    }
}

internal sealed class StripePayoutSimulator : PayoutSimulator
{
    protected override void Map(WebApplication app)
    {
        app.MapGet("/v1/accounts/{id}", (string id) => id.EndsWith("gone", StringComparison.Ordinal)
            ? Results.Json(new { error = new { code = "resource_missing", message = "No such account" } }, statusCode: 404)
            : Results.Json(new { id, capabilities = new { transfers = "active" } }));
        app.MapGet("/v1/transfers", (string transfer_group) => Results.Json(new { data = Payouts.TryGetValue(transfer_group, out var sent) ? new[] { Shown(sent) } : [] }));
        app.MapPost("/v1/transfers", async (HttpContext http) =>
        {
            var form = await http.Request.ReadFormAsync();
            var group = form["transfer_group"].ToString();
            http.Request.Headers["Idempotency-Key"].ToString().ShouldBe($"payout:{group}");
            return await Write(
                () =>
                {
                    if (!Payouts.TryGetValue(group, out var sent)) Payouts[group] = sent = new Sent($"tr_{Payouts.Count}", form["amount"]!, form["currency"]!, form["destination"]!);
                    return Results.Json(Shown(sent));
                },
                () => Results.Json(new { error = new { code = "balance_insufficient", message = "Too little" } }, statusCode: 400), http.RequestAborted);
        });
    }

    private static object Shown(Sent sent) => new { id = sent.Id, amount = long.Parse(sent.Amount, CultureInfo.InvariantCulture), currency = sent.Currency, reversed = sent.Status == "REVERSED" };
}

internal sealed class PayPalPayoutSimulator : PayoutSimulator
{
    protected override void Map(WebApplication app)
    {
        app.MapPost("/v1/oauth2/token", () => Results.Json(new { access_token = "A21", expires_in = 3600 }));
        app.MapPost("/v1/payments/payouts", async (HttpContext http, JsonElement body) =>
        {
            var (key, item) = (body.GetProperty("sender_batch_header").GetProperty("sender_batch_id").GetString()!, body.GetProperty("items")[0]);
            var amount = item.GetProperty("amount");
            return await Write(
                () =>
                {
                    if (!Payouts.TryGetValue(key, out var sent)) Payouts[key] = sent = new Sent($"B{Payouts.Count}", amount.GetProperty("value").GetString()!, amount.GetProperty("currency").GetString()!, item.GetProperty("receiver").GetString()!);
                    return Results.Json(new { batch_header = new { payout_batch_id = sent.Id, batch_status = "PENDING" } }, statusCode: 201);
                },
                () => Results.Json(new { name = "INSUFFICIENT_FUNDS", message = "Too little", details = Array.Empty<object>() }, statusCode: 422), http.RequestAborted);
        });
        app.MapGet("/v1/payments/payouts/{batch}", (string batch) => Payouts.Values.FirstOrDefault(s => s.Id == batch) is { } sent
            ? Results.Json(new { batch_header = new { payout_batch_id = batch, batch_status = "SUCCESS" }, items = new[] { new { transaction_status = sent.Status, payout_item = new { amount = new { value = sent.Amount, currency = sent.Currency } } } } })
            : Results.Json(new { name = "INVALID_RESOURCE_ID" }, statusCode: 404));
    }
}
