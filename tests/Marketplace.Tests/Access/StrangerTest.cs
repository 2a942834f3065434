using System.Text.Json;
using System.Text.RegularExpressions;
using Marketplace.Users;

namespace Marketplace.Tests.Access;

/// <summary>
/// Ana has one of everything; Bo has an account like hers, and asks for what is hers: once with the id of something of Ana's and once with
/// one that nobody has. The answers must be alike but for the id itself. A new resource needs a line in <see cref="OneOfEverything"/>.
/// </summary>
public abstract partial class StrangerTest : MarketTest
{
    private protected Person Ana { get; private set; } = null!;

    private protected Person Bo { get; private set; } = null!;

    /// <summary>Of Ana's, by what it is.</summary>
    private protected Dictionary<string, string> Belongings { get; private set; } = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        (Ana, Bo) = (await Market.SignUp("Ana"), await Market.SignUp("Bo"));
        // Bo may do all that Ana may: only whose it is stands between.
        await Bo.PublishBeat();
        await Market.Grant(Bo.Account, Capabilities.CanBoost);
        await Bo.SignIn();
        await Bo.TopUp(5_000);
        Belongings = await OneOfEverything();
    }

    /// <summary>One of everything that somebody can have. Not her own purse's numbers alone: ids by which a stranger might ask.</summary>
    private async Task<Dictionary<string, string>> OneOfEverything()
    {
        var shop = await Ana.OpenShop();
        var published = await Ana.PublishBeat();
        var title = $"Secret {Guid.CreateVersion7().ToString("N")[^8..]}";
        var draft = await Ana.DraftBeat(title);
        var upload = (await Ana.Upload(draft.Id(), "original", "beat.wav", Sound.Wav(1))).Must(201).Json;
        var nova = await Market.SignUp("Nova");
        var (bought, wanted, failed) = (await nova.PublishBeat(), await nova.PublishBeat(), await nova.PublishBeat());
        var order = await Ana.Buy(bought);
        await Ana.TopUp(2_000);
        (await Ana.Visitor.AddToCart((await nova.Publish(Ware.Service)).GetProperty("offers")[0].Id())).Must();
        var work = (await Ana.Checkout()).Must(201).Json.Item();
        var (claimed, asked) = (await nova.PublishBeat(), await nova.PublishBeat());
        var argued = await Ana.Buy(claimed, asked);
        var claim = (await Ana.Complain(argued, argued.ItemOf(claimed))).Must(201).Json.Id();
        var claimFile = (await Ana.Visitor.Post($"/api/v1/claims/{claim}/files", new MultipartFormDataContent { { new ByteArrayContent(Picture.Png(8, 8)), "file", "screen.png" } })).Must(201).Json.Id();
        var request = (await Ana.AskBack(argued, argued.ItemOf(asked))).Must(201).Json.Id();
        (await Ana.Visitor.AddToCart((await nova.Publish(Ware.Membership)).GetProperty("offers")[1].Id())).Must();
        (await Ana.Checkout()).Must(201);
        var subscription = (await Ana.Visitor.Get("/api/v1/subscriptions")).Must().Json.GetProperty("data")[0].Id();
        (await Ana.AddToCart(failed)).Must();
        var unpaid = (await Ana.CheckoutByCard("tok_declined")).Json;
        var topUp = (await Ana.TopUp(500, "EUR", Marketplace.Wallet.SandboxProvider.Ok)).Must(201).Json;
        (await Ana.AddToCart(wanted)).Must();
        var cart = (await Ana.Visitor.Get("/api/v1/cart")).Must().Json;
        var coupon = (await Ana.Visitor.Post("/api/v1/coupons", new { code = CouponSteps.Fresh(), shop_id = shop.Id, percent = 1_000 })).Must(201).Json;
        var key = await Ana.MakeKey(Scopes.OrdersRead);
        var address = (await Ana.Visitor.Post("/api/v1/me/addresses", new { name = "Ana", line1 = "1 Rue des Disques", postcode = "75011", city = "Paris", country = "FR" })).Must(201).Json.Id();
        using var phone = new SoftPasskey();
        await Ana.AddPasskey(phone);
        var export = (await Ana.Visitor.Post("/api/v1/me/export")).Must(202).Json.Id();
        var report = (await Ana.Visitor.Post("/api/v1/reports", new { kind = "product", id = wanted.Product, reason = "spam" })).Must(201).Json.Id();
        var proposal = (await Ana.Visitor.Post("/api/v1/field-requests", new { kind = "skill", value = $"Handpan {title}", category = "musicians" })).Must(201).Json.Id();
        var sold = await nova.BuyByCard("tok_ok", published);
        var (dispute, _) = await Market.Disputed(sold.Id());
        var evidence = await Market.Attach(dispute, Ana);
        var difference = WalletSteps.NewId();
        await TestServer.Execute(Market.ConnectionString, $"""
            INSERT INTO wallet.reconciliation_differences (id, provider, day, kind, what, reference, there, currency, state, found_at)
            VALUES ('{difference}', 'elsewhere', '2026-01-01', 'missing_here', 'payment', '{difference}', 100, 'EUR', 'open', '2026-01-02Z')
            """);
        var finance = await Market.Finance();
        await Ana.TopUp(6_000);
        var destination = await Market.BankAccount(Ana, finance);
        var payout = await Ana.Payout(6_000, "EUR", destination);
        var adjustment = (await finance.Visitor.Post("/api/v1/adjustments", new { account = Ana.Account, amount = new { amount = 100, currency = "EUR" }, category = "goodwill", reason = "We were late." })).Must(201).Json.Id();
        await Market.Drain();
        var (line, review) = await Ana.Reviewed(bought.Product);
        var boost = await Ana.Boosted(published.Product);
        var notification = (await Ana.Visitor.Get("/api/v1/notifications")).Must().Json.GetProperty("data")[0].Id();
        var belongings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["shop_slug"] = shop.Slug,
            ["shop"] = shop.Id.ToString(),
            ["invitation"] = (await Ana.Visitor.Post($"/api/v1/shops/{shop.Slug}/invitations", new { email = "asked@example.com", role = "editor" })).Must(201).Json.Id().ToString(),
            ["product"] = published.Product.ToString(),
            ["access_rule"] = (await Ana.Visitor.Post($"/api/v1/products/{published.Product}/access-rules", new { target_kind = "download", target = draft.Id() })).Must(201).Json.Id().ToString(),
            ["button"] = (await Ana.Visitor.Post("/api/v1/payment-buttons", new { offer_id = published.Offer, text = "Buy it" })).Must(201).Json.Id().ToString(),
            ["product_slug"] = published.Slug,
            ["draft"] = draft.Id().ToString(),
            ["draft_slug"] = draft.GetProperty("slug").GetString()!,
            ["secret_title"] = title,
            ["file"] = FirstFile(upload),
            ["import"] = (await Ana.UploadCsv($"kind,title\nbeat,{title}\n")).Must(201).Json.Id().ToString(),
            ["order"] = order.Id().ToString(),
            ["work"] = work.ToString(),
            ["invoice"] = (await Ana.Visitor.Get("/api/v1/invoices")).Must().Json.GetProperty("data")[0].Id().ToString(),
            ["claim"] = claim.ToString(),
            ["claim_file"] = claimFile.ToString(),
            ["refund_request"] = request.ToString(),
            ["subscription"] = subscription.ToString(),
            ["dispute"] = dispute.ToString(),
            ["evidence"] = evidence.ToString(),
            ["difference"] = difference.ToString(),
            ["provider_event"] = await Market.Source.Command("SELECT id::text FROM wallet.provider_events WHERE about = 'dispute' LIMIT 1").Scalar<string>() ?? "",
            ["order_line"] = order.Item().ToString(),
            ["reviewed_line"] = line.ToString(),
            ["review"] = review.ToString(),
            ["boost"] = boost.ToString(),
            ["unpaid_order"] = await Market.Source.Command("SELECT id::text FROM orders.orders WHERE buyer = $1 AND state = 'pending' ORDER BY id DESC LIMIT 1", Ana.Account).Scalar<string>() ?? unpaid.Id().ToString(),
            ["payment"] = topUp.Id().ToString(),
            ["payment_method"] = (await Ana.SaveMethod()).ToString(),
            ["destination"] = destination.ToString(),
            ["payout"] = payout.ToString(),
            ["adjustment"] = adjustment.ToString(),
            ["cart_line"] = cart.GetProperty("items")[0].Id().ToString(),
            ["coupon"] = coupon.Id().ToString(),
            ["notification"] = notification.ToString(),
            ["key"] = key.Id.ToString(),
            ["mail"] = (await Market.Everything.Command("SELECT id FROM notifications.mails WHERE account = $1 LIMIT 1", Ana.Account).Scalar<Guid>()).ToString(),
            ["account"] = Ana.Account.ToString(),
            ["address"] = address.ToString(),
            ["search"] = (await Ana.Visitor.Post("/api/v1/me/searches", new { name = "Night", query = "q=night" })).Must(201).Json.Id().ToString(),
            ["passkey"] = (await Market.Everything.Command("SELECT id FROM users.passkeys WHERE account = $1", Ana.Account).Scalar<Guid>()).ToString(),
            ["export"] = export.ToString(),
            ["report"] = report.ToString(),
            ["proposal"] = proposal.ToString(),
            ["kind_of_draft"] = "product",
            ["session"] = (await Market.Everything.Command("SELECT id FROM users.sessions WHERE account = $1", Ana.Account).Scalar<Guid>()).ToString(),
            ["ledger_account"] = (await Market.Count("SELECT id FROM wallet.accounts WHERE owner_id = $1 LIMIT 1", Ana.Account)).ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["ledger_transaction"] = (await Market.Count("SELECT transaction_id FROM wallet.postings p JOIN wallet.accounts a ON a.id = p.account_id WHERE a.owner_id = $1 LIMIT 1", Ana.Account)).ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["ledger_entry"] = (await Market.Count("SELECT transaction_id FROM wallet.postings p JOIN wallet.accounts a ON a.id = p.account_id WHERE a.owner_id = $1 LIMIT 1", Ana.Account)) + "-1",
        };
        // What all this brings about has come about before anybody else touches it.
        await Market.Drain();
        return belongings;
    }

    private static string FirstFile(JsonElement product) => product.GetProperty("files")[0].Id().ToString();

    /// <summary>All that belongs to Ana and that a write might change; not what jobs of other tests add up.</summary>
    private protected Task<string?> Fingerprint() => Market.Everything.Command(
        """
        SELECT (SELECT string_agg((to_jsonb(p) - ARRAY['sold_count', 'view_count', 'trend_score', 'tokens'])::text, ' ' ORDER BY p.id) FROM catalog.products p JOIN catalog.shops s ON s.id = p.shop_id WHERE s.owner_id = $1)
            || (SELECT string_agg(s::text, ' ') FROM catalog.shops s WHERE s.owner_id = $1)
            || (SELECT string_agg(i.id::text || coalesce(i.ended_at::text, '') || i.sent_at::text, ' ' ORDER BY i.id) FROM catalog.shop_invitations i JOIN catalog.shops s ON s.id = i.shop_id WHERE s.owner_id = $1)
            || (SELECT string_agg(o::text, ' ' ORDER BY o.id) FROM orders.orders o WHERE o.buyer = $1)
            || (SELECT string_agg(i.id::text || i.state || i.refunded, ' ' ORDER BY i.id) FROM orders.order_items i WHERE i.buyer = $1)
            || (SELECT string_agg(d::text, ' ' ORDER BY d.id) FROM orders.disputes d WHERE d.buyer = $1)
            || (SELECT string_agg(m.id::text, ' ' ORDER BY m.id) FROM orders.dispute_messages m JOIN orders.disputes d ON d.id = m.dispute_id WHERE d.buyer = $1)
            || (SELECT string_agg(r::text, ' ' ORDER BY r.id) FROM orders.refunds r JOIN orders.order_items i ON i.id = r.item_id WHERE i.buyer = $1)
            || (SELECT string_agg(s::text, ' ' ORDER BY s.id) FROM orders.subscriptions s WHERE s.account = $1)
            || (SELECT string_agg(n::text, ' ' ORDER BY n.id) FROM notifications.notifications n WHERE n.account = $1)
            || (SELECT string_agg(k.id::text || k.name || k.tier || coalesce(k.revoked_at::text, '') || k.scopes::text, ' ' ORDER BY k.id) FROM users.api_keys k WHERE k.account = $1)
            || (SELECT string_agg(s.id::text || coalesce(s.ended_at::text, ''), ' ' ORDER BY s.id) FROM users.sessions s WHERE s.account = $1)
            || (SELECT string_agg(a::text, ' ' ORDER BY a.id) FROM users.addresses a WHERE a.account = $1)
            || (SELECT string_agg(p.id::text || p.name, ' ' ORDER BY p.id) FROM users.passkeys p WHERE p.account = $1)
            || (SELECT string_agg(r::text, ' ' ORDER BY r.id) FROM users.reports r WHERE r.reporter = $1)
            || (SELECT string_agg(p::text, ' ' ORDER BY p.id) FROM wallet.payouts p WHERE p.account = $1)
            || (SELECT string_agg(d.id::text || d.state || coalesce(d.removed_at::text, ''), ' ' ORDER BY d.id) FROM wallet.payout_destinations d WHERE d.account = $1)
            || (SELECT string_agg(a::text, ' ' ORDER BY a.id) FROM wallet.adjustments a WHERE a.account = $1)
            || (SELECT string_agg(v::text, ' ' ORDER BY v.id) FROM catalog.reviews v WHERE v.author_id = $1)
            || (SELECT string_agg(b::text, ' ' ORDER BY b.id) FROM catalog.boosts b WHERE b.owner_id = $1)
            || (SELECT a.status || a.tier FROM users.accounts a WHERE a.id = $1)
            || (SELECT count(*) FROM orders.cart_items i JOIN orders.carts c ON c.id = i.cart_id WHERE c.owner = $1)
            || (SELECT string_agg(f::text, ' ' ORDER BY f.id) FROM catalog.product_files f JOIN catalog.products p ON p.id = f.product_id JOIN catalog.shops s ON s.id = p.shop_id WHERE s.owner_id = $1)
        """, Ana.Account).Scalar<string>();

    /// <returns>Null when they are alike but for the id, the request's id and what is random in a form.</returns>
    private protected static string? Differs(Answer theirs, IEnumerable<string> ids, Answer nobodys)
    {
        if (theirs.Status != nobodys.Status || theirs.Code != nobodys.Code) return $"{theirs.Status} {theirs.Code}, a random one {nobodys.Status} {nobodys.Code}";
        var (one, other) = (Plain(theirs, ids), Plain(nobodys, []));
        return one == other ? null : $"the bodies differ: {one[..Math.Min(300, one.Length)]} … {other[..Math.Min(300, other.Length)]}";
    }

    private static string Plain(Answer answer, IEnumerable<string> values)
    {
        var ids = values.Where(v => v.Length > 4).ToList();
        string Starred(string text) => Random().Replace(ids.Aggregate(text, (t, id) => t.Replace(id, "*", StringComparison.Ordinal)), "*");
        if (answer.Code is null) return answer.Location is { } there ? Starred(there.Split('?')[0]) : Starred(answer.Html.QuerySelector("main")?.TextContent ?? answer.Text);
        return string.Join('\n', answer.Json.EnumerateObject().Where(m => m.Name is not ("instance" or "request_id")).Select(m => m.ToString()));
    }

    [GeneratedRegex("[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f-]{27}|none-[0-9a-f]+|900[0-9]{7}")]
    private static partial Regex Random();
}
