using System.Text.Json;
using System.Text.RegularExpressions;
using Marketplace.Users;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.RazorPages.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Access;

/// <summary>
/// Ana has one of everything; Bo has an account like hers. Every route with an id is asked by Bo, once with the id of something of Ana's
/// and once with one that nobody has: the answers must be alike but for the id itself. A new route with an id needs a line in
/// <see cref="Owned"/>, a new resource one in <see cref="Belongings"/>.
/// </summary>
public sealed partial class ForeignTests : MarketTest
{
    /// <summary>What of Ana's each route with an id is asked for. Values stand for the parameters in their order; # is a body to make the write worth refusing.</summary>
    private static readonly Dictionary<string, string> Owned = new(StringComparer.Ordinal)
    {
        ["DELETE /api/v1/cart/items/{id:guid}"] = "cart_line",
        ["PATCH /api/v1/cart/items/{id:guid}"] = """cart_line # {"units":2}""",
        ["POST /api/v1/coupons/{id:guid}/stop"] = "coupon",
        ["GET /api/v1/sales/shipping/{shop:guid}"] = "shop",
        ["PUT /api/v1/sales/shipping/{shop:guid}"] = """shop # {"rates":[]}""",
        ["GET /api/v1/orders/{id:guid}"] = "order",
        ["POST /api/v1/orders/{id:guid}/payments"] = """unpaid_order # {"payment_method":"wallet"}""",
        ["POST /api/v1/orders/{id:guid}/refunds"] = """order # {"lines":[{"item_id":"{order_line}"}],"reason":"Mine now."}""",
        ["GET /api/v1/library/{item:guid}/contract"] = "order_line",
        ["POST /api/v1/library/{item:guid}/download-links"] = "order_line # {}",
        ["GET /api/v1/service-orders/{id:guid}"] = "work",
        ["POST /api/v1/service-orders/{id:guid}/approval"] = "work",
        ["POST /api/v1/service-orders/{id:guid}/deliveries"] = """work # {"note":"Mine now."}""",
        ["POST /api/v1/service-orders/{id:guid}/files"] = "work",
        ["POST /api/v1/service-orders/{id:guid}/requirements"] = """work # {"answers":["Mine","now"]}""",
        ["POST /api/v1/service-orders/{id:guid}/revisions"] = """work # {"note":"Mine now."}""",
        ["GET /api/v1/claims/{id:guid}"] = "claim",
        ["POST /api/v1/claims/{id:guid}/decision"] = """claim # {"percent":100,"reason":"Mine now."}""",
        ["POST /api/v1/claims/{id:guid}/files"] = "claim",
        ["POST /api/v1/claims/{id:guid}/messages"] = """claim # {"text":"Mine now."}""",
        ["POST /api/v1/orders/{id:guid}/cancellation"] = "unpaid_order",
        ["POST /api/v1/orders/{id:guid}/items/{item:guid}/cancellation"] = "order, order_line",
        ["POST /api/v1/orders/{id:guid}/items/{item:guid}/claims"] = """order, order_line # {"reason":"other","text":"Mine now."}""",
        ["POST /api/v1/orders/{id:guid}/items/{item:guid}/refund-requests"] = """order, order_line # {"reason":"Mine now."}""",
        ["GET /api/v1/refund-requests/{id:guid}"] = "refund_request",
        ["POST /api/v1/refund-requests/{id:guid}/decision"] = """refund_request # {"approved":true}""",
        ["POST /api/v1/sales/{item:guid}/refunds"] = """order_line # {"reason":"Mine now."}""",
        ["GET /media/claims/{id:guid}"] = "claim_file",
        ["POST /claims/{id:guid}/files"] = "claim",
        ["PAGE /claims/{id:guid}"] = "claim",
        ["PAGE /refund-requests/{id:guid}"] = "refund_request",
        ["PAGE /orders/{id:guid}/help/{item:guid}"] = "order, order_line",
        ["PAGE /sell/orders/{item:guid}/refund"] = "order_line",
        ["PAGE /services/{id:guid}"] = "work",
        ["POST /services/{id:guid}/files"] = "work",
        ["GET /api/v1/invoices/{id:guid}"] = "invoice",
        ["PAGE /invoices/{id:guid}"] = "invoice",
        ["GET /api/v1/subscriptions/{id:guid}"] = "subscription",
        ["POST /api/v1/subscriptions/{id:guid}/cancel"] = "subscription",
        ["POST /api/v1/subscriptions/{id:guid}/resume"] = "subscription",
        ["GET /api/v1/subscriptions/{id:guid}/change"] = "subscription",
        ["POST /api/v1/subscriptions/{id:guid}/change"] = """subscription # {"offer_id":"{subscription}"}""",
        ["POST /api/v1/subscriptions/{id:guid}/payment-method"] = """subscription # {"payment_method":"wallet"}""",
        ["POST /api/v1/subscriptions/{id:guid}/end"] = """subscription # {"reason":"Mine now.","now":true}""",
        ["PAGE /subscriptions/{id:guid}"] = "subscription",
        ["PAGE /admin/subscriptions/{id:guid}"] = "subscription",
        ["GET /api/v1/payments/{id:guid}"] = "payment",
        ["DELETE /api/v1/payment-methods/{id:guid}"] = "payment_method",
        ["POST /api/v1/notifications/{id:guid}/read"] = "notification",
        ["POST /api/v1/notifications/{id:guid}/archive"] = "notification",
        ["PATCH /api/v1/products/{id:guid}"] = """draft # {"title":"Mine now"}""",
        ["POST /api/v1/products/{id:guid}/publish"] = "draft",
        ["PUT /api/v1/products/{id:guid}/like"] = "draft",
        ["DELETE /api/v1/products/{id:guid}/like"] = "draft",
        ["PATCH /api/v1/me/searches/{id:guid}"] = """search # {"name":"Mine now"}""",
        ["DELETE /api/v1/me/searches/{id:guid}"] = "search",
        ["POST /api/v1/me/searches/{id:guid}/seen"] = "search",
        ["POST /api/v1/products/{id:guid}/pause"] = "product",
        ["POST /api/v1/products/{id:guid}/archive"] = "product",
        ["POST /api/v1/products/{id:guid}/files"] = "draft",
        ["DELETE /api/v1/products/{id:guid}/files/{file:guid}"] = "draft, file",
        ["GET /api/v1/products/{slug}"] = "draft_slug",
        ["GET /api/v1/products/{slug}/variants"] = "draft_slug",
        ["GET /api/v1/products/{slug}/images"] = "draft_slug",
        ["PUT /api/v1/products/{id:guid}/variants"] = """draft # {"variants":[]}""",
        ["POST /api/v1/products/{id:guid}/images"] = "draft",
        ["PUT /api/v1/products/{id:guid}/images"] = """draft # {"images":[]}""",
        ["DELETE /api/v1/products/{id:guid}/images/{image:guid}"] = "draft, file",
        ["PAGE /sell/products/{id:guid}/variants"] = "draft",
        ["PAGE /sell/products/{id:guid}/pictures"] = "draft",
        ["POST /sell/products/{id:guid}/images"] = "draft",
        ["POST /api/v1/sales/{item:guid}/preparation"] = "order_line",
        ["POST /api/v1/sales/{item:guid}/shipment"] = "order_line # {}",
        ["POST /api/v1/orders/{id:guid}/items/{item:guid}/receipt"] = "order, order_line",
        ["POST /api/v1/products/{id:guid}/approval"] = "draft # {}",
        ["DELETE /api/v1/products/{id:guid}/change"] = "draft",
        ["POST /api/v1/products/{id:guid}/change/approval"] = "draft # {}",
        ["POST /api/v1/products/{id:guid}/change/rejection"] = """draft # {"note":"Not this one, please."}""",
        ["PAGE /admin/products/{id:guid}/change"] = "draft",
        ["POST /api/v1/products/{id:guid}/rejection"] = """draft # {"note":"Not this one, please."}""",
        ["PATCH /api/v1/shops/{slug}"] = """shop_slug # {"name":"Mine now"}""",
        ["POST /api/v1/shops/{slug}/trust"] = "shop_slug",
        ["PUT /api/v1/shops/{slug}/boosting"] = "shop_slug",
        ["DELETE /api/v1/shops/{slug}/boosting"] = "shop_slug",
        ["PUT /api/v1/shops/{slug}/address"] = """shop_slug # {"slug":"mine-now"}""",
        ["PUT /api/v1/products/{id:guid}/address"] = """draft # {"slug":"mine-now-too"}""",
        ["PUT /api/v1/shops/{slug}/vacation"] = "shop_slug # {}",
        ["DELETE /api/v1/shops/{slug}/vacation"] = "shop_slug",
        ["PUT /api/v1/shops/{slug}/plan"] = """shop_slug # {"plan":"scale"}""",
        ["GET /api/v1/shops/{slug}/featured"] = "shop_slug",
        ["PUT /api/v1/shops/{slug}/featured"] = """shop_slug # {"products":[]}""",
        ["PUT /api/v1/products/{id:guid}/featured"] = "product",
        ["DELETE /api/v1/products/{id:guid}/featured"] = "product",
        ["POST /api/v1/shops/{slug}/files"] = "shop_slug",
        ["DELETE /api/v1/shops/{slug}/files/{picture}"] = "shop_slug, logo",
        ["GET /api/v1/shops/{slug}/team"] = "shop_slug",
        ["PATCH /api/v1/shops/{slug}/team/{account:guid}"] = """shop_slug, account # {"role":"editor"}""",
        ["DELETE /api/v1/shops/{slug}/team/{account:guid}"] = "shop_slug, account",
        ["POST /api/v1/shops/{slug}/invitations"] = """shop_slug # {"email":"mine@example.com","role":"manager"}""",
        ["POST /api/v1/shops/{slug}/invitations/{id:guid}/mail"] = "shop_slug, invitation",
        ["DELETE /api/v1/shops/{slug}/invitations/{id:guid}"] = "shop_slug, invitation",
        ["PUT /api/v1/pages/{id:guid}"] = """draft # {"slug":"mine","en":{"title":"Mine","summary":"","body":""}}""",
        ["POST /api/v1/pages/{id:guid}/publication"] = "draft",
        ["DELETE /api/v1/pages/{id:guid}/publication"] = "draft",
        ["GET /api/v1/products/{id:guid}/access-rules"] = "product",
        ["POST /api/v1/products/{id:guid}/access-rules"] = """product # {"target_kind":"course","target":"{draft}"}""",
        ["DELETE /api/v1/products/{id:guid}/access-rules/{rule:guid}"] = "product, access_rule",
        ["PAGE /sell/products/{id:guid}/opens"] = "product",
        ["PATCH /api/v1/payment-buttons/{id:guid}"] = """button # {"text":"Mine now"}""",
        ["PAGE /buy/thanks/{id:guid}"] = "order",
        ["PAGE /sell/products/{id:guid}/address"] = "draft",
        ["PAGE /admin/shops/{id:guid}"] = "shop",
        ["PAGE /admin/pages/{id}"] = "draft",
        ["DELETE /api/v1/shops/{slug}/trust"] = "shop_slug",
        ["PATCH /api/v1/api-keys/{id:guid}"] = """key # {"name":"Mine now"}""",
        ["POST /api/v1/api-keys/{id:guid}/rotation"] = "key",
        ["DELETE /api/v1/api-keys/{id:guid}"] = "key",
        ["PUT /api/v1/api-keys/{id:guid}/tier"] = """key # {"tier":"pro"}""",
        ["GET /api/v1/me/addresses/{id:guid}"] = "address",
        ["PATCH /api/v1/me/addresses/{id:guid}"] = """address # {"name":"Mine now"}""",
        ["DELETE /api/v1/me/addresses/{id:guid}"] = "address",
        ["GET /api/v1/me/exports/{id:guid}/file"] = "export",
        ["PATCH /api/v1/passkeys/{id:guid}"] = """passkey # {"name":"Mine now"}""",
        ["DELETE /api/v1/passkeys/{id:guid}"] = "passkey",
        ["DELETE /api/v1/sessions/{id:guid}"] = "session",
        ["POST /api/v1/field-requests/{id:guid}/approval"] = "proposal # {}",
        ["POST /api/v1/field-requests/{id:guid}/rejection"] = """proposal # {"reason":"Not this one."}""",
        ["POST /api/v1/people/{id:guid}/sanctions"] = """account # {"kind":"ban","reason":"Mine now."}""",
        ["POST /api/v1/people/{id:guid}/reinstatement"] = """account # {"reason":"Mine now."}""",
        ["POST /api/v1/people/{id:guid}/appeal-answer"] = """account # {"answer":"Mine now.","accepted":false}""",
        ["POST /api/v1/people/{id:guid}/impersonations"] = """account # {"reason":"Mine now."}""",
        ["PUT /api/v1/people/{id:guid}/rights/{right}"] = "account, support",
        ["DELETE /api/v1/people/{id:guid}/rights/{right}"] = "account, support",
        ["PATCH /api/v1/people/{id:guid}/standing"] = """account # {"tier":"ultimate"}""",
        ["POST /api/v1/reports/{id:guid}/verdict"] = """report # {"verdict":"rejected"}""",
        ["PAGE /account/passkeys/{id:guid}"] = "passkey",
        ["PAGE /account/passkeys/{id:guid}/remove"] = "passkey",
        ["PAGE /admin/people/{id:guid}"] = "account",
        ["PAGE /admin/people/{id:guid}/eyes"] = "account",
        ["PAGE /admin/people/{id:guid}/keys"] = "account",
        ["PAGE /admin/people/{id:guid}/rights"] = "account",
        ["PAGE /admin/people/{id:guid}/standing"] = "account",
        ["PAGE /admin/reports/{id:guid}"] = "report",
        ["PAGE /report/{kind}/{id:guid}"] = "kind_of_draft, draft",
        ["PAGE /account/keys/{id:guid}"] = "key",
        ["PAGE /account/keys/{id:guid}/rotation"] = "key",
        ["PAGE /orders/{id:guid}"] = "order",
        ["PAGE /library/{item:guid}/contract"] = "order_line",
        ["PAGE /wallet/payments/{id:guid}"] = "payment",
        ["PAGE /wallet/payments/{id:guid}/back"] = "payment",
        ["PAGE /sandbox/3ds/{id:guid}"] = "payment",
        ["PAGE /sell/products/{id:guid}"] = "draft",
        ["POST /sell/products/{id:guid}/files"] = "draft",
        ["PAGE /p/{slug}"] = "draft_slug",
        ["GET /media/covers/{product:guid}/{version?}"] = "draft, 1",
        ["GET /media/previews/{product:guid}/{version?}"] = "draft, 1",
        ["PAGE /admin/orders/{id:guid}"] = "order",
        ["GET /api/v1/disputes/{id:guid}"] = "dispute",
        ["POST /api/v1/disputes/{id:guid}/evidence"] = """dispute # {"text":"Mine now."}""",
        ["POST /api/v1/disputes/{id:guid}/files"] = "dispute",
        ["PAGE /sell/disputes/{id:guid}"] = "dispute",
        ["POST /sell/disputes/{id:guid}/files"] = "dispute",
        ["PAGE /admin/disputes/{id:guid}"] = "dispute",
        ["POST /admin/disputes/{id:guid}/files"] = "dispute",
        ["PAGE /admin/payment-events/{id:guid}"] = "provider_event",
        ["GET /media/disputes/{id:guid}"] = "evidence",
        ["PAGE /admin/products/{id:guid}"] = "draft",
        ["PAGE /admin/payments/{id:guid}"] = "payment",
        ["DELETE /api/v1/payout-destinations/{id:guid}"] = "destination",
        ["POST /api/v1/payout-destinations/{id:guid}/verdict"] = """destination # {"verified":true}""",
        ["GET /api/v1/payouts/{id:guid}"] = "payout",
        ["POST /api/v1/payouts/{id:guid}/cancellation"] = "payout",
        ["POST /api/v1/payouts/{id:guid}/approval"] = "payout",
        ["POST /api/v1/payouts/{id:guid}/rejection"] = """payout # {"reason":"Mine now."}""",
        ["POST /api/v1/payouts/{id:guid}/payment"] = "payout",
        ["POST /api/v1/payouts/{id:guid}/return"] = "payout",
        ["POST /api/v1/payments/{id:guid}/decision"] = """payment # {"take":true,"reason":"Mine now."}""",
        ["GET /api/v1/payment-disputes/{id:guid}"] = "dispute",
        ["POST /api/v1/payment-disputes/{id:guid}/evidence"] = """dispute # {"text":"Mine now."}""",
        ["POST /api/v1/payment-disputes/{id:guid}/files"] = "dispute",
        ["POST /api/v1/payment-disputes/{id:guid}/answer"] = """dispute # {"statement":"Mine now."}""",
        ["POST /api/v1/payment-disputes/{id:guid}/fault"] = """dispute # {"seller":"{account}","reason":"Mine now."}""",
        ["GET /api/v1/payment-events/{id:guid}"] = "provider_event",
        ["POST /api/v1/payment-events/{id:guid}/replay"] = "provider_event",
        ["POST /api/v1/reconciliation/differences/{id:guid}/explanation"] = """difference # {"note":"Mine now."}""",
        ["POST /api/v1/payouts/{id:guid}/failure"] = """payout # {"reason":"Mine now."}""",
        ["POST /api/v1/adjustments/{id:guid}/decision"] = """adjustment # {"approved":true}""",
        ["PAGE /wallet/payouts/{id:guid}"] = "payout",
        ["PAGE /admin/payouts/{id:guid}"] = "payout",
        ["PAGE /admin/adjustments/{id:guid}"] = "adjustment",
        ["PAGE /admin/ledger/accounts/{id:long}"] = "ledger_account",
        ["PAGE /admin/ledger/transactions/{id:long}"] = "ledger_transaction",
        ["PAGE /admin/ledger/explain/{id:long}"] = "ledger_transaction",
        ["GET /api/v1/ledger/transactions/{id:long}/explanation"] = "ledger_transaction",
        ["PAGE /wallet/entries/{id}"] = "ledger_entry",
        ["GET /api/v1/wallet/entries/{id}"] = "ledger_entry",
        ["PAGE /admin/people/{id:guid}/risk"] = "account",
        ["GET /api/v1/sellers/{id:guid}/risk"] = "account",
        ["GET /api/v1/imports/{id:guid}"] = "import",
        ["DELETE /api/v1/imports/{id:guid}"] = "import",
        ["POST /api/v1/imports/{id:guid}/media"] = "import",
        ["PUT /api/v1/imports/{id:guid}/mapping"] = """import # {"columns":[]}""",
        ["POST /api/v1/imports/{id:guid}/dry-run"] = "import",
        ["POST /api/v1/imports/{id:guid}/run"] = "import",
        ["POST /api/v1/imports/{id:guid}/retry"] = "import",
        ["POST /api/v1/imports/{id:guid}/cancellation"] = "import",
        ["GET /api/v1/imports/{id:guid}/rows"] = "import",
        ["GET /api/v1/imports/{id:guid}/errors.csv"] = "import",
        ["PAGE /sell/imports/{id:guid}"] = "import",
        ["POST /sell/imports/{id:guid}/media"] = "import",
        ["GET /sell/imports/{id:guid}/errors.csv"] = "import",
        ["PUT /api/v1/sellers/{id:guid}/risk"] = """account # {"level":"low","reason":"Mine now."}""",
        ["GET /api/v1/boosts/{id:guid}"] = "boost",
        ["POST /api/v1/boosts/{id:guid}/cancellation"] = "boost",
        ["POST /api/v1/boosts/{id:guid}/stop"] = """boost # {"reason":"Mine now."}""",
        ["PATCH /api/v1/reviews/{id:guid}"] = """review # {"stars":1}""",
        ["PUT /api/v1/reviews/{id:guid}/reply"] = """review # {"text":"Mine now."}""",
        ["POST /api/v1/reviews/{id:guid}/verdict"] = """review # {"state":"hidden","reason":"Mine now."}""",
        ["PAGE /reviews/{line:guid}"] = "reviewed_line",
        ["PAGE /sell/boosts/{id:guid}"] = "boost",
        ["PAGE /admin/boosts/{id:guid}"] = "boost",
        ["PAGE /admin/reviews/{id:guid}"] = "review",
    };

    /// <summary>Routes whose id is no secret of anybody, or is itself the permission; with the reason.</summary>
    private static readonly Dictionary<string, string> Open = new(StringComparer.Ordinal)
    {
        ["GET /api/v1/shops/{slug}"] = "shops are public",
        ["PUT /api/v1/reviews/{id:guid}/helpful"] = "reviews are public, and ReviewsTests ask who may vote",
        ["DELETE /api/v1/reviews/{id:guid}/helpful"] = "reviews are public, and ReviewsTests ask who may vote",
        ["GET /go/{id:guid}"] = "paid places are shown to everybody",
        ["PUT /api/v1/hold-rules/{code}"] = "rules are the market's own, for staff alone",
        ["PAGE /admin/hold-rules/{code}"] = "rules are the market's own, for staff alone",
        ["PAGE /shops/{slug}"] = "shops are public",
        ["GET /shops/{slug}/feed.xml"] = "shops are public",
        ["GET /media/shops/{shop:guid}/{picture}/{version?}"] = "shops are public",
        ["GET /sitemap/{list}/{from:guid}.xml"] = "what is on sale is public",
        ["PAGE /pages/{slug}"] = "what is published is public",
        ["GET /api/v1/pages/{slug}"] = "what is published is public",
        ["POST /api/v1/attributes/{attribute}/values"] = "attributes are the market's own, for staff alone",
        ["GET /media/images/{image:guid}/{version?}"] = "the version is of its content, which only who saw the picture knows; ImageTests ask for a draft's",
        ["PAGE /c/{slug}"] = "categories are public",
        ["PAGE /genres/{slug}"] = "genres are public",
        ["PAGE /tags/{tag}"] = "tags are public",
        ["PAGE /account/addresses/edit/{id:guid?}"] = "without an id it makes a new address; AddressTests ask for another's",
        ["GET /api/v1/people/{username}"] = "names are public, and a hidden profile has its own tests",
        ["PAGE /people/{username}"] = "names are public, and a hidden profile has its own tests",
        ["GET /media/people/{account:guid}/{picture}/{version?}"] = "faces are public",
        ["DELETE /api/v1/me/profile/files/{picture}"] = "avatar or banner, one's own",
        ["GET /api/v1/downloads/{token}"] = "the token is the permission; its own tests try others'",
        ["PAGE /downloads/{token}"] = "the token is the permission",
        ["PAGE /buy/{key}"] = "a button's key is public, and is the permission to buy",
        ["PAGE /cart/restore/{token}"] = "the token is the permission",
        ["PAGE /receipt/{token}"] = "the token is the permission",
        ["GET /api/v1/wallet/statements/{year:int}.csv"] = "a year is everybody's; what it shows is one's own",
        ["PAGE /wallet/statements/{year:int}"] = "a year is everybody's; what it shows is one's own",
        ["PAGE /unsubscribe/{token}"] = "the token is the permission",
        ["POST /unsubscribe/{token}"] = "the token is the permission",
        ["POST /api/v1/payment-events/{provider}"] = "the signature is the permission",
        ["PAGE /dev/mailbox/{id:guid}"] = "the developer's mailbox is everybody's, in development alone",
        ["GET /dev/mailbox/{id:guid}/html"] = "the developer's mailbox is everybody's, in development alone",
    };

    private Person ana = null!, bo = null!;
    private Dictionary<string, string> belongings = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        (ana, bo) = (await Market.SignUp("Ana"), await Market.SignUp("Bo"));
        // Bo may do all that Ana may: only whose it is stands between.
        await bo.PublishBeat();
        await Market.Grant(bo.Account, Capabilities.CanBoost);
        await bo.SignIn();
        await bo.TopUp(5_000);
        belongings = await Belongings();
    }

    [Fact]
    public void Every_route_with_an_id_has_something_to_ask_for() => Faults(Operation.All(Market)).ShouldBeEmpty();

    [Fact]
    public void A_route_with_an_id_that_nobody_registered_is_noticed() =>
        Faults([Operation.All(Market).First(o => o.Name == "GET /api/v1/orders/{id:guid}") with { Pattern = "/api/v1/fixture/{id:guid}" }])
            .ShouldContain("GET /api/v1/fixture/{id:guid}: has an id; say in Owned what of Ana's it is asked for, or in Open why anybody may");

    [Fact]
    public async Task Anothers_thing_is_answered_like_one_that_is_not_there()
    {
        var leaks = new List<string>();
        var asked = 0;
        foreach (var route in Operation.All(Market).Where(o => Owned.ContainsKey(o.Name)))
        {
            var before = await Fingerprint();
            var (values, body) = Registered(route);
            foreach (var visitor in new[] { bo.Visitor, Market.Visitor() })
            {
                var theirs = await Ask(visitor, route, values, body);
                var nobodys = await Ask(visitor, route, null, body);
                asked++;
                if (Differs(theirs, values.Values, nobodys) is { } how) leaks.Add($"{route.Name}{(visitor == bo.Visitor ? "" : " (anonymous)")}: {how}");
                if (theirs.Status < 300) leaks.Add($"{route.Name}: served with {theirs.Status}");
            }

            if (await Fingerprint() != before) leaks.Add($"{route.Name}: changed something of Ana's");
        }

        asked.ShouldBeGreaterThan(60);
        leaks.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_owner_is_served_what_others_are_refused()
    {
        // Else all would be alike because nothing is there.
        foreach (var (route, of) in new[]
                 {
                     ("/api/v1/orders/{0}", "order"), ("/api/v1/library/{0}/contract", "order_line"), ("/api/v1/payments/{0}", "payment"), ("/api/v1/products/{0}", "draft_slug"), ("/orders/{0}", "order"),
                     ("/api/v1/subscriptions/{0}", "subscription"), ("/subscriptions/{0}", "subscription"), ("/wallet/payments/{0}", "payment"), ("/api/v1/payouts/{0}", "payout"), ("/wallet/payouts/{0}", "payout"), ("/sell/products/{0}", "draft"), ("/account/keys/{0}/rotation", "key"),
                 })
            (await ana.Visitor.Get(string.Format(System.Globalization.CultureInfo.InvariantCulture, route, belongings[of]))).Must();
        var staff = await Market.Staff(Rights.Owner);
        foreach (var (route, of) in new[] { ("/admin/ledger/accounts/{0}", "ledger_account"), ("/admin/ledger/transactions/{0}", "ledger_transaction"), ("/admin/ledger/explain/{0}", "ledger_transaction"), ("/admin/orders/{0}", "order"), ("/admin/payments/{0}", "payment"), ("/admin/payouts/{0}", "payout"), ("/admin/adjustments/{0}", "adjustment") })
            (await staff.Visitor.Get(string.Format(System.Globalization.CultureInfo.InvariantCulture, route, belongings[of]))).Must();
    }

    [Fact]
    public async Task No_list_search_or_export_of_another_names_what_is_hers()
    {
        var hers = belongings.Where(b => b.Key is not ("review" or "boost" or "shop" or "shop_slug" or "product" or "product_slug" or "kind_of_draft" or "account" or "ledger_account" or "ledger_transaction" or "ledger_entry")).Select(b => b.Value).Append(ana.Account.ToString()).Append(ana.Email).ToList();
        var leaks = new List<string>();
        var lists = Operation.All(Market).Where(o => o.Parameters.Count == 0 && (o.Method is "GET" or "PAGE") && !o.Pattern.StartsWith("/dev/", StringComparison.Ordinal)).ToList();
        lists.Count.ShouldBeGreaterThan(40);
        foreach (var list in lists)
        {
            foreach (var query in new[] { "", $"?limit=100&q={belongings["draft_slug"]}", $"?account={ana.Account}&owner={ana.Account}&order={belongings["order"]}&seller={ana.Account}&shop={belongings["shop_slug"]}" })
            {
                var answer = await bo.Visitor.Get(list.Path() + query);
                // What was asked for may stand in the search field again: then only what was not asked for tells.
                if (query.Length == 0) leaks.AddRange(hers.Where(id => answer.Text.Contains(id, StringComparison.OrdinalIgnoreCase)).Select(id => $"{list.Name}: names {belongings.FirstOrDefault(b => b.Value == id).Key ?? id}"));
                else if (answer.Text.Contains(belongings["secret_title"], StringComparison.Ordinal)) leaks.Add($"{list.Name}{query}: shows her draft");
            }
        }

        leaks.Distinct().ShouldBeEmpty();
    }

    [Fact]
    public async Task An_answer_that_tells_is_noticed()
    {
        var there = await ana.Visitor.Get($"/api/v1/orders/{belongings["order"]}");
        var not = await ana.Visitor.Get($"/api/v1/orders/{Guid.CreateVersion7()}");
        Differs(there, [belongings["order"]], not).ShouldNotBeNull();
        Differs(not with { Status = 403 }, [], not).ShouldNotBeNull();
        Differs(not with { Text = not.Text.Replace("There is nothing here.", "This is not yours.") }, [], not).ShouldNotBeNull();
        Differs(not, [], await ana.Visitor.Get($"/api/v1/orders/{Guid.CreateVersion7()}")).ShouldBeNull();
    }

    private static IEnumerable<string> Faults(IEnumerable<Operation> routes)
    {
        var all = routes.ToList();
        foreach (var route in all.Where(o => o.Parameters.Count > 0))
        {
            if (Owned.ContainsKey(route.Name) == Open.ContainsKey(route.Name)) yield return $"{route.Name}: has an id; say in Owned what of Ana's it is asked for, or in Open why anybody may";
        }

        if (all.Count < 10) yield break;
        foreach (var gone in Owned.Keys.Concat(Open.Keys).Except(all.Select(o => o.Name))) yield return $"{gone}: is registered, but there is no such route";
    }

    /// <summary>One of everything that somebody can have. Not her own purse's numbers alone: ids by which a stranger might ask.</summary>
    private async Task<Dictionary<string, string>> Belongings()
    {
        var shop = await ana.OpenShop();
        var published = await ana.PublishBeat();
        var title = $"Secret {Guid.CreateVersion7().ToString("N")[^8..]}";
        var draft = await ana.DraftBeat(title);
        var upload = (await ana.Upload(draft.Id(), "original", "beat.wav", Sound.Wav(1))).Must(201).Json;
        var nova = await Market.SignUp("Nova");
        var (bought, wanted, failed) = (await nova.PublishBeat(), await nova.PublishBeat(), await nova.PublishBeat());
        var order = await ana.Buy(bought);
        await ana.TopUp(2_000);
        (await ana.Visitor.AddToCart((await nova.Publish(Ware.Service)).GetProperty("offers")[0].Id())).Must();
        var work = (await ana.Checkout()).Must(201).Json.Item();
        var (claimed, asked) = (await nova.PublishBeat(), await nova.PublishBeat());
        var argued = await ana.Buy(claimed, asked);
        var claim = (await ana.Complain(argued, argued.ItemOf(claimed))).Must(201).Json.Id();
        var claimFile = (await ana.Visitor.Post($"/api/v1/claims/{claim}/files", new MultipartFormDataContent { { new ByteArrayContent(Picture.Png(8, 8)), "file", "screen.png" } })).Must(201).Json.Id();
        var request = (await ana.AskBack(argued, argued.ItemOf(asked))).Must(201).Json.Id();
        (await ana.Visitor.AddToCart((await nova.Publish(Ware.Membership)).GetProperty("offers")[1].Id())).Must();
        (await ana.Checkout()).Must(201);
        var subscription = (await ana.Visitor.Get("/api/v1/subscriptions")).Must().Json.GetProperty("data")[0].Id();
        (await ana.AddToCart(failed)).Must();
        var unpaid = (await ana.CheckoutByCard("tok_declined")).Json;
        var topUp = (await ana.TopUp(500, "EUR", Marketplace.Wallet.SandboxProvider.Ok)).Must(201).Json;
        (await ana.AddToCart(wanted)).Must();
        var cart = (await ana.Visitor.Get("/api/v1/cart")).Must().Json;
        var coupon = (await ana.Visitor.Post("/api/v1/coupons", new { code = CouponSteps.Fresh(), shop_id = shop.Id, percent = 1_000 })).Must(201).Json;
        var key = await ana.MakeKey(Scopes.OrdersRead);
        var address = (await ana.Visitor.Post("/api/v1/me/addresses", new { name = "Ana", line1 = "1 Rue des Disques", postcode = "75011", city = "Paris", country = "FR" })).Must(201).Json.Id();
        using var phone = new SoftPasskey();
        await ana.AddPasskey(phone);
        var export = (await ana.Visitor.Post("/api/v1/me/export")).Must(202).Json.Id();
        var report = (await ana.Visitor.Post("/api/v1/reports", new { kind = "product", id = wanted.Product, reason = "spam" })).Must(201).Json.Id();
        var proposal = (await ana.Visitor.Post("/api/v1/field-requests", new { kind = "skill", value = $"Handpan {title}", category = "musicians" })).Must(201).Json.Id();
        var sold = await nova.BuyByCard("tok_ok", published);
        var (dispute, _) = await Market.Disputed(sold.Id());
        var evidence = await Market.Attach(dispute, ana);
        var difference = WalletSteps.NewId();
        await TestServer.Execute(Market.ConnectionString, $"""
            INSERT INTO wallet.reconciliation_differences (id, provider, day, kind, what, reference, there, currency, state, found_at)
            VALUES ('{difference}', 'elsewhere', '2026-01-01', 'missing_here', 'payment', '{difference}', 100, 'EUR', 'open', '2026-01-02Z')
            """);
        var finance = await Market.Finance();
        await ana.TopUp(6_000);
        var destination = await Market.BankAccount(ana, finance);
        var payout = await ana.Payout(6_000, "EUR", destination);
        var adjustment = (await finance.Visitor.Post("/api/v1/adjustments", new { account = ana.Account, amount = new { amount = 100, currency = "EUR" }, category = "goodwill", reason = "We were late." })).Must(201).Json.Id();
        await Market.Drain();
        var (line, review) = await ana.Reviewed(bought.Product);
        var boost = await ana.Boosted(published.Product);
        var notification = (await ana.Visitor.Get("/api/v1/notifications")).Must().Json.GetProperty("data")[0].Id();
        var belongings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["shop_slug"] = shop.Slug,
            ["shop"] = shop.Id.ToString(),
            ["invitation"] = (await ana.Visitor.Post($"/api/v1/shops/{shop.Slug}/invitations", new { email = "asked@example.com", role = "editor" })).Must(201).Json.Id().ToString(),
            ["product"] = published.Product.ToString(),
            ["access_rule"] = (await ana.Visitor.Post($"/api/v1/products/{published.Product}/access-rules", new { target_kind = "download", target = draft.Id() })).Must(201).Json.Id().ToString(),
            ["button"] = (await ana.Visitor.Post("/api/v1/payment-buttons", new { offer_id = published.Offer, text = "Buy it" })).Must(201).Json.Id().ToString(),
            ["product_slug"] = published.Slug,
            ["draft"] = draft.Id().ToString(),
            ["draft_slug"] = draft.GetProperty("slug").GetString()!,
            ["secret_title"] = title,
            ["file"] = FirstFile(upload),
            ["import"] = (await ana.UploadCsv($"kind,title\nbeat,{title}\n")).Must(201).Json.Id().ToString(),
            ["order"] = order.Id().ToString(),
            ["work"] = work.ToString(),
            ["invoice"] = (await ana.Visitor.Get("/api/v1/invoices")).Must().Json.GetProperty("data")[0].Id().ToString(),
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
            ["unpaid_order"] = await Market.Source.Command("SELECT id::text FROM orders.orders WHERE buyer = $1 AND state = 'pending' ORDER BY id DESC LIMIT 1", ana.Account).Scalar<string>() ?? unpaid.Id().ToString(),
            ["payment"] = topUp.Id().ToString(),
            ["payment_method"] = (await ana.SaveMethod()).ToString(),
            ["destination"] = destination.ToString(),
            ["payout"] = payout.ToString(),
            ["adjustment"] = adjustment.ToString(),
            ["cart_line"] = cart.GetProperty("items")[0].Id().ToString(),
            ["coupon"] = coupon.Id().ToString(),
            ["notification"] = notification.ToString(),
            ["key"] = key.Id.ToString(),
            ["mail"] = (await Market.Everything.Command("SELECT id FROM notifications.mails WHERE account = $1 LIMIT 1", ana.Account).Scalar<Guid>()).ToString(),
            ["account"] = ana.Account.ToString(),
            ["address"] = address.ToString(),
            ["search"] = (await ana.Visitor.Post("/api/v1/me/searches", new { name = "Night", query = "q=night" })).Must(201).Json.Id().ToString(),
            ["passkey"] = (await Market.Everything.Command("SELECT id FROM users.passkeys WHERE account = $1", ana.Account).Scalar<Guid>()).ToString(),
            ["export"] = export.ToString(),
            ["report"] = report.ToString(),
            ["proposal"] = proposal.ToString(),
            ["kind_of_draft"] = "product",
            ["session"] = (await Market.Everything.Command("SELECT id FROM users.sessions WHERE account = $1", ana.Account).Scalar<Guid>()).ToString(),
            ["ledger_account"] = (await Market.Count("SELECT id FROM wallet.accounts WHERE owner_id = $1 LIMIT 1", ana.Account)).ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["ledger_transaction"] = (await Market.Count("SELECT transaction_id FROM wallet.postings p JOIN wallet.accounts a ON a.id = p.account_id WHERE a.owner_id = $1 LIMIT 1", ana.Account)).ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["ledger_entry"] = (await Market.Count("SELECT transaction_id FROM wallet.postings p JOIN wallet.accounts a ON a.id = p.account_id WHERE a.owner_id = $1 LIMIT 1", ana.Account)) + "-1",
        };
        // What all this brings about has come about before anybody else touches it.
        await Market.Drain();
        return belongings;
    }

    private static string FirstFile(JsonElement product) => product.GetProperty("files")[0].Id().ToString();

    private (Dictionary<string, string> Values, string? Body) Registered(Operation route)
    {
        var parts = Owned[route.Name].Split('#', 2, StringSplitOptions.TrimEntries);
        var names = parts[0].Split(',', StringSplitOptions.TrimEntries);
        var body = parts.Length > 1 ? belongings.Aggregate(parts[1], (text, b) => text.Replace($"{{{b.Key}}}", b.Value, StringComparison.Ordinal)) : null;
        return (route.Parameters.Zip(names).ToDictionary(p => p.First, p => belongings.GetValueOrDefault(p.Second) ?? p.Second, StringComparer.Ordinal), body);
    }

    private static async Task<Answer> Ask(Visitor visitor, Operation route, IReadOnlyDictionary<string, string>? values, string? body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(route.Method == "PAGE" ? "GET" : route.Method), route.Path(values));
        if (route.IsApi && visitor.Token is not null) request.Headers.Authorization = new("Bearer", visitor.Token);
        if (route.IsApi && route.Method == "POST") request.Headers.Add(WriteRoutes.KeyHeader, WalletSteps.Key());
        if (route.Method == "PATCH") request.Headers.TryAddWithoutValidation("If-Match", "\"1\"");
        if (route.IsUpload) request.Content = new MultipartFormDataContent { { new ByteArrayContent(Sound.Wav(0.2)), "original", "a.wav" } };
        else if (body is not null) request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await visitor.Http.SendAsync(request);
        return await Answer.Read(response);
    }

    /// <summary>All that belongs to Ana and that a write might change; not what jobs of other tests add up.</summary>
    private Task<string?> Fingerprint() => Market.Everything.Command(
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
        """, ana.Account).Scalar<string>();

    /// <returns>Null when they are alike but for the id, the request's id and what is random in a form.</returns>
    private static string? Differs(Answer theirs, IEnumerable<string> ids, Answer nobodys)
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
