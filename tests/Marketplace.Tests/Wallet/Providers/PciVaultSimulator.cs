using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Marketplace.Wallet;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Tests.Wallet.Providers;

/// <summary>
/// The vault and the acquirer behind it, on one port: <c>/v1</c> is the vault, <c>/acquirer</c> the acquirer. What the vault forwards it
/// fills with the card and hands over as it would over the wire; the acquirer sees a number, the market never.
/// </summary>
internal sealed class PciVaultSimulator(TimeProvider clock) : ProviderSimulator(clock)
{
    public const string User = "vault-user", Password = "vault-password", KeyUser = "market", Passphrase = "a long passphrase", AcquirerKey = "acquirer-key", EventSecret = "acquirer-secret";

    private readonly Dictionary<string, (JsonObject Card, string Reference)> vault = [];
    private readonly Dictionary<string, string> places = [];
    private readonly Dictionary<string, JsonObject> payments = [], refunds = [], disputes = [];
    private readonly List<JsonObject> books = [];
    private readonly HashSet<string> failed = [];
    private int count;

    protected override string KeyHeader => "Idempotency-Key";

    public long Taken(Guid payment) => Of(payment).Sum(p => (long)(p["taken"] ?? 0L));

    public long GivenBack(Guid payment) => refunds.Values.Where(r => (string?)r["payment"] == payment.ToString()).Sum(r => (long)r["amount"]!);

    public int Charges(Guid payment) => Of(payment).Count();

    public bool Keeps(string token) => vault.ContainsKey(token);

    public void Answer(Guid payment, bool yes)
    {
        lock (Gate)
        {
            var one = Of(payment).Single();
            if ((string?)one["status"] != "requires_action") return;
            one["status"] = yes ? "authorised" : "declined";
            if (!yes) one["code"] = "authentication_failed";
            Tell("payment.changed", "payment", payment.ToString());
        }
    }

    /// <summary>What the frame of the vault does in the payer's browser: the number goes from there to the vault.</summary>
    /// <returns>What the page sends us as the token of the card.</returns>
    public static async Task<string> Capture(HttpClient browser, (string Url, string Secret) place, Will will)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, place.Url)
        {
            Content = new StringContent(new JsonObject
            {
                ["card_number"] = "4242424242424242", ["card_holder"] = will.ToString(), ["cvv"] = "123", ["expiry_month"] = "12", ["expiry_year"] = "2031", ["last_four"] = "4242",
            }.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("X-PCIVault-Capture-Secret", place.Secret);
        using var answer = await browser.SendAsync(request);
        var got = JsonNode.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync())!;
        return $"{got["token"]}:{got["reference"]}";
    }

    public string Dispute(Guid payment, long amount)
    {
        lock (Gate)
        {
            var dispute = new JsonObject
            {
                ["id"] = Id("acq_dp"), ["payment"] = payment.ToString(), ["amount"] = amount, ["currency"] = (string)Of(payment).Single()["currency"]!, ["fee"] = 1_500, ["reason"] = "fraudulent", ["status"] = "needs_response",
                ["evidence_due"] = Time(Clock.GetUtcNow().AddDays(7)),
            };
            disputes[(string)dispute["id"]!] = dispute;
            Book("dispute", (string)dispute["id"]!, payment.ToString(), -amount, 1_500, (string)dispute["currency"]!);
            Tell("dispute.opened", "dispute", (string)dispute["id"]!);
            return (string)dispute["id"]!;
        }
    }

    public override SentEvent Send((string Id, JsonObject Body) happened, TimeSpan late = default, bool forged = false, bool altered = false)
    {
        var text = happened.Body.ToJsonString();
        var signature = SignedBody.Sign(Encoding.UTF8.GetBytes(text), forged ? "another" : EventSecret, Clock.GetUtcNow() - late);
        return new SentEvent(happened.Id, new(StringComparer.OrdinalIgnoreCase) { ["Acquirer-Signature"] = signature }, Encoding.UTF8.GetBytes(altered ? text.Replace("payment", "Payment", StringComparison.Ordinal) : text));
    }

    protected override bool IsAllowed(HttpRequest request)
    {
        if (request.Path.StartsWithSegments("/acquirer")) return request.Headers.Authorization == $"Bearer {AcquirerKey}";
        if (request.Path.StartsWithSegments("/v1/capture", out var place) && place.HasValue) return places.GetValueOrDefault(place.Value!.Trim('/')) == request.Headers["X-PCIVault-Capture-Secret"];
        return request.Headers.Authorization == $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}"))}"
            && (request.Method == "DELETE" || (request.Query["user"] == KeyUser && request.Query["passphrase"] == Passphrase));
    }

    protected override bool NeedsKey(HttpRequest request) => HttpMethods.IsPost(request.Method) && request.Path.StartsWithSegments("/acquirer");

    protected override void Map(WebApplication at)
    {
        at.MapPost("/v1/capture", () =>
        {
            var (id, secret) = (Id("place"), Id("place-secret"));
            lock (Gate) places[id] = secret;
            return Json(new JsonObject { ["url"] = $"/v1/capture/{id}", ["secret"] = secret });
        });
        at.MapPost("/v1/capture/{id}", (string id, HttpRequest request) =>
        {
            var (token, reference) = (Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(Id("card")))), "market");
            lock (Gate) vault[token] = (Read(request), reference);
            return Json(new JsonObject { ["token"] = token, ["reference"] = reference });
        });
        at.MapDelete("/v1/vault", (string token) =>
        {
            lock (Gate) return vault.Remove(token) ? Json(null) : Error(404, "not_found");
        });
        at.MapPost("/v1/proxy/post", Forward);
        at.MapGet("/acquirer/payments/{id}", (string id) => Found(payments, id, p => Json(Shown(p))));
        at.MapPost("/acquirer/payments/{id}/capture", (string id) => Found(payments, id, p =>
        {
            if ((string?)p["status"] != "authorised") return Error(422, "not_authorised");
            Take(p);
            return (string?)p["will"] == nameof(Will.LosesTheAnswer) ? Lost(Json(Shown(p))) : Json(Shown(p));
        }));
        at.MapPost("/acquirer/payments/{id}/void", (string id) => Found(payments, id, p =>
        {
            if ((string?)p["status"] is not ("authorised" or "requires_action")) return Error(422, "ended");
            p["status"] = "voided";
            Tell("payment.changed", "payment", id);
            return Json(Shown(p));
        }));
        at.MapPost("/acquirer/payments/{id}/refunds", (string id, HttpRequest request) => Found(payments, id, p =>
        {
            var asked = Read(request);
            if ((string?)p["will"] == nameof(Will.RefusesRefunds)) return Json(new JsonObject { ["id"] = Id("acq_re"), ["status"] = "refused" });
            if (GivenBack(Guid.Parse(id)) + (long)asked["amount"]! > (long)(p["taken"] ?? 0L)) return Error(422, "refund_too_high");
            var refund = new JsonObject { ["id"] = Id("acq_re"), ["payment"] = id, ["refund"] = (string)asked["refund"]!, ["amount"] = (long)asked["amount"]!, ["status"] = "done" };
            refunds[(string)refund["id"]!] = refund;
            Book("refund", (string)refund["id"]!, (string)asked["refund"]!, -(long)asked["amount"]!, 0, (string)p["currency"]!);
            Tell("refund.done", "refund", (string)asked["refund"]!);
            return (string?)p["will"] == nameof(Will.LosesTheAnswerToRefunds) ? Lost(Json(refund)) : Json(refund);
        }));
        at.MapGet("/acquirer/disputes/{id}", (string id) => Found(disputes, id, d => Json(d)));
        at.MapPost("/acquirer/disputes/{id}/evidence", (string id, HttpRequest request) => Found(disputes, id, d =>
        {
            d["status"] = "under_review";
            d["evidence"] = (string)Read(request)["evidence"]!;
            return Json(d);
        }));
        at.MapGet("/acquirer/movements", (DateTimeOffset from, DateTimeOffset until, string? after) =>
        {
            lock (Gate)
            {
                var rows = books.Where(b => DateTimeOffset.Parse((string)b["at"]!, CultureInfo.InvariantCulture) is var at && at >= from && at < until)
                    .SkipWhile(b => !string.IsNullOrEmpty(after) && (string?)b["id"] != after).Skip(string.IsNullOrEmpty(after) ? 0 : 1).ToList();
                return Json(new JsonObject { ["data"] = new JsonArray([.. rows.Take(2).Select(r => r.DeepClone())]), ["has_more"] = rows.Count > 2 });
            }
        });
    }

    private IResult Forward(HttpRequest request)
    {
        string token = request.Query["token"]!, reference = request.Query["reference"]!;
        lock (Gate)
        {
            if (request.Query["synchronous"] != "true") return Error(400, "webhook_missing");
            if (!vault.TryGetValue(token, out var kept) || kept.Reference != reference) return Error(404, "not_found");
            var asked = (JsonObject)Read(request)["request"]!;
            var headers = asked["headers"]!.AsArray().SelectMany(h => h!.AsObject()).ToDictionary(h => h.Key, h => (string)h.Value!);
            if ((string?)asked["url"] != $"{Address}/acquirer/payments" || headers["Authorization"] != $"Bearer {AcquirerKey}") return Results.StatusCode(502);
            var filled = kept.Card.Aggregate((string)asked["body"]!, (text, field) => text.Replace($"{{{{{field.Key}}}}}", (string)field.Value!, StringComparison.Ordinal));
            return Pay((JsonObject)JsonNode.Parse(filled)!, headers["Idempotency-Key"]);
        }
    }

    private IResult Pay(JsonObject asked, string key)
    {
        var payment = (string)asked["payment"]!;
        if (key != $"payment:{payment}") Complaints.Enqueue($"{payment} was sent under {key}");
        if (payments.TryGetValue(payment, out var before)) return Json(Shown(before));
        ((string?)asked["card"]!["number"]).ShouldBe("4242424242424242", "the vault fills the card in");
        var will = Enum.Parse<Will>((string)asked["card"]!["holder"]!);
        if (will == Will.FailsOnce && failed.Add(payment)) return Results.StatusCode(500);
        var one = new JsonObject
        {
            ["id"] = Id("acq"), ["payment"] = payment, ["amount"] = (long)asked["amount"]!, ["currency"] = (string)asked["currency"]!, ["will"] = will.ToString(), ["review"] = will == Will.WantsAReview,
            ["status"] = will == Will.IsDeclined ? "declined" : will == Will.AsksThePayer && !(bool)asked["off_session"]! ? "requires_action" : will == Will.AsksThePayer ? "declined" : "authorised",
            ["code"] = will == Will.AsksThePayer ? "authentication_required" : "card_declined", ["redirect_url"] = $"{Address}/3ds/{payment}",
            ["card"] = new JsonObject { ["brand"] = "visa", ["last4"] = "4242", ["expiry_month"] = 12, ["expiry_year"] = 2031 },
        };
        payments[payment] = one;
        return Json(Shown(one));
    }

    private void Take(JsonObject p)
    {
        var amount = (long)p["amount"]!;
        p["status"] = "captured";
        p["taken"] = amount;
        p["own_fee"] = Money.Portion(amount, 290, 10_000) + 30;
        p["fee_from"] = Clock.GetUtcNow().ToUnixTimeSeconds() + ((string?)p["will"] == nameof(Will.TellsTheFeeLater) ? 3_600 : 0);
        Book("payment", (string)p["id"]!, (string)p["payment"]!, amount, (long)p["own_fee"]!, (string)p["currency"]!);
        Tell("payment.changed", "payment", (string)p["payment"]!);
    }

    private JsonObject Shown(JsonObject p)
    {
        var shown = (JsonObject)p.DeepClone();
        if (p["fee_from"] is { } from && (long)from <= Clock.GetUtcNow().ToUnixTimeSeconds()) shown["fee"] = (long)p["own_fee"]!;
        return shown;
    }

    private IResult Found(Dictionary<string, JsonObject> all, string id, Func<JsonObject, IResult> act)
    {
        lock (Gate) return all.TryGetValue(id, out var one) ? act(one) : Error(404, "not_found");
    }

    private IEnumerable<JsonObject> Of(Guid payment) => payments.Values.Where(p => (string?)p["payment"] == payment.ToString());

    private void Tell(string type, string about, string id)
    {
        var name = Id("acq_evt");
        Happened.Enqueue((name, new JsonObject { ["id"] = name, ["type"] = type, ["at"] = Time(Clock.GetUtcNow()), [about] = id }));
    }

    private void Book(string kind, string id, string ours, long amount, long fee, string currency) => books.Add(new JsonObject
    {
        ["id"] = $"{kind}_{id}", ["kind"] = kind, ["ours"] = ours, ["amount"] = amount, ["fee"] = fee, ["currency"] = currency, ["at"] = Time(Clock.GetUtcNow()),
    });

    private string Id(string prefix) => $"{prefix}_{Interlocked.Increment(ref count)}";

    private static JsonObject Read(HttpRequest request) => (JsonObject)JsonNode.Parse(new StreamReader(request.Body).ReadToEndAsync().GetAwaiter().GetResult())!;

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    private static IResult Error(int status, string code) => Json(new JsonObject { ["code"] = code, ["message"] = "No." }, status);
}
