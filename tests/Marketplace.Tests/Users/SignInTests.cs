using Marketplace.Users;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Users;

public sealed class SignInTests : MarketTest
{
    [Fact]
    public async Task Somebody_signs_up_signs_in_and_out()
    {
        using var visitor = Market.Visitor();
        var email = UsersSteps.NewEmail();
        var account = (await visitor.Post("/api/v1/accounts", new { email, password = UsersSteps.Password, display_name = "Zoé Müller" })).Must(201);
        account.Location.ShouldBe("/api/v1/me");
        account.Json.GetProperty("email").GetString().ShouldBe(email);
        account.Json.GetProperty("username").GetString()!.ShouldStartWith("zoe-muller");
        account.Json.GetProperty("capabilities").EnumerateArray().Select(c => c.GetString()).ShouldBe(["can_buy"]);
        account.Json.GetProperty("rights").GetArrayLength().ShouldBe(0);
        account.Text.ShouldNotContain("password");

        (await visitor.Get("/api/v1/me")).MustRefuse(401, "unauthenticated");
        var session = (await visitor.Post("/api/v1/sessions", new { email = email.ToUpperInvariant(), password = UsersSteps.Password })).Must(201).Json;
        visitor.Token = session.GetProperty("token").GetString();
        visitor.Token!.Length.ShouldBe(43);
        (await visitor.Get("/api/v1/me")).Must().Json.GetProperty("id").GetGuid().ShouldBe(account.Json.GetProperty("id").GetGuid());

        (await visitor.Delete("/api/v1/sessions/current")).Must(204);
        (await visitor.Get("/api/v1/me")).MustRefuse(401, "unauthenticated");
        (await visitor.Delete("/api/v1/sessions/current")).MustRefuse(401, "unauthenticated");
    }

    [Fact]
    public async Task Grants_and_rights_are_seen_at_once_on_this_host()
    {
        var seller = await Market.SignUp("Ana", Capabilities.CanSell);
        (await seller.Visitor.Get("/api/v1/me")).Must().Json.GetProperty("capabilities").EnumerateArray().Select(c => c.GetString()).ShouldBe(["can_buy", "can_sell"]);
        var staff = await Market.Staff(Rights.People, Rights.Finance);
        (await staff.Visitor.Get("/api/v1/me")).Must().Json.GetProperty("rights").EnumerateArray().Select(c => c.GetString()).ShouldBe(["finance", "people"]);
    }

    [Fact]
    public async Task Other_modules_learn_names_and_find_accounts_by_address()
    {
        var ana = await Market.SignUp("Ana");
        var ben = await Market.SignUp("Ben");
        await using var scope = Market.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<IUsers>();
        var people = await users.People([ana.Account, ben.Account, Guid.Empty, ana.Account]);
        people.Count.ShouldBe(2);
        people[ben.Account].DisplayName.ShouldBe("Ben");
        people[ben.Account].Tier.ShouldBe(SellerTier.Basic);
        (await users.FindByEmail($" {ana.Email.ToUpperInvariant()} ")).ShouldBe(ana.Account);
        (await users.FindByEmail("nobody@example.com")).ShouldBeNull();
        (await users.Count()).ShouldBeGreaterThanOrEqualTo(2);
        var subject = (await scope.ServiceProvider.GetRequiredService<Subjects>().Find([ben.Account, Guid.Empty])).Values.ShouldHaveSingleItem();
        (subject.Kind, subject.Owner, subject.Title).ShouldBe(("account", ben.Account, "@" + people[ben.Account].Username));
    }

    [Fact]
    public async Task An_owner_has_every_right_and_grants_are_harmless_twice()
    {
        var owner = await Market.SignUp("Olu");
        await Market.Do(services => services.GetRequiredService<IUsers>().MakeOwner(owner.Account));
        await Market.Do(services => services.GetRequiredService<IUsers>().MakeOwner(owner.Account));
        await Market.Grant(owner.Account, Capabilities.CanBuy);
        var me = (await owner.Visitor.Get("/api/v1/me")).Must().Json;
        me.GetProperty("rights").EnumerateArray().Select(r => r.GetString()).ShouldBe(Rights.All);
        me.GetProperty("capabilities").GetArrayLength().ShouldBe(1);
        await Should.ThrowAsync<ArgumentException>(() => Market.Grant(owner.Account, "can_fly"));
    }

    [Fact]
    public async Task A_grant_that_was_rolled_back_is_none()
    {
        var ana = await Market.SignUp();
        await Should.ThrowAsync<Refused>(() => Market.Do(async services =>
        {
            await services.GetRequiredService<IUsers>().GrantRight(ana.Account, Rights.Owner);
            throw Refused.Forbidden();
        }));
        (await ana.Visitor.Get("/api/v1/me")).Must().Json.GetProperty("rights").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task A_cookie_reads_the_api_but_never_writes()
    {
        var ana = await Market.SignUp();
        ana.Visitor.Token = null;
        (await ana.Visitor.Get("/api/v1/me")).Must();
        (await ana.Visitor.Patch("/api/v1/me", new { display_name = "Eve" })).MustRefuse(401, "unauthenticated");
        (await ana.Visitor.Delete("/api/v1/sessions/current")).MustRefuse(401, "unauthenticated");
        (await ana.Visitor.Get("/api/v1/me")).Must().Json.GetProperty("display_name").GetString().ShouldBe("Ana");
    }
}
