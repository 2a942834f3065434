using System.Collections.Concurrent;
using Marketplace.Users;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Users;

public sealed class ThrottleTests
{
    [Fact]
    public async Task A_thousand_addresses_get_at_most_twenty_guesses_an_hour_and_the_owner_gets_in()
    {
        await using var market = await OwnMarket.Open();
        var other = await market.AnotherHost();
        var ana = await market.SignUp();                 // from here she has signed in before
        using var here = market.Visitor();
        using var there = other.Visitor();
        var evaluated = 0;
        for (var guess = 0; guess < 1_800; guess++)
        {
            market.Clock.Walk(TimeSpan.FromSeconds(2));
            var answer = await Guess(guess % 2 == 0 ? here : there, ana.Email, $"198.{18 + (guess / 250)}.{guess % 250}.7");
            answer.Status.ShouldBeOneOf(401, 429);
            if (answer.Status == 401) evaluated++;
        }

        evaluated.ShouldBeInRange(10, 20);
        await ana.SignIn();
        // From an address that nobody knows she waits for as long as she is told, and no longer.
        using var away = market.Visitor();
        away.Http.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.9");
        var told = await away.Post("/api/v1/sessions", new { email = ana.Email, password = ana.Password });
        if (told.Status == 429)
        {
            told.Code.ShouldBe("too_many_attempts");
            told.Headers.RetryAfter!.Delta!.Value.ShouldBeLessThanOrEqualTo(TimeSpan.FromMinutes(15));
            market.Clock.Walk(told.Headers.RetryAfter.Delta.Value);
            told = await away.Post("/api/v1/sessions", new { email = ana.Email, password = ana.Password });
        }

        told.Must(201);
    }

    [Fact]
    public async Task Guesses_at_the_same_time_are_counted_one_by_one_on_all_hosts_together()
    {
        await using var market = await OwnMarket.Open();
        var other = await market.AnotherHost();
        var ana = await market.SignUp();
        using var here = market.Visitor();
        using var there = other.Visitor();
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Guess(i % 2 == 0 ? here : there, ana.Email, $"198.51.{i}.7")));
        answers.Count(a => a.Status == 401).ShouldBe(6);
        answers.Where(a => a.Status != 401).ShouldAllBe(a => a.Code == "too_many_attempts" && a.Headers.RetryAfter != null);
        await ana.SignIn();
    }

    [Fact]
    public async Task Known_and_unknown_addresses_get_the_same_answers_after_the_same_work()
    {
        var verified = new ConcurrentQueue<string>();
        await using var market = await OwnMarket.Open(adjust: services => services.AddSingleton<IPasswordHasher<Account>>(new CountingHasher(verified)));
        var ana = await market.SignUp();
        verified.Clear();
        using var visitor = market.Visitor();
        for (var guess = 0; guess < 9; guess++)
        {
            // Her own range counts apart: guesses come from elsewhere.
            var known = await Guess(visitor, ana.Email, "203.0.113.5");
            var work = verified.Count;
            verified.Clear();
            var unknown = await Guess(visitor, "nobody@example.com", "203.0.113.5");
            verified.Count.ShouldBe(work);
            verified.Clear();
            known.Status.ShouldBe(guess < 6 ? 401 : 429);
            work.ShouldBe(guess < 6 ? 1 : 0);
            unknown.Status.ShouldBe(known.Status);
            unknown.Headers.RetryAfter.ShouldBe(known.Headers.RetryAfter);
            Shown(unknown).ShouldBe(Shown(known));
        }

        static string Shown(Answer answer) => answer.Text.Replace(answer.Json.GetProperty("request_id").GetString()!, "");
    }

    [Fact]
    public async Task One_range_of_addresses_cannot_try_one_password_at_everybody()
    {
        await using var market = await OwnMarket.Open();
        using var visitor = market.Visitor();
        var answers = new List<Answer>();
        for (var i = 0; i < 120; i++) answers.Add(await Guess(visitor, $"somebody{i}@example.com", $"203.0.113.{i}"));
        answers.Take(100).ShouldAllBe(a => a.Status == 401);
        answers.Skip(100).ShouldAllBe(a => a.Status == 429);
        (await Guess(visitor, "somebody@example.com", "203.0.114.1")).MustRefuse(401, "sign_in_failed");
    }

    [Fact]
    public async Task Asking_who_is_here_by_signing_up_is_slowed()
    {
        await using var market = await OwnMarket.Open();
        var ana = await market.SignUp();
        using var visitor = market.Visitor();
        Task<Answer> Ask(string email) => visitor.Post("/api/v1/accounts", new { email, password = UsersSteps.Password, display_name = "Eve" });
        for (var i = 0; i < 10; i++) (await Ask(ana.Email)).MustRefuse(409, "email_taken");
        var slowed = (await Ask(ana.Email)).MustRefuse(429, "too_many_attempts");
        market.Clock.Walk(slowed.Headers.RetryAfter!.Delta!.Value);
        (await Ask(UsersSteps.NewEmail())).Must(201);
    }

    [Fact]
    public async Task An_address_that_a_client_invents_does_not_move_the_count()
    {
        await using var market = await OwnMarket.Open();
        using var visitor = market.Visitor();
        // The proxy appends what it saw: only the last entry counts.
        for (var i = 0; i < 101; i++) await Guess(visitor, $"somebody{i}@example.com", $"10.{i}.0.1, 203.0.113.77");
        (await Guess(visitor, "another@example.com", "10.200.0.1, 203.0.113.77")).MustRefuse(429, "too_many_attempts");
    }

    private static async Task<Answer> Guess(Visitor visitor, string email, string from)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/sessions") { Content = System.Net.Http.Json.JsonContent.Create(new { email, password = "not the password" }) };
        request.Headers.Add("X-Forwarded-For", from);
        using var response = await visitor.Http.SendAsync(request);
        return await Answer.Read(response);
    }

    private sealed class CountingHasher(ConcurrentQueue<string> verified) : IPasswordHasher<Account>
    {
        private readonly PasswordHasher<Account> hasher = new();

        public string HashPassword(Account user, string password) => hasher.HashPassword(user, password);

        public PasswordVerificationResult VerifyHashedPassword(Account user, string hashedPassword, string providedPassword)
        {
            verified.Enqueue(hashedPassword);
            return hasher.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }
    }
}
