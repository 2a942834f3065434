using System.Text;
using System.Text.Json.Nodes;
using Marketplace.Wallet;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Tests.Wallet.Providers;

/// <summary>Stripe, as much of it as the market asks: intents, refunds, customers, disputes, books, signed events.</summary>
internal sealed class StripeSimulator(TimeProvider clock) : ProviderSimulator(clock)
{
    public const string Secret = "sk_test_simulated", WebhookSecret = "whsec_simulated";

    private readonly Dictionary<string, string> files = [];
    private readonly Dictionary<string, JsonObject> intents = [], refunds = [], disputes = [], pages = [];
    private readonly List<JsonObject> books = [];
    private readonly HashSet<string> detached = [], failed = [];
    private int count;

    protected override string KeyHeader => "Idempotency-Key";

    public IReadOnlySet<string> Detached => detached;

    public static string Card(Will will) => $"pm_card_{will}";

    public long Taken(Guid payment) => Of(payment).Sum(i => (long)(i["amount_received"] ?? 0L));

    public long GivenBack(Guid payment) => Of(payment).Sum(i => (long)(i["refunded"] ?? 0L));

    public int Charges(Guid payment) => Of(payment).Count();

    public void Answer(Guid payment, bool yes)
    {
        lock (Gate)
        {
            var intent = Of(payment).Single(i => (string?)i["status"] == "requires_action");
            intent["next_action"] = null;
            if (yes)
            {
                Hold(intent, false);
            }
            else
            {
                intent["status"] = "requires_payment_method";
                intent["last_payment_error"] = new JsonObject { ["code"] = "payment_intent_authentication_failure" };
                Tell("payment_intent.payment_failed", intent);
            }
        }
    }

    /// <summary>The payer types a card on Stripe's own page.</summary>
    public void Type(Guid payment, Will will)
    {
        lock (Gate)
        {
            var page = pages.Values.Single(p => (string?)p["metadata"]!["payment"] == payment.ToString());
            ((string?)page["status"]).ShouldBe("open");
            var intent = Intent(payment.ToString(), (string)page["currency"]!, (long)page["amount_total"]!, Card(will), (string?)page["customer"], will);
            page["status"] = "complete";
            page["payment_intent"] = (string)intent["id"]!;
            Hold(intent, will == Will.WantsAReview);
        }
    }

    /// <summary>Hashes of the files in the evidence of a dispute.</summary>
    public IReadOnlyList<string> Shown(string dispute)
    {
        lock (Gate) return disputes[dispute].Where(m => m.Key.StartsWith("evidence[", StringComparison.Ordinal)).Select(m => (string)m.Value!).ToList();
    }

    /// <summary>The payer's bank takes the money back.</summary>
    public string Dispute(Guid payment, long amount)
    {
        lock (Gate)
        {
            var intent = Of(payment).Single();
            var dispute = new JsonObject
            {
                ["id"] = Id("dp"), ["object"] = "dispute", ["amount"] = amount, ["currency"] = (string)intent["currency"]!, ["reason"] = "fraudulent", ["status"] = "needs_response",
                ["payment_intent"] = (string)intent["id"]!, ["evidence_details"] = new JsonObject { ["due_by"] = Now + 604_800 },
                ["balance_transactions"] = new JsonArray(new JsonObject { ["fee"] = 2_000, ["currency"] = (string)intent["currency"]! }),
            };
            disputes[(string)dispute["id"]!] = dispute;
            Book("adjustment", -amount, 2_000, dispute, (string)intent["currency"]!);
            Tell("charge.dispute.created", dispute);
            return (string)dispute["id"]!;
        }
    }

    public override SentEvent Send((string Id, JsonObject Body) happened, TimeSpan late = default, bool forged = false, bool altered = false)
    {
        var body = Encoding.UTF8.GetBytes(happened.Body.ToJsonString());
        var signature = SignedBody.Sign(body, forged ? "whsec_another" : WebhookSecret, Clock.GetUtcNow() - late);
        if (altered) body = Encoding.UTF8.GetBytes(happened.Body.ToJsonString().Replace("payment", "Payment", StringComparison.Ordinal));
        return new SentEvent(happened.Id, new(StringComparer.OrdinalIgnoreCase) { ["Stripe-Signature"] = signature }, body);
    }

    protected override bool IsAllowed(HttpRequest request) => request.Headers.Authorization == $"Bearer {Secret}" && request.Headers["Stripe-Version"].Count == 1;

    protected override void Map(WebApplication at)
    {
        at.MapPost("/v1/customers", () => Json(new JsonObject { ["id"] = Id("cus") }));
        at.MapPost("/v1/checkout/sessions", (HttpRequest request) =>
        {
            var form = request.Form;
            var page = new JsonObject
            {
                ["id"] = Id("cs"), ["status"] = "open", ["amount_total"] = long.Parse(form["line_items[0][price_data][unit_amount]"]!, null), ["currency"] = form["line_items[0][price_data][currency]"].ToString(),
                ["customer"] = form["customer"].Count == 1 ? form["customer"].ToString() : null, ["metadata"] = new JsonObject { ["payment"] = form["payment_intent_data[metadata][payment]"].ToString() },
            };
            var life = long.Parse(form["expires_at"]!, null) - Now;
            if (form["payment_intent_data[capture_method]"] != "manual" || life is < 1_800 or > 86_400) return Error(400, "parameter_invalid");
            page["url"] = $"{Address}/pay/{page["id"]}";
            lock (Gate) pages[(string)page["id"]!] = page;
            return Json(page);
        });
        at.MapGet("/v1/checkout/sessions/{id}", (string id) => Found(pages, id, p =>
        {
            var whole = (JsonObject)p.DeepClone();
            if (p["payment_intent"] is { } intent) whole["payment_intent"] = intents[(string)intent!].DeepClone();
            return Json(whole);
        }));
        at.MapPost("/v1/checkout/sessions/{id}/expire", (string id) => Found(pages, id, p =>
        {
            if ((string?)p["status"] != "open") return Error(400, "resource_invalid_state");
            p["status"] = "expired";
            return Json(p);
        }));
        at.MapPost("/v1/payment_intents", Create);
        at.MapGet("/v1/payment_intents/search", (string query) =>
        {
            lock (Gate) return Json(new JsonObject { ["data"] = new JsonArray([.. intents.Values.Where(i => query.Contains((string)i["metadata"]!["payment"]!, StringComparison.Ordinal)).Select(i => i.DeepClone())]) });
        });
        at.MapGet("/v1/payment_intents/{id}", (string id) => Found(intents, id, i => Json(i)));
        at.MapPost("/v1/payment_intents/{id}/capture", (string id) => Found(intents, id, i =>
        {
            if ((string?)i["status"] != "requires_capture") return Error(400, "payment_intent_unexpected_state");
            Take(i);
            return Json(i);
        }));
        at.MapPost("/v1/payment_intents/{id}/cancel", (string id) => Found(intents, id, i =>
        {
            if ((string?)i["status"] is not ("requires_capture" or "requires_action" or "requires_payment_method")) return Error(400, "payment_intent_unexpected_state");
            i["status"] = "canceled";
            Tell("payment_intent.canceled", i);
            return Json(i);
        }));
        at.MapPost("/v1/refunds", Refund);
        at.MapGet("/v1/refunds", (string payment_intent) =>
        {
            lock (Gate) return Json(new JsonObject { ["data"] = new JsonArray([.. refunds.Values.Where(r => (string?)r["payment_intent"] == payment_intent).Select(r => r.DeepClone())]) });
        });
        at.MapGet("/v1/payment_methods/{id}", (string id) => Json(new JsonObject { ["id"] = id, ["card"] = CardOf() }));
        at.MapPost("/v1/payment_methods/{id}/detach", (string id) =>
        {
            lock (Gate) return detached.Add(id) ? Json(new JsonObject { ["id"] = id }) : Error(400, "resource_missing");
        });
        at.MapPost("/v1/files", (HttpRequest request) =>
        {
            var file = request.Form.Files.Single(f => f.Name == "file");
            using var bytes = new MemoryStream();
            file.OpenReadStream().CopyTo(bytes);
            if (request.Form["purpose"] != "dispute_evidence" || file.ContentType is not ("image/png" or "image/jpeg") || file.FileName.Length == 0) return Error(400, "invalid_request");
            lock (Gate)
            {
                var id = Id("file");
                files[id] = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes.ToArray()));
                return Json(new JsonObject { ["id"] = id, ["object"] = "file", ["purpose"] = "dispute_evidence" });
            }
        });
        at.MapGet("/v1/disputes/{id}", (string id) => Found(disputes, id, d =>
        {
            var whole = (JsonObject)d.DeepClone();
            whole["payment_intent"] = intents[(string)d["payment_intent"]!].DeepClone();
            return Json(whole);
        }));
        at.MapPost("/v1/disputes/{id}", (string id, HttpRequest request) => Found(disputes, id, d =>
        {
            foreach (var (field, file) in request.Form.Where(f => f.Key.StartsWith("evidence[", StringComparison.Ordinal) && f.Key != "evidence[uncategorized_text]"))
            {
                if (!files.ContainsKey(file.ToString())) return Error(400, "resource_missing");
                d[field] = files[file.ToString()];
            }

            d["status"] = "under_review";
            d["evidence"] = request.Form["evidence[uncategorized_text]"].ToString();
            return Json(d);
        }));
        at.MapGet("/v1/balance_transactions", (HttpRequest request) =>
        {
            lock (Gate)
            {
                var (from, until, after) = (long.Parse(request.Query["created[gte]"]!, null), long.Parse(request.Query["created[lt]"]!, null), request.Query["starting_after"].ToString());
                var rows = books.Where(b => (long)b["created"]! >= from && (long)b["created"]! < until).SkipWhile(b => after.Length > 0 && (string?)b["id"] != after).Skip(after.Length > 0 ? 1 : 0).ToList();
                // Small pages, so that somebody who forgets to turn them is noticed.
                return Json(new JsonObject { ["data"] = new JsonArray([.. rows.Take(2).Select(r => r.DeepClone())]), ["has_more"] = rows.Count > 2 });
            }
        });
    }

    private long Now => Clock.GetUtcNow().ToUnixTimeSeconds();

    private IResult Create(HttpRequest request)
    {
        var form = request.Form;
        lock (Gate)
        {
            string payment = form["metadata[payment]"]!, card = form["payment_method"]!;
            var code = form["currency"].ToString();
            var amount = long.Parse(form["amount"]!, null);
            if (form["return_url"].Count == 1 && !Uri.IsWellFormedUriString(form["return_url"], UriKind.Absolute)) Complaints.Enqueue("return_url is not absolute");
            if (code == "kwd" && amount % 10 != 0) return Error(400, "invalid_amount");
            var will = Enum.TryParse<Will>(card.Split('_')[^1], out var known) ? known : (Will?)null;
            if (will is null) return Error(400, "resource_missing");
            if (will == Will.FailsOnce && failed.Add(payment)) return Results.StatusCode(500);
            if (will == Will.IsDeclined) return Error(402, "card_declined", "generic_decline");
            if (will == Will.AsksThePayer && form["off_session"] == "true") return Error(402, "authentication_required");
            // A method that belongs to a customer is charged with that customer alone.
            if (card.StartsWith("pm_card_", StringComparison.Ordinal) is false) return Error(400, "resource_missing");

            var intent = Intent(payment, code, amount, card, form["customer"].Count == 1 ? form["customer"].ToString() : null, will.Value);
            if (will == Will.AsksThePayer)
            {
                intent["status"] = "requires_action";
                intent["next_action"] = new JsonObject { ["type"] = "redirect_to_url", ["redirect_to_url"] = new JsonObject { ["url"] = $"{Address}/3ds/{intent["id"]}" } };
                Tell("payment_intent.requires_action", intent);
            }
            else
            {
                Hold(intent, will == Will.WantsAReview);
            }

            if (will == Will.LosesTheAnswer)
            {
                Take(intent);
                return Lost(Json(intent));
            }

            return Json(intent);
        }
    }

    private JsonObject Intent(string payment, string currency, long amount, string card, string? customer, Will will)
    {
        var intent = new JsonObject
        {
            ["id"] = Id("pi"), ["object"] = "payment_intent", ["amount"] = amount, ["amount_received"] = 0L, ["currency"] = currency, ["capture_method"] = "manual",
            ["metadata"] = new JsonObject { ["payment"] = payment }, ["payment_method"] = card, ["customer"] = customer, ["will"] = will.ToString(),
        };
        intents[(string)intent["id"]!] = intent;
        return intent;
    }

    private IResult Refund(HttpRequest request)
    {
        lock (Gate)
        {
            var intent = intents[request.Form["payment_intent"]!];
            var amount = long.Parse(request.Form["amount"]!, null);
            if ((string?)intent["will"] == nameof(Will.RefusesRefunds)) return Error(400, "charge_disputed");
            if ((long)(intent["refunded"] ?? 0L) + amount > (long)intent["amount_received"]!) return Error(400, "charge_already_refunded");
            intent["refunded"] = (long)(intent["refunded"] ?? 0L) + amount;
            var refund = new JsonObject
            {
                ["id"] = Id("re"), ["object"] = "refund", ["amount"] = amount, ["status"] = "succeeded", ["payment_intent"] = (string)intent["id"]!,
                ["metadata"] = new JsonObject { ["refund"] = request.Form["metadata[refund]"].ToString(), ["payment"] = request.Form["metadata[payment]"].ToString() },
            };
            refunds[(string)refund["id"]!] = refund;
            Book("refund", -amount, 0, refund, (string)intent["currency"]!);
            Tell("refund.created", refund);
            if ((string?)intent["will"] == nameof(Will.LosesTheAnswerToRefunds)) return Lost(Json(refund));
            return Json(refund);
        }
    }

    private void Hold(JsonObject intent, bool review)
    {
        intent["status"] = "requires_capture";
        intent["latest_charge"] = new JsonObject
        {
            ["id"] = Id("ch"), ["outcome"] = new JsonObject { ["type"] = review ? "manual_review" : "authorized" },
            ["payment_method_details"] = new JsonObject { ["card"] = CardOf() },
        };
        Tell("payment_intent.amount_capturable_updated", intent);
    }

    private void Take(JsonObject intent)
    {
        var amount = (long)intent["amount"]!;
        intent["status"] = "succeeded";
        intent["amount_received"] = amount;
        var fee = Money.Portion(amount, 290, 10_000) + 30;
        // Its fee is known at once, or an hour later; the field is there when it is.
        intent["fee_from"] = (string?)intent["will"] == nameof(Will.TellsTheFeeLater) ? Now + 3_600 : Now;
        intent["fee"] = fee;
        TellFee(intent);
        Book("charge", amount, fee, intent, (string)intent["currency"]!);
        Tell("payment_intent.succeeded", intent);
    }

    private void TellFee(JsonObject intent)
    {
        if (intent["fee_from"] is { } from && (long)from <= Now && intent["latest_charge"] is JsonObject charge)
            charge["balance_transaction"] = new JsonObject { ["fee"] = (long)intent["fee"]!, ["amount"] = (long)intent["amount"]!, ["currency"] = (string)intent["currency"]! };
    }

    private void Book(string type, long amount, long fee, JsonObject source, string currency) => books.Add(new JsonObject
    {
        ["id"] = Id("txn"), ["type"] = type, ["amount"] = amount, ["fee"] = fee, ["currency"] = currency, ["created"] = Now, ["source"] = source.DeepClone(),
    });

    private IResult Found(Dictionary<string, JsonObject> all, string id, Func<JsonObject, IResult> act)
    {
        lock (Gate)
        {
            if (!all.TryGetValue(id, out var one)) return Error(404, "resource_missing");
            TellFee(one);
            return act(one);
        }
    }

    private IEnumerable<JsonObject> Of(Guid payment) => intents.Values.Where(i => (string?)i["metadata"]!["payment"] == payment.ToString());

    private void Tell(string type, JsonObject about)
    {
        var id = Id("evt");
        Happened.Enqueue((id, new JsonObject { ["id"] = id, ["object"] = "event", ["type"] = type, ["created"] = Now, ["data"] = new JsonObject { ["object"] = about.DeepClone() } }));
    }

    private string Id(string prefix) => $"{prefix}_sim{Interlocked.Increment(ref count)}";

    private static JsonObject CardOf() => new() { ["brand"] = "visa", ["last4"] = "4242", ["exp_month"] = 12, ["exp_year"] = 2031 };

    private static IResult Error(int status, string code, string? decline = null) => Json(new JsonObject { ["error"] = new JsonObject { ["type"] = "card_error", ["code"] = code, ["decline_code"] = decline, ["message"] = "No." } }, status);
}
