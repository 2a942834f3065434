using System.Text.Json;

namespace Marketplace.Tests.Users;

/// <summary>Eight categories, their skills, genres; chosen on the profile.</summary>
public sealed class TalentTests : MarketTest
{
    [Fact]
    public async Task The_list_has_eight_categories_over_a_hundred_skills_and_fifty_genres()
    {
        using var guest = Market.Visitor();
        var list = (await guest.Get("/api/v1/talents")).Must().Json;
        var categories = list.GetProperty("categories").EnumerateArray().ToList();
        categories.Select(c => c.GetProperty("slug").GetString()).ShouldBe(["musicians", "producers", "vocalists", "visual-artists", "educators", "content-creators", "industry", "tool-makers"]);
        categories.Sum(c => c.GetProperty("skills").GetArrayLength()).ShouldBeGreaterThanOrEqualTo(100);
        categories.ShouldAllBe(c => c.GetProperty("skills").GetArrayLength() > 5);
        var genres = list.GetProperty("genres").EnumerateArray().ToList();
        (genres.Count + genres.Sum(g => g.GetProperty("genres").GetArrayLength())).ShouldBeGreaterThanOrEqualTo(50);
        genres.First(g => g.GetProperty("slug").GetString() == "hip-hop").GetProperty("genres").EnumerateArray().Select(g => g.GetProperty("slug").GetString()).ShouldContain("drill");

        guest.Http.DefaultRequestHeaders.AcceptLanguage.ParseAdd("fr");
        (await guest.Get("/api/v1/talents")).Must().Json.GetProperty("categories")[0].GetProperty("name").GetString().ShouldBe("Musiciens");
    }

    [Fact]
    public async Task What_is_chosen_takes_the_place_of_what_was_and_a_skill_brings_its_category()
    {
        var ana = await Market.SignUp();
        (await ana.Visitor.Put("/api/v1/me/talents", new { categories = new[] { "educators" }, skills = new[] { "guitar", "mixing" }, genres = new[] { "trap" } })).Must();
        var talents = (await ana.Profile()).GetProperty("talents");
        Slugs(talents, "categories").ShouldBe(["musicians", "producers", "educators"]);
        Slugs(talents, "skills").ShouldBe(["guitar", "mixing"], ignoreOrder: true);

        (await ana.Visitor.Put("/api/v1/me/talents", new { skills = new[] { "guitar", "guitar" } })).Must();
        talents = (await ana.Profile()).GetProperty("talents");
        Slugs(talents, "categories").ShouldBe(["musicians"]);
        Slugs(talents, "genres").ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_unknown_or_too_much_is_refused_and_changes_nothing()
    {
        var ana = await Market.SignUp();
        (await ana.Visitor.Put("/api/v1/me/talents", new { skills = new[] { "guitar" } })).Must();
        (await ana.Visitor.Put("/api/v1/me/talents", new { skills = new[] { "air-guitar" } })).MustRefuse(422, "invalid");
        (await ana.Visitor.Put("/api/v1/me/talents", new { genres = new[] { "guitar" } })).MustRefuse(422, "invalid");
        (await ana.Visitor.Put("/api/v1/me/talents", new { categories = new[] { "musicians", "producers", "vocalists", "educators", "industry" } })).MustRefuse(422, "invalid");
        (await ana.Visitor.Put("/api/v1/me/talents", new { skills = new[] { "guitar", "mixing", "rap", "blogging", "booking" } })).MustRefuse(422, "invalid");     // of five categories

        var all = (await ana.Visitor.Get("/api/v1/talents")).Must().Json;
        var many = all.GetProperty("categories")[0].GetProperty("skills").EnumerateArray().Select(s => s.GetProperty("slug").GetString()).Take(21).ToList();
        (await ana.Visitor.Put("/api/v1/me/talents", new { skills = many })).MustRefuse(422, "invalid");
        Slugs((await ana.Profile()).GetProperty("talents"), "skills").ShouldBe(["guitar"]);
    }

    private static IEnumerable<string?> Slugs(JsonElement talents, string of) => talents.GetProperty(of).EnumerateArray().Select(t => t.GetProperty("slug").GetString());
}
