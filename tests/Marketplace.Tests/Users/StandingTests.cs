using System.Text.Json;
using Marketplace.Users;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Users;

/// <summary>Tiers, the badge and the partner's flag: who sets them, and what follows.</summary>
public sealed class StandingTests : MarketTest
{
    [Fact]
    public async Task Tiers_are_what_the_market_promises()
    {
        using var guest = Market.Visitor();
        (await guest.Get("/api/v1/tiers")).Must().Json.GetProperty("data").EnumerateArray()
            .Select(t => (t.GetProperty("tier").GetString(), t.GetProperty("commission_rate").GetInt32(), t.GetProperty("featured_products").GetInt32(), t.GetProperty("perks").GetArrayLength()))
            .ShouldBe([("basic", 4000, 0, 0), ("standard", 3000, 1, 1), ("premium", 2000, 3, 3), ("ultimate", 1000, 10, 3)]);
    }

    [Fact]
    public async Task Staff_set_a_tier_a_badge_and_a_partner_and_the_log_says_who()
    {
        var (ana, staff) = (await Market.SignUp(), await Market.Staff(Rights.People));
        var path = $"/api/v1/people/{ana.Account}/standing";
        var standing = (await staff.Visitor.Patch(path, new { tier = "premium", verified = true })).Must().Json;
        standing.GetProperty("tier").GetString().ShouldBe("premium");
        (await Tier(ana)).ShouldBe(SellerTier.Premium);
        using var guest = Market.Visitor();
        (await guest.Get($"/api/v1/people/{await ana.Username()}")).Must().Json.GetProperty("verified").GetBoolean().ShouldBeTrue();
        (await guest.Get($"/people/{await ana.Username()}")).Must().Text.ShouldContain("Verified by the market");

        (await staff.Visitor.Patch(path, new { partner = true })).Must().Json.GetProperty("effective").GetString().ShouldBe("ultimate");
        (await Tier(ana)).ShouldBe(SellerTier.Ultimate);
        (await ana.Visitor.Get("/api/v1/me")).Must().Json.GetProperty("tier").GetString().ShouldBe("ultimate");
        (await staff.Visitor.Patch(path, new { partner = false, verified = false })).Must();
        (await Tier(ana)).ShouldBe(SellerTier.Premium);
        (await staff.Visitor.Patch(path, new { partner = false, tier = "premium" })).Must();

        (await Market.Source.Command("SELECT act FROM users.audit_log WHERE subject = $1 AND actor = $2 ORDER BY id", ana.Account, staff.Account).List(r => r.GetString(0)))
            .ShouldBe(["users.tier_set", "users.verified", "users.partner_made", "users.partner_unmade", "users.unverified"]);
        (await guest.Get("/api/v1/people?q=" + await ana.Username())).Must().Json.GetProperty("data").GetArrayLength().ShouldBe(0, "staff introduce nobody");
    }

    [Fact]
    public async Task Only_with_the_right_freshly_and_never_for_oneself()
    {
        var (ana, moderator, staff) = (await Market.SignUp(), await Market.Staff(Rights.Moderation, Rights.Support), await Market.Staff(Rights.People));
        var path = $"/api/v1/people/{ana.Account}/standing";
        (await ana.Visitor.Patch(path, new { tier = "ultimate" })).Must(403);
        (await moderator.Visitor.Patch(path, new { tier = "ultimate" })).Must(403);
        (await moderator.Visitor.Get($"/admin/people/{ana.Account}/standing")).Must(403);
        (await staff.Visitor.Patch($"/api/v1/people/{staff.Account}/standing", new { tier = "ultimate" })).MustRefuse(403, "own_standing");
        (await staff.Visitor.Patch($"/api/v1/people/{Guid.CreateVersion7()}/standing", new { tier = "ultimate" })).MustRefuse(404, "not_found");
        (await staff.Visitor.Patch(path, new { tier = "divine" })).MustRefuse(422, "invalid");

        await Market.Everything.Command("UPDATE users.sessions SET proved_at = created_at - interval '10 minutes', created_at = created_at - interval '11 minutes' WHERE account = $1", staff.Account).Execute();
        await staff.SignIn();
        await Market.Everything.Command("UPDATE users.sessions SET proved_at = proved_at - interval '10 minutes' WHERE account = $1", staff.Account).Execute();
        await Market.Do(services => services.GetRequiredService<IUsers>().GrantRight(staff.Account, Rights.Support));     // what the host remembers of the session is forgotten
        (await staff.Visitor.Patch(path, new { tier = "ultimate" })).MustRefuse(403, "step_up_required");
        (await staff.Visitor.Get($"/admin/people/{ana.Account}/standing")).Must(302).Location!.ShouldStartWith("/account/confirm");
        (await Tier(ana)).ShouldBe(SellerTier.Basic);
    }

    [Fact]
    public async Task Staff_use_a_page()
    {
        var (ana, staff) = (await Market.SignUp(), await Market.Staff(Rights.People));
        var path = $"/admin/people/{ana.Account}/standing";
        (await staff.Visitor.Submit(path, "main form[method=post]", new Dictionary<string, string?> { ["Input.Tier"] = "standard", ["Input.Verified"] = "true" })).Must(302);
        (await Tier(ana)).ShouldBe(SellerTier.Standard);
        (await staff.Visitor.Get(path)).Must().Html.QuerySelector("#Input_Verified")!.HasAttribute("checked").ShouldBeTrue();
        (await ana.Visitor.Get("/account/tier")).Must().Text.ShouldContain("30");
    }

    [Fact]
    public async Task Erasing_forgets_profile_addresses_and_proposals_and_exporting_hands_them_out()
    {
        var ana = await Market.SignUp();
        (await ana.EditProfile(new { bio = "I live in a lighthouse.", website = "example.com", location = new { source = "typed", country = "FR", city = "Brest" } })).Must();
        (await ana.Visitor.Put("/api/v1/me/talents", new { skills = new[] { "guitar" }, genres = new[] { "drill" } })).Must();
        (await ana.UploadPicture("avatar", "me.png", Picture.Png(8, 8))).Must();
        (await ana.Visitor.Post("/api/v1/me/addresses", new { name = "Ana", line1 = "Lighthouse 1", postcode = "29200", city = "Brest", country = "FR" })).Must(201);
        (await ana.Visitor.Post("/api/v1/field-requests", new { kind = "genre", value = "Foghorn drone " + Guid.CreateVersion7().ToString("N")[^6..] })).Must(201);

        var exported = await Export(ana.Account);
        foreach (var (section, words) in new[] { ("profile", "lighthouse"), ("profile", "guitar"), ("profile", "Brest"), ("addresses", "Lighthouse 1"), ("field_requests", "Foghorn") }) exported[section].ShouldNotBeNull().ShouldContain(words);

        for (var twice = 0; twice < 2; twice++)
        {
            await Market.Do(async services =>
            {
                foreach (var data in services.GetServices<IPersonalData>().Where(d => d.Section is "profile" or "addresses" or "field_requests")) await data.Erase(ana.Account);
            });
        }

        exported = await Export(ana.Account);
        exported["addresses"].ShouldBeNull();
        exported["field_requests"].ShouldBeNull();
        foreach (var words in new[] { "lighthouse", "guitar", "Brest", "example.com", "/media/" }) exported["profile"]!.ShouldNotContain(words);
        (await Market.Source.Command("SELECT count(*) FROM users.profiles WHERE account = $1 AND (avatar_key IS NOT NULL OR area_latitude IS NOT NULL OR introduced_at IS NOT NULL)", ana.Account).Scalar<long>()).ShouldBe(0);
    }

    private async Task<Dictionary<string, string?>> Export(Guid account)
    {
        await using var scope = Market.Services.CreateAsyncScope();
        var sections = new Dictionary<string, string?>();
        foreach (var data in scope.ServiceProvider.GetServices<IPersonalData>().Where(d => d.Section is "profile" or "addresses" or "field_requests"))
            sections[data.Section] = await data.Export(account) is { } kept ? JsonSerializer.Serialize(kept, JsonStyle.Options) : null;
        return sections;
    }

    private async Task<SellerTier> Tier(Person person)
    {
        await using var scope = Market.Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<IUsers>().People([person.Account]))[person.Account].Tier;
    }
}
