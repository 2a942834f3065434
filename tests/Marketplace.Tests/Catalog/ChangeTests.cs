using System.Text.Json;
using Marketplace.Catalog;
using Marketplace.Users;

namespace Marketplace.Tests.Catalog;

/// <summary>What a shop that nobody trusts yet changes of a product on sale waits; buyers see the old.</summary>
public sealed class ChangeTests : MarketTest
{
    public static TheoryData<string> Kinds => [.. Ware.All.Select(w => w.Kind)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Buyers_see_the_old_until_a_moderator_has_seen_the_new(string kind)
    {
        var (seller, product) = await OnSale(Ware.Of(kind));
        var moderator = await seller.Moderator();
        var before = await Seen(product);
        var proposed = (await seller.Edit(product.Id(), new { title = "A better name", description = "Heard twice before it was written." })).Must().Json;
        proposed.GetProperty("title").GetString().ShouldBe(product.GetProperty("title").GetString());
        proposed.GetProperty("change").GetProperty("title").GetString().ShouldBe("A better name");
        if (Ware.Of(kind).Offers(4900, "EUR", false) is { Length: > 0 } offers) (await seller.Edit(product.Id(), new { offers })).Must();
        (await seller.Upload(product.Id(), "cover", "new.png", Picture.Png(16, 16))).Must(201);
        (await Seen(product)).ShouldBe(before);

        var page = (await moderator.Visitor.Get($"/admin/products/{product.Id()}/change")).Must();
        foreach (var seen in new[] { "A better name", "Heard twice before it was written." }) page.Text.ShouldContain(seen);
        var cover = page.Html.QuerySelectorAll(".cover img").Select(i => i.GetAttribute("src")!.Split('?')[0]).Last();
        (await moderator.Visitor.Get(cover)).Must();
        (await seller.Visitor.Get(cover)).Must();
        using (var visitor = Market.Visitor()) (await visitor.Get(cover)).Status.ShouldNotBe(200);

        (await moderator.Visitor.Post($"/api/v1/products/{product.Id()}/change/approval", new { })).Must().Json.State().ShouldBe("approved");
        var after = JsonSerializer.Deserialize<JsonElement>(await Seen(product));
        after.GetProperty("title").GetString().ShouldBe("A better name");
        after.GetProperty("cover_url").GetString().ShouldBe(cover);
        if (Ware.Of(kind).Offers(4900, "EUR", false).Length > 0) after.GetProperty("offers")[0].GetProperty("price").GetProperty("amount").GetInt64().ShouldBe(4900);
        (await moderator.Visitor.Post($"/api/v1/products/{product.Id()}/change/approval", new { })).MustRefuse(409, "not_pending");
    }

    [Fact]
    public async Task One_change_waits_at_a_time_and_is_taken_back_replaced_or_sent_back_with_a_note()
    {
        var (seller, product) = await OnSale(Ware.Beat);
        var moderator = await seller.Moderator();
        (await seller.Edit(product.Id(), new { title = "First idea" })).Must();
        var merged = (await seller.Edit(product.Id(), new { tags = new[] { "Rain" } })).Must().Json.GetProperty("change");
        merged.GetProperty("title").GetString().ShouldBe("First idea");
        merged.GetProperty("tags")[0].GetString().ShouldBe("rain");
        (await Market.Count("SELECT count(*) FROM catalog.product_changes WHERE product_id = $1 AND state = 'open'", product.Id())).ShouldBe(1);
        (await Market.Count("SELECT count(*) FROM catalog.product_changes WHERE product_id = $1", product.Id())).ShouldBe(2);
        // What is proposed is never changed, not even by mistake.
        await Should.ThrowAsync<Npgsql.PostgresException>(() => Market.Source.Command("UPDATE catalog.product_changes SET proposal = '{}' WHERE product_id = $1", product.Id()).Execute());

        (await seller.Visitor.Delete($"/api/v1/products/{product.Id()}/change")).Must().Json.GetProperty("change").ValueKind.ShouldBe(JsonValueKind.Null);
        (await seller.Visitor.Delete($"/api/v1/products/{product.Id()}/change")).Must(404);
        (await seller.Edit(product.Id(), new { title = "Second idea" })).Must();
        (await moderator.Visitor.Post($"/api/v1/products/{product.Id()}/change/rejection", new { note = " " })).MustRefuse(422, "invalid");
        (await moderator.Visitor.Post($"/api/v1/products/{product.Id()}/change/rejection", new { note = "That name is somebody else's." })).Must().Json.State().ShouldBe("rejected");
        (await seller.Visitor.Get($"/sell/products/{product.Id()}")).Must().Html.QuerySelector("#change")!.TextContent.ShouldContain("That name is somebody else's.");
        JsonSerializer.Deserialize<JsonElement>(await Seen(product)).GetProperty("title").GetString().ShouldBe(product.GetProperty("title").GetString());
        (await seller.Edit(product.Id(), new { offers = Array.Empty<object>() })).MustRefuse(409, "not_ready");
    }

    [Fact]
    public async Task Of_many_who_decide_one_does_and_what_was_edited_meanwhile_is_not_approved_unseen()
    {
        var (seller, product) = await OnSale(Ware.Kit);
        await seller.Edit(product.Id(), new { title = "Raced" });
        var moderators = new[] { await seller.Moderator(), await Market.Staff(Rights.Moderation), await Market.Staff(Rights.Moderation) };
        var answers = await Task.WhenAll(moderators.SelectMany((m, i) => new[]
        {
            m.Visitor.Post($"/api/v1/products/{product.Id()}/change/approval", new { }), m.Visitor.Post($"/api/v1/products/{product.Id()}/change/rejection", new { note = $"No {i}" }),
        }));
        answers.Count(a => a.Status == 200).ShouldBe(1);
        answers.Where(a => a.Status != 200).ShouldAllBe(a => a.Code == "not_pending");

        var seen = (await seller.Edit(product.Id(), new { title = "Harmless" })).Must().Json.GetProperty("version").GetInt32();
        (await seller.Edit(product.Id(), new { title = "Something else" })).Must();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/products/{product.Id()}/change/approval") { Content = System.Net.Http.Json.JsonContent.Create(new { }) };
        request.Headers.Authorization = new("Bearer", moderators[1].Visitor.Token);
        request.Headers.TryAddWithoutValidation("If-Match", $"\"{seen}\"");
        using var response = await moderators[1].Visitor.Http.SendAsync(request);
        (await Answer.Read(response)).MustRefuse(412, "stale");
        (await seller.Edit(product.Id(), new { title = "From an old tab" }, seen)).MustRefuse(412, "stale");
    }

    [Fact]
    public async Task Files_wait_too_and_a_paused_product_is_no_way_around()
    {
        var (seller, product) = await OnSale(Ware.Beat);
        var moderator = await seller.Moderator();
        var old = (await seller.Visitor.Get($"/api/v1/products/{product.GetProperty("slug").GetString()}")).Must().Json.GetProperty("files")[0].Id();
        (await seller.Upload(product.Id(), "original", "longer.wav", Sound.Wav(2, 300))).Must(201).Json.GetProperty("files").GetArrayLength().ShouldBe(1);
        (await seller.Visitor.Delete($"/api/v1/products/{product.Id()}/files/{old}")).Must().Json.GetProperty("change").GetProperty("added_files")[0].GetString().ShouldBe("longer.wav");
        (await seller.Visitor.Post($"/api/v1/products/{product.Id()}/pause")).Must();
        (await seller.Edit(product.Id(), new { title = "Changed in a pause" })).Must();
        (await seller.Visitor.Post($"/api/v1/products/{product.Id()}/publish")).Must().Json.GetProperty("title").GetString().ShouldBe(product.GetProperty("title").GetString());
        (await moderator.Visitor.Post($"/api/v1/products/{product.Id()}/change/approval", new { })).Must();
        var after = (await seller.Visitor.Get($"/api/v1/products/{product.GetProperty("slug").GetString()}")).Must().Json;
        after.GetProperty("files").EnumerateArray().Select(f => f.GetProperty("file_name").GetString()).ShouldBe(["longer.wav"]);
        after.GetProperty("title").GetString().ShouldBe("Changed in a pause");
        // Whoever is trusted waits for nobody, and who archives wants nothing more.
        (await seller.Edit(product.Id(), new { title = "Last wish" })).Must();
        (await seller.Visitor.Post($"/api/v1/products/{product.Id()}/archive")).Must().Json.GetProperty("change").ValueKind.ShouldBe(JsonValueKind.Null);
        var trusted = await Market.SignUp("Nova");
        var live = await trusted.Publish(Ware.Beat);
        (await trusted.Edit(live.Id(), new { title = "At once" })).Must().Json.GetProperty("title").GetString().ShouldBe("At once");
    }

    [Fact]
    public async Task A_moderator_reads_old_and_new_side_by_side_on_pages_and_a_draft_saves_itself()
    {
        var (seller, product) = await OnSale(Ware.Service);
        var editor = $"/sell/products/{product.Id()}";
        (await seller.Visitor.Submit(editor, "form:has([name='Input.Title'])", new Dictionary<string, string?> { ["Input.Description"] = "Made for a better test." })).Must(302);
        var waiting = (await seller.Visitor.Get(editor)).Must().Html;
        waiting.QuerySelector("#change ins")!.TextContent.Trim().ShouldBe("better");
        waiting.QuerySelector("[name='Input.Description']")!.TextContent.ShouldContain("Made for a better test.");
        var moderator = await seller.Moderator();
        var place = $"/admin/products/{product.Id()}/change";
        (await moderator.Visitor.Get("/admin/products/changes")).Must().Text.ShouldContain(place);
        (await moderator.Visitor.Submit(place, "form[action*='SendBack']", new Dictionary<string, string?> { ["Input.Note"] = "" })).Must(422);
        (await moderator.Visitor.Submit(place, "form[action*='Approve']", new Dictionary<string, string?>())).Must(302);
        (await seller.Visitor.Get(editor)).Must().Html.QuerySelector("#change").ShouldBeNull();

        // Saved while one types: a version each time, refusals as the form says them, nothing of a stale tab.
        var draft = $"/sell/products/{(await seller.Draft(Ware.Course)).Id()}";
        var page = (await seller.Visitor.Get(draft)).Must();
        var keep = page.Html.QuerySelector("form[data-draft]")!.GetAttribute("data-draft")!;
        var token = page.Html.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        Task<Answer> Keep(string version, string title, string minutes) => seller.Visitor.Post(keep, new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["__RequestVerificationToken"] = token, ["version"] = version, ["Input.Title"] = title, ["Input.Category"] = "courses", ["Input.Details.Minutes"] = minutes, ["Input.Details.Outline"] = "Listening | 30\nLevels",
        }));
        var first = page.Html.QuerySelector("input[name=version]")!.GetAttribute("value")!;
        var saved = (await Keep(first, "While I type", "80")).Must().Json.GetProperty("version").GetInt32();
        (await Keep(first, "An old tab", "80")).Must(412);
        (await Keep($"{saved}", "Wrong", "a lot")).Must(422);
        var now = (await seller.Visitor.Get(draft)).Must().Html;
        now.QuerySelector("[name='Input.Title']")!.GetAttribute("value").ShouldBe("While I type");
        now.QuerySelector("[name='Input.Details.Outline']")!.TextContent.Trim().ShouldBe("Listening | 30\nLevels");
    }

    [Fact]
    public void Words_that_went_and_came_are_marked_and_nothing_of_either_text_is_lost()
    {
        var random = new Random(7);
        for (var i = 0; i < 200; i++)
        {
            string Text() => string.Join("", Enumerable.Range(0, random.Next(12)).Select(_ => new[] { "a ", "b ", "c\n", "dd  ", "e" }[random.Next(5)]));
            var (before, after) = (Text(), Text());
            var (old, fresh) = WordDiff.Of(before, after);
            string.Concat(old.Select(p => p.Text)).ShouldBe(before);
            string.Concat(fresh.Select(p => p.Text)).ShouldBe(after);
            string.Concat(old.Where(p => p.Kept).Select(p => p.Text)).ShouldBe(string.Concat(fresh.Where(p => p.Kept).Select(p => p.Text)));
            if (before == after) old.ShouldAllBe(p => p.Kept);
        }
    }

    private async Task<(Person Seller, JsonElement Product)> OnSale(Ware ware)
    {
        var seller = await Market.SignUp("Nova");
        await seller.OpenShop(trusted: false);
        var product = await seller.Publish(ware);
        (await (await seller.Moderator()).Visitor.Post($"/api/v1/products/{product.Id()}/approval", new { })).Must();
        return (seller, product);
    }

    private async Task<string> Seen(JsonElement product)
    {
        using var visitor = Market.Visitor();
        var seen = (await visitor.Get($"/api/v1/products/{product.GetProperty("slug").GetString()}")).Must().Json;
        return JsonSerializer.Serialize(seen.EnumerateObject().Where(m => m.Name != "version").ToDictionary(m => m.Name, m => m.Value));
    }
}
