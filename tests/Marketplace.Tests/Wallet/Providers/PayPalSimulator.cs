using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Tests.Wallet.Providers;

/// <summary>PayPal, as much of it as the market asks: tokens, orders, authorisations, captures, refunds, disputes, search, verified events.</summary>
internal sealed class PayPalSimulator(TimeProvider clock) : ProviderSimulator(clock)
{
    public const string Client = "client", Secret = "secret", WebhookId = "WH-1";

    private readonly Dictionary<string, JsonObject> orders = [], captures = [], disputes = [];
    private readonly List<JsonObject> books = [];
    private readonly HashSet<string> failed = [], forgotten = [], tokens = [];
    private int count;

    protected override string KeyHeader => "PayPal-Request-Id";

    /// <summary>Hashes of the files in the evidence of a dispute.</summary>
    public IReadOnlyList<string> Shown(string dispute)
    {
        lock (Gate) return disputes[dispute]["files"]!.AsArray().Select(f => (string)f!).ToList();
    }

    /// <summary>What the next order will do: PayPal's payers have no card to tell it by.</summary>
    public Will Next { get; set; }

    public IReadOnlySet<string> Forgotten => forgotten;

    public int TokensGiven => tokens.Count;

    public void EndTokens()
    {
        lock (Gate) tokens.Clear();
    }

    public long Taken(Guid payment) => Of(payment).Where(o => o["capture"] is not null).Sum(o => (long)o["minor"]!);

    public long GivenBack(Guid payment) => Of(payment).Sum(o => (long)(o["refunded"] ?? 0L));

    public int Charges(Guid payment) => Of(payment).Count();

    public void Answer(Guid payment, bool yes)
    {
        lock (Gate)
        {
            var order = Of(payment).Single();
            // Who says no comes back and has approved nothing; PayPal forgets the order.
            order["status"] = yes ? "APPROVED" : "VOIDED";
            Tell(yes ? "CHECKOUT.ORDER.APPROVED" : "CHECKOUT.ORDER.VOIDED", order);
        }
    }

    public string Dispute(Guid payment, string value)
    {
        lock (Gate)
        {
            var code = (string)Of(payment).Single()["purchase_units"]![0]!["amount"]!["currency_code"]!;
            var dispute = new JsonObject
            {
                ["dispute_id"] = Id("PP-D"), ["reason"] = "UNAUTHORISED", ["status"] = "WAITING_FOR_SELLER_RESPONSE", ["dispute_amount"] = Amount(value, code),
                ["seller_response_due_date"] = Time(Clock.GetUtcNow().AddDays(7)), ["disputed_transactions"] = new JsonArray(new JsonObject { ["custom"] = payment.ToString() }),
            };
            disputes[(string)dispute["dispute_id"]!] = dispute;
            Book("T1201", "-" + value, null, code, payment.ToString());
            Tell("CUSTOMER.DISPUTE.CREATED", dispute);
            return (string)dispute["dispute_id"]!;
        }
    }

    public override SentEvent Send((string Id, JsonObject Body) happened, TimeSpan late = default, bool forged = false, bool altered = false)
    {
        var (body, time, id) = (happened.Body.ToJsonString(), Time(Clock.GetUtcNow() - late), Id("TX"));
        var signature = Sign(id, time, body, forged ? "another" : Secret);
        return new SentEvent(happened.Id, new(StringComparer.OrdinalIgnoreCase)
        {
            ["Paypal-Transmission-Id"] = id, ["Paypal-Transmission-Time"] = time, ["Paypal-Transmission-Sig"] = signature, ["Paypal-Auth-Algo"] = "SHA256withRSA", ["Paypal-Cert-Url"] = $"{Address}/cert",
        }, Encoding.UTF8.GetBytes(altered ? body.Replace("payment", "Payment", StringComparison.Ordinal).Replace("PP", "PQ", StringComparison.Ordinal).Replace("sim", "Sim", StringComparison.Ordinal) : body));
    }

    protected override bool IsAllowed(HttpRequest request)
    {
        if (request.Path == "/v1/oauth2/token") return request.Headers.Authorization == $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Client}:{Secret}"))}";
        lock (Gate) return tokens.Contains(request.Headers.Authorization.ToString().Replace("Bearer ", "", StringComparison.Ordinal));
    }

    protected override bool NeedsKey(HttpRequest request) => HttpMethods.IsPost(request.Method) && request.Path != "/v1/oauth2/token" && request.Path != "/v1/notifications/verify-webhook-signature";

    protected override void Map(WebApplication at)
    {
        at.MapPost("/v1/oauth2/token", () =>
        {
            var token = Id("A21");
            lock (Gate) tokens.Add(token);
            return Json(new JsonObject { ["access_token"] = token, ["expires_in"] = 32_400 });
        });
        at.MapPost("/v2/checkout/orders", Create);
        at.MapGet("/v2/checkout/orders/{id}", (string id) => Found(orders, id, Shown));
        at.MapPost("/v2/checkout/orders/{id}/authorize", (string id) => Found(orders, id, o =>
        {
            if ((string?)o["status"] == "COMPLETED") return Error(422, "ORDER_ALREADY_AUTHORIZED");
            if ((string?)o["status"] != "APPROVED") return Error(422, "ORDER_NOT_APPROVED");
            if ((string?)o["will"] == nameof(Will.IsDeclined)) return Error(422, "INSTRUMENT_DECLINED");
            Authorise(o);
            return Shown(o);
        }));
        at.MapPost("/v2/payments/authorizations/{id}/capture", (string id) => Found(orders, id[5..], o =>
        {
            if ((string?)o["held"] == "VOIDED") return Error(422, "AUTHORIZATION_VOIDED");
            if (o["capture"] is not null) return Error(422, "AUTHORIZATION_ALREADY_CAPTURED");
            o["held"] = "CAPTURED";
            o["capture"] = Id("CAP");
            captures[(string)o["capture"]!] = o;
            o["fee_from"] = Clock.GetUtcNow().ToUnixTimeSeconds() + ((string?)o["will"] == nameof(Will.TellsTheFeeLater) ? 3_600 : 0);
            Book("T0006", Value(o), $"-{Fee(o)}", Code(o), Custom(o));
            Tell("PAYMENT.CAPTURE.COMPLETED", Capture(o));
            if ((string?)o["will"] == nameof(Will.LosesTheAnswer)) return Lost(Json(Capture(o)));
            return Json(Capture(o));
        }));
        at.MapPost("/v2/payments/authorizations/{id}/void", (string id) => Found(orders, id[5..], o =>
        {
            if ((string?)o["held"] is not ("CREATED" or "PENDING")) return Error(422, "AUTHORIZATION_ALREADY_CAPTURED");
            o["held"] = "VOIDED";
            return Json(new JsonObject());
        }));
        at.MapGet("/v2/payments/captures/{id}", (string id) => Found(captures, id, o => Json(Capture(o))));
        at.MapPost("/v2/payments/captures/{id}/refund", (string id, HttpRequest request) => Found(captures, id, o =>
        {
            var asked = Read(request);
            var minor = Minor((string)asked["amount"]!["value"]!, (string)asked["amount"]!["currency_code"]!);
            if ((string?)o["will"] == nameof(Will.RefusesRefunds)) return Error(422, "TRANSACTION_DISPUTED");
            if ((long)(o["refunded"] ?? 0L) + minor > (long)o["minor"]!) return Error(422, "REFUND_AMOUNT_EXCEEDED");
            o["refunded"] = (long)(o["refunded"] ?? 0L) + minor;
            var refund = new JsonObject { ["id"] = Id("REF"), ["status"] = "COMPLETED", ["custom_id"] = (string)asked["custom_id"]!, ["amount"] = asked["amount"]!.DeepClone() };
            Book("T1107", "-" + (string)asked["amount"]!["value"]!, null, Code(o), (string)asked["custom_id"]!);
            Tell("PAYMENT.CAPTURE.REFUNDED", refund);
            if ((string?)o["will"] == nameof(Will.LosesTheAnswerToRefunds)) return Lost(Json(refund));
            return Json(refund);
        }));
        at.MapDelete("/v3/vault/payment-tokens/{id}", (string id) =>
        {
            lock (Gate) return forgotten.Add(id) ? Results.NoContent() : Error(404, "RESOURCE_NOT_FOUND");
        });
        at.MapPost("/v1/notifications/verify-webhook-signature", async (HttpRequest request) =>
        {
            var text = await new StreamReader(request.Body).ReadToEndAsync();
            var asked = (JsonObject)JsonNode.Parse(text)!;
            const string member = "\"webhook_event\":";
            var body = text[(text.IndexOf(member, StringComparison.Ordinal) + member.Length)..^1];
            var good = (string?)asked["webhook_id"] == WebhookId && (string?)asked["transmission_sig"] == Sign((string)asked["transmission_id"]!, (string)asked["transmission_time"]!, body, Secret);
            return Json(new JsonObject { ["verification_status"] = good ? "SUCCESS" : "FAILURE" });
        });
        at.MapGet("/v1/customer/disputes/{id}", (string id) => Found(disputes, id, d => Json(d)));
        at.MapPost("/v1/customer/disputes/{id}/provide-evidence", (string id, HttpRequest request) => Found(disputes, id, d =>
        {
            d["evidence"] = JsonNode.Parse(request.Form["input"].ToString());
            d["files"] = new JsonArray([.. request.Form.Files.Select(f =>
            {
                using var bytes = new MemoryStream();
                f.OpenReadStream().CopyTo(bytes);
                return (JsonNode)Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes.ToArray()));
            })]);
            d["status"] = "UNDER_REVIEW";
            return Json(new JsonObject());
        }));
        at.MapGet("/v1/reporting/transactions", (DateTimeOffset start_date, DateTimeOffset end_date, int page) =>
        {
            lock (Gate)
            {
                if (end_date - start_date > TimeSpan.FromDays(31)) return Error(400, "INVALID_REQUEST");
                var rows = books.Where(b => DateTimeOffset.Parse((string)b["transaction_initiation_date"]!, CultureInfo.InvariantCulture) is var at && at >= start_date && at <= end_date).ToList();
                return Json(new JsonObject
                {
                    ["total_pages"] = Math.Max(1, (rows.Count + 1) / 2),
                    ["transaction_details"] = new JsonArray([.. rows.Skip((page - 1) * 2).Take(2).Select(r => new JsonObject { ["transaction_info"] = r.DeepClone() })]),
                });
            }
        });
    }

    private IResult Create(HttpRequest request)
    {
        var asked = Read(request);
        lock (Gate)
        {
            var unit = (JsonObject)asked["purchase_units"]![0]!;
            var payment = (string)unit["custom_id"]!;
            var paypal = (JsonObject)asked["payment_source"]!["paypal"]!;
            if (Next == Will.FailsOnce && failed.Add(payment)) return Results.StatusCode(500);
            if (Next == Will.IsDeclined && paypal["vault_id"] is not null) return Error(422, "INSTRUMENT_DECLINED");
            var order = new JsonObject
            {
                ["id"] = Id("ORD"), ["intent"] = (string)asked["intent"]!, ["status"] = "PAYER_ACTION_REQUIRED", ["purchase_units"] = new JsonArray(unit.DeepClone()), ["will"] = Next.ToString(),
                ["minor"] = Minor((string)unit["amount"]!["value"]!, (string)unit["amount"]!["currency_code"]!), ["save"] = paypal["attributes"] is not null,
            };
            orders[(string)order["id"]!] = order;
            if (paypal["vault_id"] is { } vault)
            {
                if (!((string)vault!).StartsWith("VLT", StringComparison.Ordinal) || forgotten.Contains((string)vault!)) return Error(422, "TOKEN_NOT_FOUND");
                Authorise(order);
            }

            return Shown(order);
        }
    }

    private void Authorise(JsonObject order)
    {
        order["status"] = "COMPLETED";
        order["held"] = (string?)order["will"] == nameof(Will.WantsAReview) ? "PENDING" : "CREATED";
        Tell("PAYMENT.AUTHORIZATION.CREATED", new JsonObject { ["id"] = $"AUTH-{order["id"]}", ["custom_id"] = Custom(order) });
    }

    private IResult Shown(JsonObject o)
    {
        var shown = (JsonObject)o.DeepClone();
        if ((string?)o["status"] == "PAYER_ACTION_REQUIRED") shown["links"] = new JsonArray(new JsonObject { ["rel"] = "payer-action", ["href"] = $"{Address}/approve/{o["id"]}" });
        if (o["held"] is not null)
        {
            shown["purchase_units"]![0]!["payments"] = new JsonObject
            {
                ["authorizations"] = new JsonArray(new JsonObject { ["id"] = $"AUTH-{o["id"]}", ["status"] = (string)o["held"]! }),
                ["captures"] = o["capture"] is null ? new JsonArray() : new JsonArray(Capture(o)),
            };
        }

        if ((bool?)o["save"] == true && o["held"] is not null)
            shown["payment_source"] = new JsonObject { ["paypal"] = new JsonObject { ["attributes"] = new JsonObject { ["vault"] = new JsonObject { ["id"] = $"VLT-{o["id"]}" } } } };
        return Json(shown);
    }

    private JsonObject Capture(JsonObject o)
    {
        var capture = new JsonObject { ["id"] = (string)o["capture"]!, ["status"] = "COMPLETED", ["custom_id"] = Custom(o), ["amount"] = o["purchase_units"]![0]!["amount"]!.DeepClone() };
        if ((long)o["fee_from"]! <= Clock.GetUtcNow().ToUnixTimeSeconds()) capture["seller_receivable_breakdown"] = new JsonObject { ["paypal_fee"] = Amount(Fee(o), Code(o)) };
        return capture;
    }

    private IResult Found(Dictionary<string, JsonObject> all, string id, Func<JsonObject, IResult> act)
    {
        lock (Gate) return all.TryGetValue(id, out var one) ? act(one) : Error(404, "RESOURCE_NOT_FOUND");
    }

    private IEnumerable<JsonObject> Of(Guid payment) => orders.Values.Where(o => Custom(o) == payment.ToString());

    private void Tell(string type, JsonObject about)
    {
        var id = Id("WH-EVT");
        Happened.Enqueue((id, new JsonObject { ["id"] = id, ["event_type"] = type, ["create_time"] = Time(Clock.GetUtcNow()), ["resource"] = about.DeepClone() }));
    }

    private void Book(string code, string value, string? fee, string currency, string custom) => books.Add(new JsonObject
    {
        ["transaction_id"] = Id("T"), ["transaction_event_code"] = code, ["transaction_initiation_date"] = Time(Clock.GetUtcNow()), ["custom_field"] = custom,
        ["transaction_amount"] = Amount(value, currency), ["fee_amount"] = fee is null ? null : Amount(fee, currency),
    });

    private string Id(string prefix) => $"{prefix}-sim{Interlocked.Increment(ref count)}";

    private static string Sign(string id, string time, string body, string secret) => Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{id}|{time}|{WebhookId}|{body}")));

    private static JsonObject Read(HttpRequest request) => (JsonObject)JsonNode.Parse(new StreamReader(request.Body).ReadToEndAsync().GetAwaiter().GetResult())!;

    private static string Custom(JsonObject o) => (string)o["purchase_units"]![0]!["custom_id"]!;

    private static string Code(JsonObject o) => (string)o["purchase_units"]![0]!["amount"]!["currency_code"]!;

    private static string Value(JsonObject o) => (string)o["purchase_units"]![0]!["amount"]!["value"]!;

    private static string Fee(JsonObject o) => Major(Money.Portion((long)o["minor"]!, 349, 10_000) + 49, Code(o));

    private static string Major(long minor, string code) => new Money(minor, Currency.Of(code)).Major.ToString($"F{Currency.Of(code).Exponent}", CultureInfo.InvariantCulture);

    private static long Minor(string value, string code)
    {
        Money.TryParse(value, Currency.Of(code), out var money).ShouldBeTrue($"{value} {code}");
        return money.Minor;
    }

    private static JsonObject Amount(string value, string code) => new() { ["currency_code"] = code, ["value"] = value };

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static IResult Error(int status, string issue) => Json(new JsonObject { ["name"] = status == 404 ? "RESOURCE_NOT_FOUND" : "UNPROCESSABLE_ENTITY", ["details"] = new JsonArray(new JsonObject { ["issue"] = issue }), ["message"] = "No." }, status);
}
