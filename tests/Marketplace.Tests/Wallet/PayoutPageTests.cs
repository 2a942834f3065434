using System.Text;
using Marketplace.Wallet;

namespace Marketplace.Tests;

/// <summary>The same by pages, without JavaScript.</summary>
public class PayoutPageTests : MarketTest
{
    [Fact]
    public async Task A_seller_names_a_destination_asks_for_everything_and_takes_it_back()
    {
        var ana = await Market.SignUp("Ana");
        await ana.TopUp(7_500);
        (await ana.Visitor.Submit("/wallet/payouts/destinations/new?way=bank", "main form", Fields(("Input.Holder", "Ana"), ("Input.Iban", "FR1420041010050500013M02607")))).Must(422).Text.ShouldContain("This is not a right IBAN");
        (await ana.Visitor.Submit("/wallet/payouts/destinations/new?way=sandbox", "main form", Fields(("Input.Scenario", "pays")))).Must(302).Location.ShouldBe("/wallet/payouts/destinations");
        (await ana.Visitor.Get("/wallet/payouts/new")).Must().Text.ShouldContain("it is not verified.");
        await Market.Run<CheckDestinations>();
        await Market.Ripen((await ana.Visitor.Get("/api/v1/payout-destinations")).Json.GetProperty("data")[0].Id());

        var form = await ana.Visitor.Get("/wallet/payouts/new");
        (await ana.Visitor.Submit(form, "/wallet/payouts/new", "main form", Fields(("Input.All", "false"), ("Input.Amount", "1,00")))).Must(409).Text.ShouldContain("This is less than the least");
        form = await ana.Visitor.Get("/wallet/payouts/new");
        (await ana.Visitor.Submit(form, "/wallet/payouts/new", "main form", Fields(("Input.All", "true"), ("Input.Amount", "60")))).Must(422).Text.ShouldContain("Keep one of the two.");
        form = await ana.Visitor.Get("/wallet/payouts/new");
        var asked = (await ana.Visitor.Submit(form, "/wallet/payouts/new", "main form", Fields(("Input.All", "true")))).Must(302);
        (await ana.Visitor.Submit(form, "/wallet/payouts/new", "main form", Fields(("Input.All", "true")))).Must(302).Location.ShouldBe(asked.Location, "pressed twice, it is asked once");
        (await ana.Available()).ShouldBe(0);
        (await ana.Visitor.Get("/wallet/payouts")).Must().Text.ShouldContain(asked.Location!);
        (await ana.Visitor.Submit(asked.Location!, "form[action$='handler=Cancel']", new Dictionary<string, string?>())).Must(302);
        (await ana.Available()).ShouldBe(7_500);
    }

    [Fact]
    public async Task Several_are_approved_at_once_and_each_says_what_went_wrong()
    {
        var staff = await Market.Finance();
        var (ana, bo) = (await Market.Earner(6_000), await Market.Earner(6_000));
        await staff.TopUp(6_000);
        await Market.Destination(staff);
        var (good, gone, own) = (await ana.Payout(6_000), await bo.Payout(6_000), await staff.Payout(6_000));
        (await bo.Visitor.Post($"/api/v1/payouts/{gone}/cancellation", null, WalletSteps.Key())).Must();
        (await staff.Visitor.Get("/admin/payouts")).Must().Text.ShouldContain(good.ToString());
        var preview = (await staff.Visitor.Get($"/admin/payouts/approve?id={good}&id={gone}&id={own}")).Must();
        preview.Html.QuerySelectorAll("main tbody tr").Length.ShouldBe(3);
        (await ana.PayoutState(good)).ShouldBe("requested", "looking changes nothing");

        var fields = preview.Html.QuerySelectorAll("main form input").Select(i => KeyValuePair.Create(i.GetAttribute("name")!, i.GetAttribute("value")!)).ToList();
        var done = (await staff.Visitor.Post("/admin/payouts/approve", new FormUrlEncodedContent(fields))).Must();
        done.Text.ShouldContain("1 of 3 are done.");
        done.Text.ShouldContain("The payout is no longer where this could be done.");
        done.Text.ShouldContain("Nobody decides about their own payout.");
        (await ana.PayoutState(good)).ShouldBe("approved");
    }

    [Fact]
    public async Task Staff_sees_the_mask_until_they_ask_and_uploads_the_proof()
    {
        await using var market = await OwnMarket.Open();
        var (ana, staff) = (await market.SignUp("Ana"), await market.Finance());
        await ana.TopUp(6_000);
        var payout = await ana.Payout(6_000, "EUR", await market.BankAccount(ana, staff));
        var page = $"/admin/payouts/{payout}";
        (await staff.Visitor.Get(page)).Must().Text.ShouldNotContain("0505 0001");
        (await staff.Visitor.Submit(page, "form[action*='handler=Reveal']", new Dictionary<string, string?>())).Must().Text.ShouldContain("FR14 2004 1010 0505 0001 3M02 606");
        (await market.Count("SELECT count(*) FROM users.audit_log WHERE act = 'wallet.destination_seen' AND actor = $1 AND subject = $2", staff.Account, ana.Account)).ShouldBe(1);
        (await staff.Visitor.Submit(page, "form[action*='handler=Reject']", new Dictionary<string, string?>())).Must(422).Text.ShouldContain("Say why");
        (await staff.Visitor.Submit(page, "form[action*='handler=Approve']", new Dictionary<string, string?>())).Must(302);
        (await staff.Visitor.Submit("/admin/payouts/batches", "form[action*='handler=Make']", new Dictionary<string, string?>())).Must(302);

        var shown = (await staff.Visitor.Get(page)).Must();
        var token = shown.Html.QuerySelector("form[action*='handler=Paid'] input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        MultipartFormDataContent Form(string name, string content) => new() { { new StringContent(token), "__RequestVerificationToken" }, { new ByteArrayContent(Encoding.ASCII.GetBytes(content)), "Input.File", name } };
        (await staff.Visitor.Post($"{page}?handler=Paid", Form("proof.pdf", "no pdf"))).Must(422).Text.ShouldContain("not what its name says");
        (await staff.Visitor.Post($"{page}?handler=Paid", Form("proof.pdf", "%PDF-1.4\n" + new string(' ', 400_000) + "\n%%EOF"))).Must(302);
        (await ana.PayoutState(payout)).ShouldBe("paid");
        (await staff.Visitor.Get($"{page}?handler=Proof")).Must().Bytes.Length.ShouldBeGreaterThan(400_000);
        MultipartFormDataContent Returned(string reason) => new() { { new StringContent(token), "__RequestVerificationToken" }, { new StringContent(reason), "Input.Reason" }, { new ByteArrayContent("%PDF-1.4\n%%EOF"u8.ToArray()), "Input.File", "paper.pdf" } };
        (await staff.Visitor.Post($"{page}?handler=Returned", Returned(""))).Must(422).Text.ShouldContain("Say why");
        (await staff.Visitor.Post($"{page}?handler=Returned", Returned("The account was closed."))).Must(302);
        (await ana.PayoutState(payout)).ShouldBe("returned");
        await market.Stale(staff);
        (await staff.Visitor.Get(page)).Must(302).Location!.ShouldStartWith("/account/confirm");
        await market.BooksMustHold();
    }

    private static Dictionary<string, string?> Fields(params (string Name, string Value)[] fields) => fields.ToDictionary(f => f.Name, f => (string?)f.Value, StringComparer.Ordinal);
}
