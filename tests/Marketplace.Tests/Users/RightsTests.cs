using Marketplace.Users;

namespace Marketplace.Tests.Users;

/// <summary>Rights of staff: owners give and take them, and there is always an owner.</summary>
public sealed class RightsTests : MarketTest
{
    [Fact]
    public async Task An_owner_gives_and_takes_a_right_and_it_holds_at_once()
    {
        var (owner, ana) = (await Market.Staff(Rights.Owner), await Market.SignUp());
        (await ana.Visitor.Get("/admin/reports")).Must(403);
        (await owner.Grant(ana, Rights.Moderation)).Must().Json.GetProperty("rights").EnumerateArray().Select(r => r.GetString()).ShouldBe(["moderation"]);
        (await ana.Visitor.Get("/admin/reports")).Must();
        (await owner.Grant(ana, Rights.Moderation)).Must();
        (await owner.Withdraw(ana, Rights.Moderation)).Must().Json.GetProperty("rights").GetArrayLength().ShouldBe(0);
        (await ana.Visitor.Get("/admin/reports")).Must(403);
        (await Market.Source.Command("SELECT act FROM users.audit_log WHERE actor = $1 AND subject = $2 ORDER BY id", owner.Account, ana.Account).List(r => r.GetString(0))).ShouldBe(["users.right_granted", "users.right_withdrawn"]);
        (await Market.Count("SELECT count(*) FROM kernel.outbox WHERE event = 'users.rights_changed' AND key = $1", ana.Account.ToString())).ShouldBe(2);
        (await owner.Grant(ana, "emperor")).MustRefuse(422, "invalid");
        (await owner.Visitor.Put($"/api/v1/people/{Ids.New(TimeProvider.System)}/rights/support")).MustRefuse(404, "not_found");
    }

    [Fact]
    public async Task Only_an_owner_with_a_fresh_proof_may()
    {
        await using var market = await OwnMarket.Open();
        var (owner, staff, ana) = (await market.Staff(Rights.Owner), await market.Staff(Rights.People, Rights.System), await market.SignUp());
        (await staff.Grant(ana, Rights.Support)).MustRefuse(403, "forbidden");
        (await staff.Grant(staff, Rights.Owner)).MustRefuse(403, "forbidden");
        market.Clock.Walk(Caller.Freshness + TimeSpan.FromSeconds(1));
        (await owner.Grant(ana, Rights.Support)).MustRefuse(403, "step_up_required");
        (await owner.Visitor.Get($"/admin/people/{ana.Account}/rights")).Must(302).Location!.ShouldStartWith("/account/confirm");
    }

    [Fact]
    public async Task The_last_owner_stays_however_many_leave_at_once()
    {
        await using var market = await OwnMarket.Open();
        var owners = new List<Person>();
        for (var n = 0; n < 6; n++) owners.Add(await market.Staff(Rights.Owner));
        var answers = await Task.WhenAll(owners.Select(o => o.Withdraw(o, Rights.Owner)));
        answers.Count(a => a.Status == 200).ShouldBe(5);
        answers.Single(a => a.Status != 200).MustRefuse(409, "last_owner");
        (await market.Count("SELECT count(*) FROM users.account_rights WHERE name = 'owner'")).ShouldBe(1);
    }

    [Fact]
    public async Task Two_owners_who_depose_each_other_leave_one()
    {
        await using var market = await OwnMarket.Open();
        var (a, b) = (await market.Staff(Rights.Owner), await market.Staff(Rights.Owner));
        var answers = await Task.WhenAll(a.Withdraw(b, Rights.Owner), b.Withdraw(a, Rights.Owner));
        answers.Count(x => x.Status == 200).ShouldBe(1);
        answers.Count(x => x.Status == 403).ShouldBe(1);
        (await market.Count("SELECT count(*) FROM users.account_rights WHERE name = 'owner'")).ShouldBe(1);
    }

    [Fact]
    public async Task The_page_shows_what_somebody_has_and_changes_it()
    {
        var (owner, ana) = (await Market.Staff(Rights.Owner), await Market.SignUp("Ana Rights"));
        var path = $"/admin/people/{ana.Account}/rights";
        (await owner.Visitor.Get($"/admin/people/{ana.Account}")).Must().Html.QuerySelector($"a[href='{path}']").ShouldNotBeNull();
        var page = (await owner.Visitor.Get(path)).Must();
        (await owner.Visitor.Submit(page, path, "li:nth-child(4) form", new Dictionary<string, string?>())).Must(302);
        (await Market.Source.Command("SELECT name FROM users.account_rights WHERE account = $1", ana.Account).List(r => r.GetString(0))).ShouldBe(["support"]);
        (await (await Market.Staff(Rights.People)).Visitor.Get(path)).Must(403);
    }
}

internal static class RightsSteps
{
    public static Task<Answer> Grant(this Person owner, Person person, string right) => owner.Visitor.Put($"/api/v1/people/{person.Account}/rights/{right}");

    public static Task<Answer> Withdraw(this Person owner, Person person, string right) => owner.Visitor.Delete($"/api/v1/people/{person.Account}/rights/{right}");
}
