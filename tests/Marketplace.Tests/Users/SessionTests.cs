using Marketplace.Users;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Users;

public sealed class SessionTests : MarketTest
{
    [Fact]
    public async Task Every_sign_in_makes_a_new_token_and_only_its_hash_is_kept()
    {
        var ana = await Market.SignUp();
        var first = ana.Visitor.Token!;
        await ana.SignIn();
        ana.Visitor.Token.ShouldNotBe(first);
        (await Market.Everything.Command("SELECT string_agg(s::text, ' ') FROM users.sessions s WHERE account = $1", ana.Account).Scalar<string>())!.ShouldNotContain(first);
        ana.Visitor.Token = first;
        (await ana.Visitor.Get("/api/v1/me")).Must();        // the other device stays signed in
    }

    [Fact]
    public async Task What_is_ended_here_is_ended_at_once_here_and_within_five_seconds_elsewhere()
    {
        await using var market = await OwnMarket.Open();
        var other = await market.AnotherHost();
        var ana = await market.SignUp();
        using var elsewhere = other.Visitor();
        elsewhere.Token = ana.Visitor.Token;
        (await ana.Visitor.Get("/api/v1/me")).Must();
        (await elsewhere.Get("/api/v1/me")).Must();

        (await ana.Visitor.Delete("/api/v1/sessions/current")).Must(204);
        (await ana.Visitor.Get("/api/v1/me")).MustRefuse(401, "unauthenticated");
        market.Clock.Walk(TimeSpan.FromSeconds(5));
        (await elsewhere.Get("/api/v1/me")).MustRefuse(401, "unauthenticated");
    }

    [Fact]
    public async Task Rights_given_here_are_seen_elsewhere_within_five_seconds()
    {
        await using var market = await OwnMarket.Open();
        var other = await market.AnotherHost();
        var ana = await market.SignUp();
        using var elsewhere = other.Visitor();
        elsewhere.Cookies.Add(elsewhere.Http.BaseAddress!, new System.Net.Cookie("session", ana.Visitor.Token, "/"));
        (await elsewhere.Get("/admin/people")).Must(403);
        await market.Do(services => services.GetRequiredService<IUsers>().GrantRight(ana.Account, Rights.People));
        (await ana.Visitor.Get("/admin/people")).Must();
        market.Clock.Walk(TimeSpan.FromSeconds(5));
        (await elsewhere.Get("/admin/people")).Must();
    }

    [Theory]
    [InlineData("banned")]
    [InlineData("deleted")]
    public async Task Who_may_not_sign_in_is_out_within_five_seconds(string status)
    {
        await using var market = await OwnMarket.Open();
        var ana = await market.SignUp();
        (await ana.Visitor.Get("/api/v1/me")).Must();
        await market.Source.Command("UPDATE users.accounts SET status = $2 WHERE id = $1", ana.Account, status).Execute();
        market.Clock.Walk(TimeSpan.FromSeconds(5));
        (await ana.Visitor.Get("/api/v1/me")).MustRefuse(401, "unauthenticated");

        var wrong = (await ana.Visitor.Post("/api/v1/sessions", new { email = ana.Email, password = "not the password" })).MustRefuse(401, "sign_in_failed");
        var right = await ana.Visitor.Post("/api/v1/sessions", new { email = ana.Email, password = ana.Password });
        if (status == "banned") right.MustRefuse(403, "account_banned");
        else right.MustRefuse(401, "sign_in_failed").Json.GetProperty("detail").GetString().ShouldBe(wrong.Json.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Who_is_suspended_may_read_but_has_neither_capabilities_nor_rights()
    {
        await using var market = await OwnMarket.Open();
        var staff = await market.Staff(Rights.People);
        await market.Source.Command("UPDATE users.accounts SET status = 'suspended' WHERE id = $1", staff.Account).Execute();
        market.Clock.Walk(TimeSpan.FromSeconds(5));
        await staff.SignIn();
        (await staff.Visitor.Get("/api/v1/me")).Must().Json.GetProperty("status").GetString().ShouldBe("suspended");
        (await staff.Visitor.Get("/admin/people")).Must(403);
    }

    [Fact]
    public async Task A_session_ends_after_14_days_without_use()
    {
        await using var market = await OwnMarket.Open();
        var ana = await market.SignUp();
        market.Clock.Walk(TimeSpan.FromDays(14) - TimeSpan.FromSeconds(1));
        (await ana.Visitor.Get("/api/v1/me")).Must();
        await market.Services.GetRequiredService<LastSeen>().Write();
        market.Clock.Walk(TimeSpan.FromDays(14) - TimeSpan.FromSeconds(1));
        (await ana.Visitor.Get("/api/v1/me")).Must();
        await market.Services.GetRequiredService<LastSeen>().Write();
        market.Clock.Walk(TimeSpan.FromDays(14));
        (await ana.Visitor.Get("/api/v1/me")).MustRefuse(401, "unauthenticated");
    }

    [Fact]
    public async Task A_session_in_daily_use_ends_after_90_days()
    {
        await using var market = await OwnMarket.Open();
        var ana = await market.SignUp();
        for (var day = 0; day < 89; day += 10)
        {
            market.Clock.Walk(TimeSpan.FromDays(day + 10 < 90 ? 10 : 9.99));
            (await ana.Visitor.Get("/api/v1/me")).Must();
            await market.Services.GetRequiredService<LastSeen>().Write();
        }

        market.Clock.Walk(TimeSpan.FromDays(1));
        (await ana.Visitor.Get("/api/v1/me")).MustRefuse(401, "unauthenticated");
    }

    [Fact]
    public async Task Who_holds_rights_signs_in_again_after_30_minutes_unused_or_12_hours()
    {
        await using var market = await OwnMarket.Open();
        var staff = await market.Staff(Rights.Support);
        market.Clock.Walk(TimeSpan.FromMinutes(30));
        (await staff.Visitor.Get("/api/v1/me")).MustRefuse(401, "unauthenticated");

        await staff.SignIn();
        for (var minutes = 0; minutes < 700; minutes += 25)
        {
            market.Clock.Walk(TimeSpan.FromMinutes(25));
            (await staff.Visitor.Get("/api/v1/me")).Must();
            await market.Services.GetRequiredService<LastSeen>().Write();
        }

        market.Clock.Walk(TimeSpan.FromMinutes(20));
        (await staff.Visitor.Get("/api/v1/me")).MustRefuse(401, "unauthenticated");
    }

    [Fact]
    public async Task When_a_session_was_used_is_written_once_a_minute_behind_the_request()
    {
        await using var market = await OwnMarket.Open();
        var ana = await market.SignUp();
        var seen = market.Services.GetRequiredService<LastSeen>();
        async Task<DateTimeOffset> Stored() => new(await market.Everything.Command("SELECT last_seen_at FROM users.sessions WHERE account = $1", ana.Account).Scalar<DateTime>());
        var start = market.Clock.GetUtcNow();

        market.Clock.Walk(TimeSpan.FromSeconds(59));
        (await ana.Visitor.Get("/api/v1/me")).Must();
        await seen.Write();
        (await Stored()).ShouldBe(start);
        market.Clock.Walk(TimeSpan.FromSeconds(1));
        (await ana.Visitor.Get("/api/v1/me")).Must();
        await seen.Write();
        (await Stored()).ShouldBe(start.AddMinutes(1));
    }

    [Fact]
    public async Task Old_sessions_and_counted_guesses_are_forgotten()
    {
        await using var market = await OwnMarket.Open();
        var ana = await market.SignUp();
        await ana.Visitor.Post("/api/v1/sessions", new { email = ana.Email, password = "not the password" });
        market.Clock.Walk(TimeSpan.FromDays(89));
        await market.Run<PurgeSessions>();
        (await Count(market, "sessions")).ShouldBe(1);
        (await Count(market, "sign_in_attempts")).ShouldBe(0);
        market.Clock.Walk(TimeSpan.FromDays(2));
        await market.Run<PurgeSessions>();
        (await Count(market, "sessions")).ShouldBe(0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("Bearer x")]
    [InlineData("Bearer AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("Basic YW5hOmFuYQ==")]
    [InlineData("Bearer '; DROP TABLE users.sessions; --")]
    public async Task A_token_that_is_none_is_refused_even_beside_a_good_cookie(string header)
    {
        var ana = await Market.SignUp();
        ana.Visitor.Token = null;
        ana.Visitor.Http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", header);
        var answer = await ana.Visitor.Get("/api/v1/me");
        if (header.Length == 0) answer.Must();     // no header at all: the cookie reads
        else answer.MustRefuse(401, "unauthenticated").Headers.WwwAuthenticate.ToString().ShouldBe("Bearer");
    }

    [Fact]
    public void In_production_the_cookie_is_bound_to_the_host_and_to_tls()
    {
        var http = new DefaultHttpContext();
        new SessionCookie(new SignUpTests.Production()).Write(http, "token", TimeSpan.FromHours(1));
        var cookie = http.Response.Headers.SetCookie.ToString();
        cookie.ShouldStartWith("__Host-session=token;");
        foreach (var flag in new[] { "secure", "httponly", "samesite=lax", "path=/", "max-age=3600" }) cookie.ShouldContain(flag);
        cookie.ShouldNotContain("domain");
    }

    private static Task<long> Count(Market market, string table) => market.Everything.Command($"SELECT count(*) FROM users.{table}").Scalar<long>();
}
