using System.Diagnostics;
using Marketplace.Users;

namespace Marketplace.Tests.Users;

/// <summary>Guessing is slow, asking who is here tells nothing, and the owner gets in all the while.</summary>
public sealed class SignInThrottleTests : IAsyncLifetime
{
    private OwnMarket market = null!;

    public async Task InitializeAsync() => market = await OwnMarket.Open();

    public async Task DisposeAsync() => await market.DisposeAsync();

    [Fact]
    public async Task Of_ten_thousand_guesses_from_a_thousand_addresses_twenty_an_hour_are_looked_at_and_the_owner_gets_in()
    {
        var other = await market.AnotherHost();
        var ana = await market.SignUp();
        using var passkey = new SoftPasskey();
        await ana.AddPasskey(passkey);
        using var here = market.Visitor();
        using var there = other.Visitor();
        var evaluated = 0;
        for (var round = 0; round < 1_000; round++)
        {
            market.Clock.Walk(TimeSpan.FromSeconds(3.6));
            var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Guess(i % 2 == 0 ? here : there, ana.Email, $"198.{18 + (round / 250)}.{round % 250}.{i}")));
            answers.ShouldAllBe(a => a.Status == 401 || a.Status == 429);
            evaluated += answers.Count(a => a.Status == 401);
        }

        evaluated.ShouldBeInRange(6, 20);

        // From an address that is as new to the account as the guesser's.
        using var away = market.Visitor();
        away.Http.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.9");
        (await away.Post("/api/v1/sessions", new { email = ana.Email, password = ana.Password })).MustRefuse(429, "too_many_attempts");
        (await passkey.SignIn(away)).Must(201);
        var nonce = (await away.Post("/api/v1/magic-links", new { email = ana.Email })).Must(202).Json.GetProperty("nonce").GetString();
        (await away.Post("/api/v1/magic-links/consume", new { token = SignInSteps.TokenOf(await market.MailedLink(ana.Account, LinkPurpose.SignIn)), nonce })).Must(201);
    }

    [Fact]
    public async Task Five_hundred_sign_ins_with_known_and_unknown_addresses_take_the_same_time()
    {
        var ana = await market.SignUp();
        using var visitor = market.Visitor();
        await SameTime(500, (email, _) => visitor.Post("/api/v1/sessions", new { email, password = "not the password" }), ana.Email, 401);
    }

    [Fact]
    public async Task Asking_for_a_link_takes_the_same_time_for_known_and_unknown_addresses()
    {
        var ana = await market.SignUp();
        using var visitor = market.Visitor();
        await SameTime(300, (email, _) => visitor.Post("/api/v1/magic-links", new { email }), ana.Email, 202);
    }

    private async Task SameTime(int samples, Func<string, int, Task<Answer>> ask, string known, int status)
    {
        var (ofKnown, ofUnknown) = (new List<double>(), new List<double>());
        for (var i = -20; i < samples; i++)
        {
            // A day later everything counted is forgotten.
            market.Clock.Walk(TimeSpan.FromHours(25));
            var pair = new[] { (Email: known, To: ofKnown), (Email: $"nobody{i + 20}@example.com", To: ofUnknown) };
            foreach (var (email, to) in i % 2 == 0 ? pair : pair.Reverse())
            {
                var begun = Stopwatch.GetTimestamp();
                (await ask(email, i)).Must(status);
                if (i >= 0) to.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            }
        }

        Math.Abs(Median(ofKnown) - Median(ofUnknown)).ShouldBeLessThan(5);

        static double Median(List<double> of) => of.Order().ElementAt(of.Count / 2);
    }

    private static async Task<Answer> Guess(Visitor visitor, string email, string from)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/sessions") { Content = System.Net.Http.Json.JsonContent.Create(new { email, password = "not the password" }) };
        request.Headers.Add("X-Forwarded-For", from);
        using var response = await visitor.Http.SendAsync(request);
        return await Answer.Read(response);
    }
}
