using Marketplace.Catalog;
using Marketplace.Users;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Tests.Catalog;

/// <summary>What buyers say of what they have received: once, verified, answered, and counted to the last star.</summary>
public sealed class BuyerReviewTests : MarketTest
{
    [Fact]
    public async Task Who_has_received_something_reviews_it_until_it_is_refunded()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer, stranger) = (await market.SignUp("Nova"), await market.SignUp("Ana"), await market.SignUp("Bo"));
        var beat = await seller.PublishBeat();
        var order = await buyer.Buy(beat);
        await market.Drain();
        (await buyer.Review(order.Item(), 5)).MustRefuse(404, "not_found");      // paid, and not received yet
        (await buyer.Visitor.Get(await buyer.DownloadLink(order))).Must();
        await market.Drain();

        (await stranger.Review(order.Item(), 1)).MustRefuse(404, "not_found");
        (await seller.Review(order.Item(), 5)).MustRefuse(404, "not_found");
        (await buyer.Review(order.Item(), 6)).MustRefuse(422, "invalid");
        var review = (await buyer.Review(order.Item(), 5, "It <b>rolls</b>.")).Must(201).Json.Id();
        (await buyer.Review(order.Item(), 4)).MustRefuse(409, "already_reviewed");
        await market.Drain();
        (await seller.Visitor.Get("/api/v1/notifications")).Must().Text.ShouldContain("review_published");
        (await seller.Visitor.Put($"/api/v1/reviews/{review}/reply", new { text = "Thank you!" })).Must();
        (await stranger.Visitor.Put($"/api/v1/reviews/{review}/reply", new { text = "No." })).MustRefuse(404, "not_found");
        await market.Drain();
        (await buyer.Visitor.Get("/api/v1/notifications")).Must().Text.ShouldContain("review_answered");

        market.Clock.Walk(TimeSpan.FromDays(29));
        foreach (var person in new[] { buyer, seller, stranger }) await person.SignIn();
        (await stranger.Visitor.Patch($"/api/v1/reviews/{review}", new { stars = 1 })).MustRefuse(404, "not_found");
        (await buyer.Visitor.Patch($"/api/v1/reviews/{review}", new { stars = 3 })).Must();
        var list = (await stranger.Visitor.Get($"/api/v1/reviews?subject={beat.Product}")).Must().Json;
        list.GetProperty("rating").GetProperty("average").GetDecimal().ShouldBe(3);
        var line = list.GetProperty("data")[0];
        (line.GetProperty("stars").GetInt32(), line.GetProperty("verified").GetBoolean(), line.GetProperty("reply").GetString(), line.GetProperty("text").GetString()).ShouldBe((3, true, "Thank you!", "It <b>rolls</b>."));
        line.GetProperty("edited_at").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.String);
        var page = (await stranger.Visitor.Get($"/p/{beat.Slug}")).Must();
        page.Text.ShouldContain("\"AggregateRating\"");
        page.Text.ShouldContain("It &lt;b&gt;rolls&lt;/b&gt;.");
        market.Clock.Walk(TimeSpan.FromDays(2));
        await buyer.SignIn();
        (await buyer.Visitor.Patch($"/api/v1/reviews/{review}", new { stars = 1 })).MustRefuse(409, "review_closed");

        var staff = await market.Staff(Rights.Support, Rights.Moderation);
        (await staff.Refund(order.Id(), order.Item(), 100)).Must(201);
        await market.Drain();
        (await stranger.Visitor.Get($"/api/v1/reviews?subject={beat.Product}")).Must().Json.GetProperty("rating").GetProperty("count").GetInt32().ShouldBe(1, "a part of the price is no refund");
        (await staff.Refund(order.Id(), order.Item())).Must(201);
        await market.Drain();
        await market.Drain();
        (await stranger.Visitor.Get($"/api/v1/reviews?subject={beat.Product}")).Must().Json.GetProperty("rating").GetProperty("count").GetInt32().ShouldBe(0);
        (await staff.Visitor.Get("/api/v1/moderation/reviews?state=refunded")).Must().Json.GetProperty("data")[0].Id().ShouldBe(review);
        (await staff.Visitor.Get($"/admin/reviews/{review}")).Must().Text.ShouldContain("Refunded");
        await CatalogHolds(market);
    }

    [Fact]
    public async Task Of_a_service_neither_sees_the_others_word_before_both_wrote_or_seven_days()
    {
        await using var market = await OwnMarket.Open();
        var (seller, buyer, other) = (await market.SignUp("Nova"), await market.SignUp("Ana"), await market.SignUp("Bo"));
        var beat = await seller.PublishBeat();
        var (one, two) = (await buyer.Received(beat.Product), await other.Received(beat.Product));
        await market.Everything.Command("UPDATE catalog.review_rights SET subject_kind = 'service'").Execute();
        async Task<(int Product, int Ana)> Seen() => (
            (await buyer.Visitor.Get($"/api/v1/reviews?subject={beat.Product}")).Must().Json.GetProperty("rating").GetProperty("count").GetInt32(),
            (await buyer.Visitor.Get($"/api/v1/reviews?kind=profile&subject={buyer.Account}")).Must().Json.GetProperty("rating").GetProperty("count").GetInt32());

        var first = (await buyer.Review(one, 2, "Late.")).Must(201).Json;
        first.GetProperty("published").GetBoolean().ShouldBeFalse();
        (await other.Review(two, 5)).Must(201);
        (await Seen()).ShouldBe((0, 0));
        await market.Drain();
        (await seller.Visitor.Get("/api/v1/notifications")).Must().Text.ShouldContain("review_awaited");
        (await seller.Visitor.Get($"/reviews/{one}?about=profile")).Must().Text.ShouldContain("Neither of you sees");
        (await seller.Visitor.Put($"/api/v1/reviews/{first.Id()}/reply", new { text = "What?" })).MustRefuse(404, "not_found");
        (await seller.Review(one, 5, "A pleasure.", "profile")).Must(201);
        (await Seen()).ShouldBe((1, 1), "both have written");

        market.Clock.Walk(TimeSpan.FromDays(7) - TimeSpan.FromMinutes(1));
        await market.Run<RevealReviews>();
        (await Seen()).ShouldBe((1, 1));
        market.Clock.Walk(TimeSpan.FromMinutes(1));
        await market.Run<RevealReviews>();
        await market.Run<RevealReviews>();
        (await Seen()).ShouldBe((2, 1), "the seller said nothing for seven days");
        await market.Drain();
        await CatalogHolds(market);
    }

    [Fact]
    public async Task A_review_helps_once_a_person_is_reported_and_taken_down_with_a_reason()
    {
        var (seller, buyer, reader) = (await Market.SignUp("Nova"), await Market.SignUp("Ana"), await Market.SignUp("Bo"));
        var beat = await seller.PublishBeat();
        var (_, review) = await buyer.Reviewed(beat.Product, 1, "Stolen from me!");
        await seller.SignIn();
        (await buyer.Visitor.Put($"/api/v1/reviews/{review}/helpful")).MustRefuse(403, "own_review");
        (await seller.Visitor.Put($"/api/v1/reviews/{review}/helpful")).MustRefuse(403, "own_review");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => reader.Visitor.Put($"/api/v1/reviews/{review}/helpful")));
        (await reader.Visitor.Put($"/api/v1/reviews/{review}/helpful")).Must().Json.GetProperty("helpful").GetInt32().ShouldBe(1);
        (await reader.Visitor.Delete($"/api/v1/reviews/{review}/helpful")).Must().Json.GetProperty("helpful").GetInt32().ShouldBe(0);
        (await reader.Visitor.Submit($"/p/{beat.Slug}", "form[action*='Helpful']", new Dictionary<string, string?>())).Location!.ShouldEndWith($"/p/{beat.Slug}#{review}");

        (await reader.Visitor.Post("/api/v1/reports", new { kind = "review", id = review, reason = "offensive" })).Must(201);
        await Market.Drain();
        var staff = await seller.Moderator();
        (await staff.Visitor.Get("/api/v1/moderation/reviews?limit=100")).Must().Text.ShouldContain(review.ToString());
        (await reader.Visitor.Get($"/api/v1/reviews?subject={beat.Product}")).Must().Json.GetProperty("rating").GetProperty("count").GetInt32().ShouldBe(1, "a report alone proves nothing");
        (await staff.Visitor.Post($"/api/v1/reviews/{review}/verdict", new { state = "hidden" })).MustRefuse(422, "invalid");
        (await buyer.Visitor.Post($"/api/v1/reviews/{review}/verdict", new { state = "visible" })).MustRefuse(403, "forbidden");
        (await staff.Visitor.Submit($"/admin/reviews/{review}", "main form", new Dictionary<string, string?> { ["Input.State"] = "Hidden", ["Input.Reason"] = "An accusation without proof." })).Status.ShouldBe(302);
        var list = (await reader.Visitor.Get($"/api/v1/reviews?subject={beat.Product}")).Must().Json;
        (list.GetProperty("data").GetArrayLength(), list.GetProperty("rating").GetProperty("count").GetInt32()).ShouldBe((0, 0));
        (await reader.Visitor.Put($"/api/v1/reviews/{review}/helpful")).MustRefuse(404, "not_found");
        (await buyer.Visitor.Patch($"/api/v1/reviews/{review}", new { stars = 2 })).MustRefuse(409, "review_closed");
        (await buyer.Visitor.Get("/account/reviews")).Must().Text.ShouldContain("An accusation without proof.");
        (await Market.Count("SELECT count(*) FROM users.audit_log WHERE act = 'catalog.review_judged' AND subject = $1", review)).ShouldBe(1);
        (await staff.Visitor.Post($"/api/v1/reviews/{review}/verdict", new { state = "visible" })).Must();
        (await reader.Visitor.Get($"/api/v1/reviews?subject={beat.Product}")).Must().Json.GetProperty("rating").GetProperty("average").GetDecimal().ShouldBe(1);
    }

    [Fact]
    public async Task Pages_of_buyer_and_seller_write_change_answer_and_list_in_each_order()
    {
        var seller = await Market.SignUp("Nova");
        var beat = await seller.PublishBeat();
        await seller.SignIn();
        var reviews = new List<Guid>();
        foreach (var stars in new[] { 5, 2, 4, 2 })
        {
            var buyer = await Market.SignUp($"Buyer {stars}");
            reviews.Add((await buyer.Reviewed(beat.Product, stars, $"Worth {stars}")).Review);
            if (stars == 4) (await seller.Visitor.Get("/sell/reviews")).Must().Text.ShouldContain("Worth 4");
        }

        foreach (var (sort, expected) in new[] { ("newest", new[] { 3, 2, 1, 0 }), ("highest", [0, 2, 3, 1]), ("lowest", [1, 3, 2, 0]) })
        {
            var (cursor, seen) = ("", new List<Guid>());
            do
            {
                var page = (await seller.Visitor.Get($"/api/v1/reviews?subject={beat.Product}&sort={sort}&limit=1{cursor}")).Must().Json;
                seen.AddRange(page.GetProperty("data").EnumerateArray().Select(r => r.Id()));
                cursor = page.GetProperty("next_cursor").GetString() is { } next ? $"&cursor={next}" : "";
            }
            while (cursor.Length > 0);
            seen.ShouldBe(expected.Select(i => reviews[i]), sort);
        }

        (await seller.Visitor.Get($"/api/v1/reviews?subject={beat.Product}&stars=2")).Must().Json.GetProperty("data").GetArrayLength().ShouldBe(2);
        var ana = await Market.SignUp("Ana");
        var line = await ana.Received(beat.Product);
        (await ana.Visitor.Get("/account/reviews?state=to_write")).Must().Text.ShouldContain(beat.Title);
        (await ana.Visitor.Submit($"/reviews/{line}", "main form", new Dictionary<string, string?> { ["Input.Text"] = "Nothing chosen" })).Status.ShouldBe(422);
        (await ana.Visitor.Submit($"/reviews/{line}", "main form", new Dictionary<string, string?> { ["Input.Stars"] = "4", ["Input.Text"] = "Fat." })).Location.ShouldBe("/account/reviews");
        (await ana.Visitor.Submit($"/reviews/{line}", "main form", new Dictionary<string, string?> { ["Input.Stars"] = "3", ["Input.Text"] = "Fat, and short." })).Location.ShouldBe("/account/reviews");
        (await seller.Visitor.Submit("/sell/reviews", "main li form", new Dictionary<string, string?> { ["text"] = "It is a loop." })).Location.ShouldBe("/sell/reviews");
        var shown = (await Market.Visitor().Get($"/p/{beat.Slug}")).Must().Html.QuerySelector("#reviews")!.TextContent;
        foreach (var words in new[] { "Fat, and short.", "It is a loop.", "edited", "Verified purchase" }) shown.ShouldContain(words);
        var answered = (await seller.Visitor.Get("/api/v1/shop/reviews?state=answered")).Must().Json.GetProperty("data")[0];
        answered.GetProperty("text").GetString().ShouldBe("Fat, and short.");
    }

    [Fact]
    public async Task After_ten_thousand_random_acts_by_many_at_once_averages_equal_a_recomputation()
    {
        await using var market = await OwnMarket.Open();
        var (seller, staff) = (await market.SignUp("Nova"), await market.Staff(Rights.Moderation));
        var beats = new[] { await seller.PublishBeat(), await seller.PublishBeat(), await seller.PublishBeat() };
        var lines = (await market.Everything.Command(
            """
            INSERT INTO catalog.review_rights (line_id, product_id, shop_id, buyer_id, seller_id, subject_kind, allowed_at)
            SELECT gen_random_uuid(), p.id, p.shop_id, gen_random_uuid(), $2, CASE WHEN n % 5 = 0 THEN 'service' ELSE 'product' END, $3
            FROM catalog.products p CROSS JOIN generate_series(1, 160) n WHERE p.id = ANY ($1) RETURNING line_id, buyer_id, product_id
            """, beats.Select(b => b.Product).ToArray(), seller.Account, market.Clock.GetUtcNow()).List(r => (Line: r.GetGuid(0), Buyer: r.GetGuid(1), Product: r.GetGuid(2)))).ToArray();
        var (written, done, refused) = (new System.Collections.Concurrent.ConcurrentDictionary<Guid, Guid>(), 0, 0);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(async () =>
        {
            var dice = new Random(worker);
            for (var i = 0; i < 2_500; i++)
            {
                var (line, buyer, product) = lines[dice.Next(lines.Length)];
                written.TryGetValue(line, out var review);
                try
                {
                    await market.Do(services => Act(services, dice, line, buyer, product, review));
                    Interlocked.Increment(ref done);
                }
                catch (Refused)
                {
                    Interlocked.Increment(ref refused);
                }
            }
        })));

        done.ShouldBeGreaterThan(6_000, $"{refused} were refused");
        (await market.Count("SELECT count(*) FROM catalog.reviews WHERE state = 'hidden'")).ShouldBeGreaterThan(10);
        (await market.Count("SELECT count(*) FROM catalog.reviews WHERE refunded_at IS NOT NULL")).ShouldBeGreaterThan(10);
        (await market.Count("SELECT count(*) FROM catalog.reviews WHERE revealed_at IS NULL")).ShouldBeGreaterThan(0);
        (await market.Count("SELECT sum(rating_count) FROM catalog.products")).ShouldBeGreaterThan(50);
        await CatalogHolds(market);
        return;

        async Task<bool> Act(IServiceProvider services, Random dice, Guid line, Guid buyer, Guid product, Guid review)
        {
            var (db, work, clock) = (services.GetRequiredService<CatalogDb>(), services.GetRequiredService<UnitOfWork>(), (TimeProvider)market.Clock);
            var (author, moderator) = (Caller.For(buyer), Caller.For(staff.Account, [Rights.Moderation]));
            var what = dice.Next(100);
            if (review == Guid.Empty) written[line] = (await WriteReview.Handle(new WriteReview.Request(line, dice.Next(1, 6)), author, db, work, clock)).Id;
            else if (what < 45) await ChangeReview.Handle(review, new ChangeReview.Request(dice.Next(1, 6)), author, db, work, clock);
            else if (what < 60) await JudgeReview.Handle(review, new JudgeReview.Request((ReviewState)dice.Next(3), "Chance"), moderator, db, work, services.GetRequiredService<IAudit>());
            else if (what < 85) await VoteForReview.Handle(review, dice.Next(3) > 0, Caller.For(lines[dice.Next(20)].Buyer), db, work, clock);
            else if (what < 87) await services.GetRequiredService<ICatalog>().ReviewRefunded(line, product, buyer, clock.GetUtcNow());
            else if (what < 90) await WriteReview.Handle(new WriteReview.Request(line, dice.Next(1, 6), null, Rating.Profile), Caller.For(seller.Account), db, work, clock);
            else await AnswerReview.Handle(review, new AnswerReview.Request($"Thanks {i++}"), Caller.For(seller.Account), db, work, clock);
            return true;
        }
    }

    private int i;

    /// <summary>What must always hold in the catalogue, holds.</summary>
    internal static async Task CatalogHolds(Market market)
    {
        foreach (var invariants in market.Services.GetServices<Invariants>().Where(v => v.Module == "catalog"))
        {
            foreach (var (name, violations, detail) in await market.Source.Command(invariants.Sql).List(r => (r.GetString(0), r.GetInt64(1), r.IsDBNull(2) ? null : r.GetString(2)))) violations.ShouldBe(0, $"{name}: {detail}");
        }
    }

    [Fact]
    public async Task An_average_that_lies_is_noticed()
    {
        await using var market = await OwnMarket.Open();
        var seller = await market.SignUp("Nova");
        var beat = await seller.PublishBeat();
        await (await market.SignUp("Ana")).Reviewed(beat.Product, 5);
        await CatalogHolds(market);
        foreach (var lie in new[]
                 {
                     "UPDATE catalog.products SET rating_average = 4.99 WHERE rating_count > 0", "UPDATE catalog.ratings SET four = four + 1 WHERE subject_kind = 'shop'",
                     "UPDATE catalog.reviews SET helpful_count = 1", "INSERT INTO catalog.tag_changes VALUES ('ghost', 1, 0)",
                 })
        {
            await using var connection = await market.Everything.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await using (var command = new NpgsqlCommand(lie, connection)) await command.ExecuteNonQueryAsync();
            await using var check = new NpgsqlCommand(market.Services.GetServices<Invariants>().Single(v => v.Module == "catalog").Sql, connection);
            (await check.List(r => r.GetInt64(1))).Sum().ShouldBeGreaterThan(0, lie);
        }
    }
}
