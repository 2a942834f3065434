using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.RazorPages.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Access;

/// <summary>The forms of pages, those of a page with an id and those with an id in a field, sent by a stranger. A new one needs a line in <see cref="Owned"/>.</summary>
public sealed class ForeignFormTests : StrangerTest
{
    /// <summary>What of Ana's each is sent for. Values stand for the parameters of the path in their order; fields stand after #.</summary>
    private static readonly Dictionary<string, string> Owned = new(StringComparer.Ordinal)
    {
        ["/account/keys?handler=Revoke"] = "# id=key",
        ["/account/keys/{id:guid}"] = "key # Input.Name=Mine&Input.Scopes=orders:read",
        ["/account/keys/{id:guid}/rotation"] = "key",
        ["/account/sessions?handler=End"] = "# id=session",
        ["/account/addresses?handler=Remove"] = "# id=address",
        ["/account/passkeys/{id:guid}"] = "passkey # Input.Name=Mine",
        ["/account/passkeys/{id:guid}/remove"] = "passkey",
        ["/admin/fields?handler=Approve"] = "# id=proposal",
        ["/admin/fields?handler=Reject"] = "# id=proposal",
        ["/admin/people/{id:guid}?handler=Suspend"] = "account",
        ["/admin/people/{id:guid}?handler=Ban"] = "account",
        ["/admin/people/{id:guid}?handler=Reinstate"] = "account",
        ["/admin/people/{id:guid}?handler=Answer"] = "account",
        ["/admin/people/{id:guid}/eyes"] = "account",
        ["/admin/people/{id:guid}/keys?handler=Tier"] = "account # key=key&tier=Pro",
        ["/admin/people/{id:guid}/rights"] = "account",
        ["/admin/people/{id:guid}/standing"] = "account",
        ["/admin/people/{id:guid}/risk"] = "account # Input.Level=low&Input.Reason=Mine",
        ["/admin/reports/{id:guid}?handler=All"] = "report",
        ["/admin/reports/{id:guid}?handler=One"] = "report",
        ["/report/{kind}/{id:guid}"] = "kind_of_draft, draft # Input.Reason=Spam",
        ["/admin/mail?handler=Retry"] = "# id=mail",
        ["/admin/orders/{id:guid}?handler=Refund"] = "order",
        ["/sell/disputes/{id:guid}?handler=Say"] = "dispute # Input.Text=Mine",
        ["/admin/disputes/{id:guid}?handler=Say"] = "dispute # Input.Text=Mine",
        ["/admin/disputes/{id:guid}?handler=Answer"] = "dispute",
        ["/admin/disputes/{id:guid}?handler=Blame"] = "dispute",
        ["/admin/payment-events/{id:guid}?handler=Replay"] = "provider_event",
        ["/admin/reconciliation?handler=Explain"] = "# id=difference",
        ["/sandbox/provider?handler=Open"] = "# payment=payment",
        ["/admin/payments/{id:guid}?handler=Take"] = "payment",
        ["/admin/payments/{id:guid}?handler=GiveUp"] = "payment",
        ["/wallet/methods?handler=Prefer"] = "# id=payment_method",
        ["/wallet/methods?handler=Remove"] = "# id=payment_method",
        ["/admin/products/{id:guid}?handler=Approve"] = "draft",
        ["/admin/products/{id:guid}?handler=SendBack"] = "draft",
        ["/admin/products/{id:guid}?handler=Trust"] = "draft",
        ["/wallet/payouts/{id:guid}?handler=Cancel"] = "payout",
        ["/wallet/payouts/destinations?handler=Remove"] = "# id=destination",
        ["/admin/payouts/{id:guid}?handler=Approve"] = "payout",
        ["/admin/payouts/{id:guid}?handler=Reject"] = "payout # Input.Reason=Mine",
        ["/admin/payouts/{id:guid}?handler=Paid"] = "payout",
        ["/admin/payouts/{id:guid}?handler=Failed"] = "payout # Input.Reason=Mine",
        ["/admin/payouts/{id:guid}?handler=Returned"] = "payout # Input.Reason=Mine",
        ["/admin/payouts/{id:guid}?handler=Reveal"] = "payout",
        ["/admin/payouts/destinations?handler=Verify"] = "# id=destination",
        ["/admin/payouts/destinations?handler=Refuse"] = "# id=destination&reason=Mine",
        ["/admin/payouts/destinations?handler=Reveal"] = "# id=destination",
        ["/admin/payouts/batches?handler=Download"] = "# id=payout",
        ["/admin/adjustments/{id:guid}?handler=Approve"] = "adjustment",
        ["/admin/adjustments/{id:guid}?handler=Reject"] = "adjustment # Input.Reason=Mine",
        ["/cart?handler=Remove"] = "# item=cart_line",
        ["/cart?handler=Units"] = "# item=cart_line&units=2",
        ["/sell/coupons?handler=Stop"] = "# coupon=coupon",
        ["/admin/coupons?handler=Stop"] = "# coupon=coupon",
        ["/inbox?handler=Open"] = "# id=notification",
        ["/inbox?handler=Archive"] = "# id=notification",
        ["/library?handler=Download"] = "# item=order_line",
        ["/orders/{id:guid}?handler=Pay"] = "unpaid_order # PaymentMethod=wallet",
        ["/sandbox/3ds/{id:guid}?handler=Confirm"] = "payment",
        ["/sandbox/3ds/{id:guid}?handler=Refuse"] = "payment",
        ["/sell/products/{id:guid}"] = "draft # Input.Title=Mine",
        ["/sell/products/{id:guid}?handler=Publish"] = "draft",
        ["/sell/products/{id:guid}?handler=Pause"] = "draft",
        ["/sell/products/{id:guid}?handler=Archive"] = "draft",
        ["/sell/products/{id:guid}?handler=RemoveFile"] = "draft # file=file",
        ["/account/likes?handler=Toggle"] = "# product=draft&liked=true",
        ["/account/searches?handler=Open"] = "# id=search",
        ["/account/searches?handler=Change"] = "# id=search&Renamed.Name=Mine",
        ["/account/searches?handler=Remove"] = "# id=search",
        ["/admin/subscriptions/{id:guid}"] = "subscription # Input.Reason=Mine&Input.Now=true",
        ["/subscriptions/{id:guid}?handler=Cancel"] = "subscription",
        ["/subscriptions/{id:guid}?handler=Resume"] = "subscription",
        ["/subscriptions/{id:guid}?handler=Change"] = "subscription # offer=subscription",
        ["/subscriptions/{id:guid}?handler=PayBy"] = "subscription # way=wallet",
        ["/services/{id:guid}?handler=Accept"] = "work",
        ["/services/{id:guid}?handler=Answer"] = "work # answer=Mine",
        ["/services/{id:guid}?handler=Deliver"] = "work # note=Mine",
        ["/services/{id:guid}?handler=Revise"] = "work # note=Mine",
        ["/reviews/{line:guid}"] = "reviewed_line # Input.Stars=1",
        ["/sell/reviews?handler=Answer"] = "# id=review&text=Mine",
        ["/sell/boosts/{id:guid}?handler=Cancel"] = "boost",
        ["/admin/boosts/{id:guid}"] = "boost # Input.Reason=Mine",
        ["/admin/reviews/{id:guid}"] = "review # Input.State=Hidden&Input.Reason=Mine",
        ["/sell/products/{id:guid}/address"] = "draft # Input.Slug=mine-now",
        ["/sell/featured?handler=Add"] = "# product=product",
        ["/sell/featured?handler=Remove"] = "# product=product",
        ["/sell/featured?handler=Up"] = "# product=product",
        ["/sell/team?handler=Again"] = "# invitation=invitation",
        ["/sell/team?handler=Revoke"] = "# invitation=invitation",
        ["/sell/team?handler=Role"] = "# member=account&role=editor",
        ["/sell/team?handler=Part"] = "# member=account",
        ["/sell/workplace"] = "# shop=shop",
        ["/admin/shops/{id:guid}?handler=Plan"] = "shop # Input.Plan=scale",
        ["/admin/shops/{id:guid}?handler=Boosts"] = "shop # allowed=true",
        ["/admin/pages/{id}"] = "draft # Input.Slug=mine&Input.EnTitle=Mine",
        ["/admin/pages/{id}?handler=Publish"] = "draft",
        ["/admin/pages/{id}?handler=Withdraw"] = "draft",
        ["/sell/imports/{id:guid}"] = "import # kind=beat",
        ["/sell/imports/{id:guid}?handler=Run"] = "import",
        ["/sell/imports/{id:guid}?handler=Retry"] = "import",
        ["/sell/imports/{id:guid}?handler=Cancel"] = "import",
        ["/sell/imports/{id:guid}?handler=Delete"] = "import",
        ["/admin/products/{id:guid}/change?handler=Approve"] = "draft",
        ["/admin/products/{id:guid}/change?handler=SendBack"] = "draft",
        ["/sell/products/{id:guid}?handler=Keep"] = "draft # Input.Title=Mine",
        ["/sell/products/{id:guid}?handler=Withdraw"] = "draft",
        ["/sell/products/{id:guid}/variants"] = "draft",
        ["/sell/products/{id:guid}/pictures?handler=Arrange"] = "draft",
        ["/sell/products/{id:guid}/pictures?handler=Remove"] = "draft",
        ["/sell/products/{id:guid}/opens?handler=Add"] = "product # opens=course/draft",
        ["/sell/products/{id:guid}/opens?handler=End"] = "product # rule=access_rule",
        ["/sell/buttons?handler=Change"] = "# id=button&text=Mine",
        ["/sell/parcels?handler=Prepare"] = "# item=order_line",
        ["/sell/parcels?handler=Ship"] = "# item=order_line",
        ["/claims/{id:guid}?handler=Say"] = "claim # Input.Text=Mine",
        ["/claims/{id:guid}?handler=Decide"] = "claim # Input.Percent=100&Input.Reason=Mine",
        ["/refund-requests/{id:guid}?handler=Approve"] = "refund_request",
        ["/refund-requests/{id:guid}?handler=Reject"] = "refund_request # Input.Reason=Mine",
        ["/orders/{id:guid}?handler=Cancel"] = "unpaid_order",
        ["/orders/{id:guid}/help/{item:guid}?handler=Ask"] = "order, order_line # Input.Reason=Mine",
        ["/orders/{id:guid}/help/{item:guid}?handler=Cancel"] = "order, order_line",
        ["/orders/{id:guid}/help/{item:guid}?handler=Claim"] = "order, order_line # Input.What=other&Input.Text=Mine",
        ["/sell/orders/{item:guid}/refund"] = "order_line # Input.Reason=Mine",
        ["/orders/{id:guid}?handler=Received"] = "order # item=order_line",
    };

    private static readonly Dictionary<string, string> Open = new(StringComparer.Ordinal)
    {
        ["/cart?handler=Add"] = "offers are public",
        ["/account/reviews?handler=Helpful"] = "reviews are public",
        ["/sell/buttons?handler=Make"] = "offers are public, and PaymentButtonTests ask for another's",
    };

    [Fact]
    public async Task Every_form_with_an_id_has_something_to_ask_for()
    {
        var forms = (await Forms()).Select(f => f.Name).ToList();
        forms.Count.ShouldBeGreaterThan(15);
        forms.Where(f => Owned.ContainsKey(f) == Open.ContainsKey(f)).ShouldBeEmpty("has an id; say in Owned what of Ana's it is sent for, or in Open why anybody may");
        Owned.Keys.Concat(Open.Keys).Except(forms).ShouldBeEmpty("is registered, but there is no such form");
    }

    [Fact]
    public async Task A_form_about_anothers_thing_is_answered_like_one_about_nothing()
    {
        var leaks = new List<string>();
        var token = (await Bo.Visitor.Get("/account")).Must().Html.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        foreach (var (name, page) in (await Forms()).Where(f => Owned.ContainsKey(f.Name)))
        {
            var parts = Owned[name].Split('#', 2, StringSplitOptions.TrimEntries);
            var values = page.Parameters.Zip(parts[0].Split(',', StringSplitOptions.TrimEntries)).ToDictionary(p => p.First, p => Belongings[p.Second], StringComparer.Ordinal);
            var fields = parts.Length < 2 ? [] : parts[1].Split('&').Select(f => f.Split('=')).ToDictionary(f => f[0], f => f[1], StringComparer.Ordinal);
            var before = await Fingerprint();
            var answers = new List<Answer>();
            foreach (var real in new[] { true, false })
            {
                var form = fields.ToDictionary(f => f.Key, f => !Belongings.TryGetValue(f.Value, out var hers) ? f.Value : real ? hers : Guid.CreateVersion7().ToString());
                form["__RequestVerificationToken"] = token;
                answers.Add(await Bo.Visitor.Post(page.Path(real ? values : null) + (name.Contains('?') ? "?" + name.Split('?')[1] : ""), new FormUrlEncodedContent(form)));
            }

            if (Differs(answers[0], values.Values.Concat(fields.Values.Select(v => Belongings.GetValueOrDefault(v) ?? v)), answers[1]) is { } how) leaks.Add($"{name}: {how}");
            if (answers[0].Status is 400 or >= 500) leaks.Add($"{name}: {answers[0].Status}, so that nothing was asked");
            if (await Fingerprint() != before) leaks.Add($"{name}: changed something of Ana's");
        }

        leaks.ShouldBeEmpty();
    }

    /// <summary>Handlers of POST that take an id, in the path or in a field; by reflection.</summary>
    private async Task<List<(string Name, Operation Page)>> Forms()
    {
        var loader = Market.Services.GetRequiredService<PageLoader>();
        var forms = new List<(string, Operation)>();
        foreach (var page in Operation.All(Market).Where(o => o.Method == "PAGE"))
        {
            var compiled = await loader.LoadAsync(page.Endpoint.Metadata.OfType<PageActionDescriptor>().First(), EndpointMetadataCollection.Empty);
            foreach (var handler in compiled.HandlerMethods.Where(h => h.HttpMethod == "Post"))
            {
                if (ForeignRouteTests.Open.ContainsKey(page.Name)) continue;
                if (page.Parameters.Count == 0 && !handler.Parameters.Any(p => (Nullable.GetUnderlyingType(p.ParameterType) ?? p.ParameterType) == typeof(Guid))) continue;
                forms.Add((handler.Name is null ? page.Pattern : $"{page.Pattern}?handler={handler.Name}", page));
            }
        }

        return forms;
    }
}
