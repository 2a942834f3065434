using Marketplace.Users;

namespace Marketplace.Tests.Access;

/// <summary>Every route with an id, of the API and of pages, asked by a stranger. A new one needs a line in <see cref="Owned"/>.</summary>
public sealed class ForeignRouteTests : StrangerTest
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
    internal static readonly Dictionary<string, string> Open = new(StringComparer.Ordinal)
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
            foreach (var visitor in new[] { Bo.Visitor, Market.Visitor() })
            {
                var theirs = await Ask(visitor, route, values, body);
                var nobodys = await Ask(visitor, route, null, body);
                asked++;
                if (Differs(theirs, values.Values, nobodys) is { } how) leaks.Add($"{route.Name}{(visitor == Bo.Visitor ? "" : " (anonymous)")}: {how}");
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
            (await Ana.Visitor.Get(string.Format(System.Globalization.CultureInfo.InvariantCulture, route, Belongings[of]))).Must();
        var staff = await Market.Staff(Rights.Owner);
        foreach (var (route, of) in new[] { ("/admin/ledger/accounts/{0}", "ledger_account"), ("/admin/ledger/transactions/{0}", "ledger_transaction"), ("/admin/ledger/explain/{0}", "ledger_transaction"), ("/admin/orders/{0}", "order"), ("/admin/payments/{0}", "payment"), ("/admin/payouts/{0}", "payout"), ("/admin/adjustments/{0}", "adjustment") })
            (await staff.Visitor.Get(string.Format(System.Globalization.CultureInfo.InvariantCulture, route, Belongings[of]))).Must();
    }

    [Fact]
    public async Task No_list_search_or_export_of_another_names_what_is_hers()
    {
        var hers = Belongings.Where(b => b.Key is not ("review" or "boost" or "shop" or "shop_slug" or "product" or "product_slug" or "kind_of_draft" or "account" or "ledger_account" or "ledger_transaction" or "ledger_entry")).Select(b => b.Value).Append(Ana.Account.ToString()).Append(Ana.Email).ToList();
        var leaks = new List<string>();
        var lists = Operation.All(Market).Where(o => o.Parameters.Count == 0 && (o.Method is "GET" or "PAGE") && !o.Pattern.StartsWith("/dev/", StringComparison.Ordinal)).ToList();
        lists.Count.ShouldBeGreaterThan(40);
        foreach (var list in lists)
        {
            foreach (var query in new[] { "", $"?limit=100&q={Belongings["draft_slug"]}", $"?account={Ana.Account}&owner={Ana.Account}&order={Belongings["order"]}&seller={Ana.Account}&shop={Belongings["shop_slug"]}" })
            {
                var answer = await Bo.Visitor.Get(list.Path() + query);
                // What was asked for may stand in the search field again: then only what was not asked for tells.
                if (query.Length == 0) leaks.AddRange(hers.Where(id => answer.Text.Contains(id, StringComparison.OrdinalIgnoreCase)).Select(id => $"{list.Name}: names {Belongings.FirstOrDefault(b => b.Value == id).Key ?? id}"));
                else if (answer.Text.Contains(Belongings["secret_title"], StringComparison.Ordinal)) leaks.Add($"{list.Name}{query}: shows her draft");
            }
        }

        leaks.Distinct().ShouldBeEmpty();
    }

    [Fact]
    public async Task An_answer_that_tells_is_noticed()
    {
        var there = await Ana.Visitor.Get($"/api/v1/orders/{Belongings["order"]}");
        var not = await Ana.Visitor.Get($"/api/v1/orders/{Guid.CreateVersion7()}");
        Differs(there, [Belongings["order"]], not).ShouldNotBeNull();
        Differs(not with { Status = 403 }, [], not).ShouldNotBeNull();
        Differs(not with { Text = not.Text.Replace("There is nothing here.", "This is not yours.") }, [], not).ShouldNotBeNull();
        Differs(not, [], await Ana.Visitor.Get($"/api/v1/orders/{Guid.CreateVersion7()}")).ShouldBeNull();
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

    private (Dictionary<string, string> Values, string? Body) Registered(Operation route)
    {
        var parts = Owned[route.Name].Split('#', 2, StringSplitOptions.TrimEntries);
        var names = parts[0].Split(',', StringSplitOptions.TrimEntries);
        var body = parts.Length > 1 ? Belongings.Aggregate(parts[1], (text, b) => text.Replace($"{{{b.Key}}}", b.Value, StringComparison.Ordinal)) : null;
        return (route.Parameters.Zip(names).ToDictionary(p => p.First, p => Belongings.GetValueOrDefault(p.Second) ?? p.Second, StringComparer.Ordinal), body);
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
}
