using System.Net;
using System.Text;
using Marketplace.Users;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Tests.Users;

/// <summary>What no honest client sends: every route answers with a problem and changes nothing.</summary>
public sealed class GarbageTests
{
    private static readonly (string Body, int Status)[] Accounts =
    [
        ("", 400), ("{", 400), ("[]", 400), ("null", 400), ("\"x\"", 400), ("{}", 400),
        ("""{"email":"a@example.com","password":"correct horse battery"}""", 400),
        ("""{"email":1,"password":"correct horse battery","display_name":"A"}""", 400),
        ("""{"email":null,"password":"correct horse battery","display_name":"A"}""", 400),
        ("""{"email":["a@example.com"],"password":"correct horse battery","display_name":"A"}""", 400),
        ("""{"email":"a@example.com","password":"correct horse battery","display_name":"A","rights":["owner"]}""", 400),
        ("""{"email":"a@example.com","password":"correct horse battery","display_name":"A","status":"active"}""", 400),
        ("""{"email":"a@example.com","email":"b@example.com","password":"correct horse battery","display_name":"A"}""", 400),
        ("""{"email":"a@example.com","password":"correct horse battery","display_name":"\ud800"}""", 400),
        ("""{"email":"a","password":"correct horse battery","display_name":"A"}""", 422),
        ("""{"email":"a b@example.com","password":"correct horse battery","display_name":"A"}""", 422),
        ("""{"email":"a@example.com\u0000","password":"correct horse battery","display_name":"A"}""", 422),
        ("""{"email":"a@b@example.com","password":"correct horse battery","display_name":"A"}""", 422),
        ("""{"email":"a@example.com","password":"correct horse battery","display_name":"A\u0000"}""", 422),
        ("""{"email":"a@example.com","password":"correct horse battery","display_name":"A\nB"}""", 422),
        ("""{"email":"a@example.com","password":"correct horse battery","display_name":"\u202eevil"}""", 422),
        ("""{"email":"a@example.com","password":"correct horse battery","display_name":"   "}""", 422),
        ("""{"email":"a@example.com","password":"short","display_name":"A"}""", 422),
        ("""{"email":"a@example.com","password":"correct horse battery","display_name":"A","username":"a"}""", 422),
        ("""{"email":"a@example.com","password":"correct horse battery","display_name":"A","username":"Ana"}""", 422),
        ("""{"email":"a@example.com","password":"correct horse battery","display_name":"A","username":"ana\n"}""", 422),
        ("""{"email":"a@example.com","password":"correct horse battery","display_name":"A","username":"' OR 1=1 --"}""", 422),
        ($$"""{"email":"{{new string('a', 250)}}@example.com","password":"correct horse battery","display_name":"A"}""", 422),
        ($$"""{"email":"a@example.com","password":"{{new string('a', 100_000)}}","display_name":"A"}""", 422),
        ($$"""{"email":"a@example.com","password":"correct horse battery","display_name":"{{new string('a', 61)}}"}""", 422),
        ($$"""{"email":"a@example.com","password":"correct horse battery","display_name":"{{new string('a', 300_000)}}"}""", 413),
        (string.Concat(Enumerable.Repeat("""{"email":""", 40)), 400),
    ];

    private static readonly (string Body, int Status)[] Sessions =
    [
        ("", 400), ("{}", 400), ("[1]", 400),
        ("""{"email":"a@example.com"}""", 400),
        ("""{"email":"a@example.com","password":null}""", 400),
        ("""{"email":"a@example.com","password":true}""", 400),
        ("""{"email":"a@example.com","password":"x","remember":true}""", 400),
        ("""{"email":"","password":"x"}""", 422),
        ("""{"email":"a@example.com\u0000","password":"x"}""", 422),
        ("""{"email":"a@example.com","password":""}""", 422),
        ($$"""{"email":"a@example.com","password":"{{new string('a', 129)}}"}""", 422),
        ("""{"email":"a@example.com","password":"\u0000"}""", 401),
    ];

    private static readonly (string Body, int Status)[] Me =
    [
        ("", 400), ("[]", 400), ("""{"display_name":7}""", 400), ("""{"email":"b@example.com"}""", 400), ("""{"id":"x","status":"active"}""", 400), ("""{"tier":"ultimate"}""", 400), ("""{"capabilities":["can_sell"]}""", 400),
        ("""{"display_name":""}""", 422), ("""{"username":"admin"}""", 422), ("""{"username":"a/b"}""", 422), ($$"""{"username":"{{new string('a', 31)}}"}""", 422),
    ];

    [Fact]
    public async Task Garbage_is_a_problem_and_changes_nothing()
    {
        await using var market = await OwnMarket.Open();
        var ana = await market.SignUp();
        var before = await State(market);
        foreach (var (method, path, table) in new[] { (HttpMethod.Post, "/api/v1/accounts", Accounts), (HttpMethod.Post, "/api/v1/sessions", Sessions), (HttpMethod.Patch, "/api/v1/me", Me) })
        {
            foreach (var (body, status) in table)
            {
                var answer = await ana.Visitor.Send(method, path, new StringContent(body, Encoding.UTF8, "application/json"));
                answer.Status.ShouldBe(status, $"{method} {path} {(body.Length > 200 ? body[..200] : body)}\n{answer.Text}");
                answer.Code.ShouldNotBeNull();
                answer.Text.ShouldNotContain("Exception");
            }

            foreach (var type in new[] { "text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x" })
            {
                var content = new ByteArrayContent(Encoding.UTF8.GetBytes("{}"));
                content.Headers.TryAddWithoutValidation("Content-Type", type);
                (await ana.Visitor.Send(method, path, content)).MustRefuse(415, "unsupported_media_type");
            }
        }

        (await ana.Visitor.Put("/api/v1/me", new { })).MustRefuse(405, "method_not_allowed");
        (await ana.Visitor.Post("/api/v1/sessions/current", new { })).MustRefuse(405, "method_not_allowed");
        (await ana.Visitor.Get("/api/v1/nothing")).MustRefuse(404, "not_found");
        (await State(market)).ShouldBe(before);
    }

    [Fact]
    public void Strange_user_agents_are_kept_as_far_as_they_are_printable()
    {
        var http = new DefaultHttpContext();
        http.Request.Headers.UserAgent = "Bot/1.0\t\u0000\ud800é" + new string('x', 900);
        Visit.Of(http).UserAgent.ShouldBe("Bot/1.0" + new string('x', 393));
    }

    [Theory]
    [InlineData("203.0.113.77", "203.0.113.0/24")]
    [InlineData("::ffff:203.0.113.77", "203.0.113.0/24")]
    [InlineData("2001:db8:1:2ff:3:4:5:6", "2001:db8:1:200::/56")]
    [InlineData("fe80::1%3", "fe80::/56")]
    [InlineData(null, "0.0.0.0/32")]
    public void One_household_is_one_range(string? address, string range)
    {
        var http = new DefaultHttpContext();
        http.Connection.RemoteIpAddress = address is null ? null : IPAddress.Parse(address);
        Visit.Of(http).Prefix.ShouldBe(range);
    }

    private static Task<string?> State(Market market) => market.Everything.Command(
        "SELECT (SELECT jsonb_agg(a ORDER BY id)::text FROM users.accounts a) || (SELECT jsonb_agg(s ORDER BY id)::text FROM users.sessions s) || (SELECT jsonb_agg(c ORDER BY account, name)::text FROM users.account_capabilities c)").Scalar<string>();
}
