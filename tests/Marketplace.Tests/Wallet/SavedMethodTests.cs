using Marketplace.Wallet;

namespace Marketplace.Tests.Wallet;

public sealed class SavedMethodTests : MarketTest
{
    [Fact]
    public async Task A_card_that_was_kept_is_offered_and_pays_without_being_typed()
    {
        var ana = await Market.SignUp();
        var before = (await ana.Visitor.Get("/wallet/methods")).Must();
        before.Text.ShouldContain("Nothing is saved");
        var saved = await ana.SaveMethod();

        var choice = (await ana.Visitor.Get("/wallet/top-up")).Must().Html.QuerySelectorAll("input[name=payment_method]").Select(i => i.GetAttribute("value")).ToList();
        choice.ShouldContain($"sandbox_card/saved_{saved}");
        (await ana.Visitor.Submit("/wallet/top-up", "form.form", new Dictionary<string, string?> { ["Input.Amount"] = "20", ["payment_method"] = $"sandbox_card/saved_{saved}", ["payment_token"] = null })).Must(302);

        (await ana.Available()).ShouldBe(2_500);
        var shown = (await ana.Visitor.Get("/wallet/methods")).Must().Text;
        shown.ShouldContain("4242");
        shown.ShouldContain("Usual");
    }

    [Fact]
    public async Task The_token_is_sealed_and_nobody_else_can_see_use_or_remove_it()
    {
        var (ana, eve) = (await Market.SignUp(), await Market.SignUp("Eve"));
        var saved = await ana.SaveMethod();

        (await Market.Everything.Command("SELECT count(*) FROM wallet.payment_methods WHERE id = $1 AND encode(token, 'escape') NOT LIKE '%sbm_%'", saved).Scalar<long>()).ShouldBe(1);
        (await Market.Source.Command("SELECT count(*) FROM wallet.payment_methods").Scalar<long>()).ShouldBe(0, "without saying whose, nothing is seen");
        (await eve.TopUp(500, "EUR", $"saved_{saved}")).MustRefuse(422, "payment_method_gone");
        (await eve.TopUp(500, "EUR", $"sbm_{saved:n}")).Must(201).Json.GetProperty("failure_code").GetString().ShouldBe("card_unknown", "a provider's token is not taken from a browser");
        (await eve.Visitor.Send(HttpMethod.Delete, $"/api/v1/payment-methods/{saved}", null)).MustRefuse(404, "not_found");
        (await ana.TopUp(500, "EUR", $"saved_{saved}")).Must(201).Json.GetProperty("state").GetString().ShouldBe("captured");
    }

    [Fact]
    public async Task One_is_the_usual_one_and_when_it_goes_another_is()
    {
        await using var market = await OwnMarket.Open();
        var ana = await market.SignUp();
        var first = await ana.SaveMethod();
        await ana.SaveMethod(SandboxProvider.FeeLate);
        var second = (await Methods(ana)).Single(m => m.Id != first).Id;
        (await Methods(ana)).ShouldBe([(first, true), (second, false)]);

        (await ana.Visitor.Submit("/wallet/methods", "form[action*=Prefer]", new Dictionary<string, string?>())).Must(302);
        (await Methods(ana)).ShouldBe([(second, true), (first, false)]);
        (await ana.Visitor.Send(HttpMethod.Delete, $"/api/v1/payment-methods/{second}", null)).Must(204);
        (await Methods(ana)).ShouldBe([(first, true)]);

        await market.Run<ForgetMethods>();
        (await market.Source.Command("SELECT count(*) FROM wallet.sandbox_methods WHERE forgotten_at IS NOT NULL").Scalar<long>()).ShouldBe(1, "its provider forgets it, too");
        (await market.Everything.Command("SELECT count(*) FROM wallet.payment_methods").Scalar<long>()).ShouldBe(1);
    }

    [Fact]
    public async Task The_same_card_kept_twice_is_there_once_and_an_expired_one_is_not_taken()
    {
        await using var market = await OwnMarket.Open();
        var ana = await market.SignUp();
        await ana.SaveMethod();
        var saved = await ana.SaveMethod();
        (await Methods(ana)).ShouldBe([(saved, true)]);

        market.Clock.Walk(TimeSpan.FromDays(365 * 4));
        await ana.SignIn();
        (await ana.TopUp(500, "EUR", $"saved_{saved}")).MustRefuse(422, "payment_method_gone");
        (await ana.Visitor.Get("/wallet/methods")).Must().Text.ShouldContain("Cannot be used any more");
    }

    private static async Task<List<(Guid Id, bool IsDefault)>> Methods(Person person) => (await person.Visitor.Get("/api/v1/payment-methods")).Must().Json.GetProperty("data")
        .EnumerateArray().Select(m => (m.Id(), m.GetProperty("is_default").GetBoolean())).ToList();
}
