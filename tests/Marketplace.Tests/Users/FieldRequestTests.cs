using System.Text.Json;
using Marketplace.Users;

namespace Marketplace.Tests.Users;

/// <summary>Skills and genres that people miss: by the number of people, or by staff.</summary>
public sealed class FieldRequestTests : MarketTest
{
    private static int words;

    // Letters only, so that it is one word however it is spelt.
    private static string Word() => string.Concat($"{Interlocked.Increment(ref words):D4}".Select(d => (char)('a' + (d - '0')))) + "zither" + Guid.CreateVersion7().ToString("N")[^8..];

    [Fact]
    public async Task Three_different_people_make_a_skill_and_all_are_told_once()
    {
        var word = Word();
        var people = await People(3);
        (await Propose(people[0], "skill", word, "musicians")).Must(201).Json.GetProperty("state").GetString().ShouldBe("pending");
        (await Propose(people[0], "skill", word, "musicians")).Must(201).Json.GetProperty("state").GetString().ShouldBe("pending");
        (await Propose(people[1], "skill", word, "musicians")).Must(201).Json.GetProperty("state").GetString().ShouldBe("pending");
        (await Skills()).ShouldNotContain(word);
        (await Propose(people[2], "skill", word, "musicians")).Must(201).Json.GetProperty("state").GetString().ShouldBe("auto_approved");
        (await Skills()).Count(s => s == word).ShouldBe(1);
        (await Propose(people[2], "skill", word, "musicians")).MustRefuse(409, "field_exists");

        await Market.Drain();
        foreach (var person in people)
        {
            var told = (await person.Visitor.Get("/api/v1/notifications")).Must().Json.GetProperty("data").EnumerateArray().Where(n => n.GetProperty("type").GetString() == "field_approved").ToList();
            told.Count.ShouldBe(1);
            told[0].GetProperty("title").GetString()!.ShouldContain(word);
        }

        people[0].Visitor.Http.DefaultRequestHeaders.AcceptLanguage.ParseAdd("fr");
        (await people[0].Visitor.Get("/inbox")).Must().Text.ShouldContain($"{word} est maintenant dans la liste");
        (await people[0].Visitor.Put("/api/v1/me/talents", new { skills = new[] { word } })).Must();
    }

    [Fact]
    public async Task A_genre_needs_five()
    {
        var word = Word();
        var people = await People(5);
        foreach (var person in people.Take(4)) (await Propose(person, "genre", word)).Must(201).Json.GetProperty("state").GetString().ShouldBe("pending");
        (await Propose(people[4], "genre", word)).Must(201).Json.GetProperty("state").GetString().ShouldBe("auto_approved");
    }

    [Fact]
    public async Task Spellings_that_differ_in_case_spaces_accents_or_width_are_one()
    {
        var tail = Guid.CreateVersion7().ToString("N")[^10..];
        var people = await People(3);
        (await Propose(people[0], "skill", $"Éolian  Hárp {tail}", "musicians")).Must(201);
        (await Propose(people[1], "skill", $"  eolian HARP {tail} ", "musicians")).Must(201);
        (await Propose(people[2], "skill", $"Ｅｏｌｉａｎ\u200b harp {tail}", "musicians")).Must(201).Json.GetProperty("state").GetString().ShouldBe("auto_approved");
        (await Skills()).Count(s => s == $"Éolian Hárp {tail}").ShouldBe(1);
        (await Propose(people[2], "skill", "guitar", "musicians")).MustRefuse(409, "field_exists");
        (await Propose(people[2], "skill", "GUITÁR", "musicians")).MustRefuse(409, "field_exists");
    }

    [Fact]
    public async Task Ten_proposals_at_once_make_exactly_one_skill()
    {
        for (var round = 0; round < 3; round++)
        {
            var word = Word();
            var people = await People(10);
            var answers = await Task.WhenAll(people.Select(p => Propose(p, "skill", word, "producers")));
            answers.Count(a => a.Status == 201 && a.Json.GetProperty("state").GetString() == "auto_approved").ShouldBe(1);
            answers.Count(a => a.Status == 201).ShouldBe(3);
            answers.Count(a => a.Code == "field_exists").ShouldBe(7);
            (await Market.Source.Command("SELECT count(*) FROM users.skills WHERE name = $1", word).Scalar<long>()).ShouldBe(1);
            (await Market.Source.Command("SELECT count(*) FROM users.field_request_votes v JOIN users.field_requests r ON r.id = v.request WHERE r.value = $1", word).Scalar<long>()).ShouldBe(3);
        }
    }

    [Theory]
    [InlineData("category", "Jugglers", null)]
    [InlineData("skill", "Juggling", null)]
    [InlineData("skill", "Juggling", "jugglers")]
    [InlineData("genre", "Circus", "musicians")]
    [InlineData("skill", "x", "musicians")]
    [InlineData("skill", "\u200b\u200b\u200b", "musicians")]
    [InlineData("skill", "1234", "musicians")]
    [InlineData("skill", "a sentence that goes on and on, much longer than any name of a skill is", "musicians")]
    public async Task What_is_no_skill_or_genre_is_not_taken(string kind, string value, string? category) =>
        (await Propose(await Market.SignUp(), kind, value, category)).MustRefuse(422, "invalid");

    [Fact]
    public async Task Staff_put_it_into_the_list_better_spelt_or_turn_it_down_with_a_reason()
    {
        var (ana, moderator, stranger) = (await Market.SignUp(), await Market.Staff(Rights.Moderation), await Market.SignUp("Bea"));
        var (good, bad) = (Word(), Word());
        var first = (await Propose(ana, "genre", good)).Must(201).Json.GetProperty("id").GetGuid();
        var second = (await Propose(ana, "skill", bad, "vocalists")).Must(201).Json.GetProperty("id").GetGuid();

        (await stranger.Visitor.Get("/api/v1/moderation/field-requests")).Must(403);
        (await stranger.Visitor.Post($"/api/v1/field-requests/{first}/approval", new { })).Must(403);
        (await ana.Visitor.Post($"/api/v1/field-requests/{first}/approval", new { })).Must(403);

        (await moderator.Visitor.Post($"/api/v1/field-requests/{first}/approval", new { name = good.ToUpperInvariant(), parent = "house" })).MustRefuse(422, "invalid");     // a genre below a genre below a genre
        var made = (await moderator.Visitor.Post($"/api/v1/field-requests/{first}/approval", new { name = good.ToUpperInvariant(), parent = "electronic" })).Must().Json;
        made.GetProperty("state").GetString().ShouldBe("approved");
        made.GetProperty("talent").GetString().ShouldBe(good);
        (await moderator.Visitor.Post($"/api/v1/field-requests/{first}/approval", new { })).MustRefuse(409, "not_pending");
        (await moderator.Visitor.Post($"/api/v1/field-requests/{second}/rejection", new { reason = " " })).MustRefuse(422, "invalid");
        (await moderator.Visitor.Post($"/api/v1/field-requests/{second}/rejection", new { reason = "That is a kind of rap." })).Must();
        (await Propose(stranger, "skill", bad, "vocalists")).MustRefuse(409, "field_rejected");
        (await moderator.Visitor.Post($"/api/v1/field-requests/{Guid.CreateVersion7()}/approval", new { })).Must(404);

        var own = (await ana.Visitor.Get("/api/v1/me/field-requests")).Must().Json.GetProperty("data").EnumerateArray().ToList();
        own.Single(r => r.GetProperty("id").GetGuid() == second).GetProperty("reason").GetString().ShouldBe("That is a kind of rap.");
        own.ShouldAllBe(r => !r.EnumerateObject().Any(m => m.Name == "votes"));
        (await stranger.Visitor.Get("/api/v1/me/field-requests")).Must().Json.GetProperty("data").GetArrayLength().ShouldBe(0);
        (await Market.Source.Command("SELECT count(*) FROM users.audit_log WHERE actor = $1 AND act IN ('users.field_approved', 'users.field_rejected')", moderator.Account).Scalar<long>()).ShouldBe(2);

        await Market.Drain();
        var told = (await ana.Visitor.Get("/api/v1/notifications")).Must().Text;
        told.ShouldContain("field_approved");
        told.ShouldContain("field_rejected");
    }

    [Fact]
    public async Task One_person_has_so_many_open_proposals_and_no_more()
    {
        var ana = await Market.SignUp();
        for (var i = 0; i < 20; i++) (await Propose(ana, "genre", Word())).Must(201);
        (await Propose(ana, "genre", Word())).MustRefuse(409, "too_many_proposals");
    }

    [Fact]
    public async Task Staff_decide_on_a_page()
    {
        var (ana, people) = (await Market.SignUp(), await Market.Staff(Rights.People));
        var (good, bad) = (Word(), Word());
        var visitor = ana.Visitor;
        (await visitor.Submit("/account/talents/propose", "main form[method=post]", new Dictionary<string, string?> { ["Input.Kind"] = "skill", ["Input.Value"] = good, ["Input.Category"] = "" })).Must(422)
            .Html.QuerySelector("#Input_Category-error").ShouldNotBeNull();
        (await visitor.Submit("/account/talents/propose", "main form[method=post]", new Dictionary<string, string?> { ["Input.Kind"] = "skill", ["Input.Value"] = good, ["Input.Category"] = "educators" })).Must(302);
        (await visitor.Get("/account/talents/propose")).Must().Text.ShouldContain(good);
        var id = (await Propose(ana, "genre", bad)).Must(201).Json.GetProperty("id").GetGuid();
        (await visitor.Get("/admin/fields")).Must(403);

        var first = (await ana.Visitor.Get("/api/v1/me/field-requests")).Must().Json.GetProperty("data").EnumerateArray().First(r => r.GetProperty("value").GetString() == good).GetProperty("id").GetGuid();
        var page = (await people.Visitor.Get("/admin/fields")).Must();
        (await people.Visitor.Submit(page, "/admin/fields?handler=Approve", "main form[action*='Approve']", new Dictionary<string, string?> { ["id"] = first.ToString(), ["name"] = good })).Must(302);
        (await people.Visitor.Submit(page, "/admin/fields?handler=Reject", "main form[action*='Reject']", new Dictionary<string, string?> { ["id"] = id.ToString(), ["reason"] = "" })).Must(422);
        (await people.Visitor.Submit(page, "/admin/fields?handler=Reject", "main form[action*='Reject']", new Dictionary<string, string?> { ["id"] = id.ToString(), ["reason"] = "No." })).Must(302);
        (await people.Visitor.Get("/admin/fields?state=rejected")).Must();
        (await Skills()).ShouldContain(good);
    }

    private Task<Person[]> People(int count) => Task.WhenAll(Enumerable.Range(0, count).Select(i => Market.SignUp($"Person {i}")));

    private static Task<Answer> Propose(Person person, string kind, string value, string? category = null) => person.Visitor.Post("/api/v1/field-requests", new { kind, value, category });

    private async Task<List<string>> Skills()
    {
        using var guest = Market.Visitor();
        return (await guest.Get("/api/v1/talents")).Must().Json.GetProperty("categories").EnumerateArray()
            .SelectMany(c => c.GetProperty("skills").EnumerateArray()).Select(s => s.GetProperty("name").GetString()!).ToList();
    }
}
