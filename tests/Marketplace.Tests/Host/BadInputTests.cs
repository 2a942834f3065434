using System.Text.RegularExpressions;
using Marketplace.Users;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Host;

/// <summary>Whatever is sent to whatever route of the API: a clear refusal, and nothing has changed. New routes are asked without being listed here.</summary>
public sealed partial class BadInputTests
{
    private static readonly (string Body, string Type)[] Bodies =
    [
        ("", "application/json"),
        ("{", "application/json"),
        ("null", "application/json"),
        ("[]", "application/json"),
        ("42", "application/json"),
        ("\"text\"", "application/json"),
        ("{\"no_such_member\": 1}", "application/json"),
        ("{\"\\u0000\": \"\\u0000\"}", "application/json"),
        (string.Concat(Enumerable.Repeat("{\"a\":", 40)) + "1" + new string('}', 40), "application/json"),
        ("{}", "text/plain"),
        ("a=b", "application/x-www-form-urlencoded"),
        ("<a/>", "application/xml"),
        ("no boundary", "multipart/form-data"),
    ];

    [Fact]
    public async Task Every_route_that_writes_refuses_garbage_with_a_code_and_changes_nothing()
    {
        await using var market = await OwnMarket.Open();
        var person = await market.Staff([.. Rights.All]);
        await market.Grant(person.Account, [.. Capabilities.All]);
        var routes = Routes(market).Where(r => r.Endpoint.Metadata.GetMetadata<WriteRoute>() is { Request: { } request } && request.GetProperties().Length > 0).ToList();
        routes.Count.ShouldBeGreaterThan(10);
        var before = await Contents(market);
        var wrong = new List<string>();

        foreach (var (endpoint, method, path) in routes)
        {
            foreach (var (body, type) in Bodies)
            {
                var answer = await person.Visitor.Send(new HttpMethod(method), path, new StringContent(body) { Headers = { ContentType = new(type) } }, key: Ids.New(TimeProvider.System).ToString());
                if (answer.Status is < 400 or >= 500 || answer.Code is null) wrong.Add($"{method} {path} {type} {body}: {answer.Status} {answer.Text}");
            }
        }

        wrong.ShouldBeEmpty();
        (await Contents(market)).ShouldBe(before);
    }

    [Fact]
    public async Task Every_route_with_an_id_answers_one_that_is_not_there_with_404_or_a_refusal_of_the_request()
    {
        await using var market = await OwnMarket.Open();
        var person = await market.Staff([.. Rights.All]);
        await market.Grant(person.Account, [.. Capabilities.All]);
        var wrong = new List<string>();
        foreach (var (_, method, path) in Routes(market).Where(r => r.Endpoint.RoutePattern.Parameters.Count > 0 && r.Method is "GET" or "DELETE"))
        {
            foreach (var at in new[] { path, Id().Replace(path, "not-an-id"), Id().Replace(path, new string('a', 2000)) })
            {
                var answer = await person.Visitor.Send(new HttpMethod(method), at, null);
                if (answer.Status is < 400 or >= 500 || answer.Code is null) wrong.Add($"{method} {at}: {answer.Status} {answer.Text}");
            }
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_list_refuses_a_limit_or_cursor_that_makes_no_sense()
    {
        await using var market = await OwnMarket.Open();
        var person = await market.Staff([.. Rights.All]);
        await market.Grant(person.Account, [.. Capabilities.All]);
        var wrong = new List<string>();
        var refused = 0;
        foreach (var (_, _, path) in Routes(market).Where(r => r.Method == "GET" && r.Endpoint.RoutePattern.Parameters.Count == 0))
        {
            foreach (var query in new[] { "?limit=0", "?limit=101", "?limit=x", "?cursor=forged" })
            {
                var answer = await person.Visitor.Get(path + query);
                // What is no list knows neither; a file is always whole.
                if (answer.Status is 404 || (answer.Status is 200 && (answer.ContentHeaders.ContentType?.MediaType == "text/csv" || !answer.Json.TryGetProperty("has_more", out _)))) continue;
                if (answer.Status is < 400 or >= 500 || answer.Code is null) wrong.Add($"GET {path}{query}: {answer.Status} {answer.Text[..Math.Min(200, answer.Text.Length)]}");
                else refused++;
            }
        }

        wrong.ShouldBeEmpty();
        refused.ShouldBeGreaterThan(10);
    }

    private static IEnumerable<(RouteEndpoint Endpoint, string Method, string Path)> Routes(Market market) => market.Services
        .GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
        .Where(e => e.RoutePattern.RawText!.StartsWith("/api/v1", StringComparison.Ordinal))
        .SelectMany(e => e.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Select(method => (e, method, Parameter().Replace(e.RoutePattern.RawText!, _ => Ids.New(TimeProvider.System).ToString()))));

    // How many rows each table has; what an attempt leaves on purpose (attempts, sessions seen) apart.
    private static async Task<string> Contents(Market market)
    {
        var tables = await market.Source.Command(
            """
            SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind = 'r' AND n.nspname IN ('kernel', 'users', 'wallet', 'catalog', 'orders', 'notifications')
              AND c.relname NOT IN ('migrations', 'data_protection_keys', 'rate_buckets') AND c.relname NOT LIKE '%attempts%' ORDER BY 1
            """).List(r => r.GetString(0));
        var counts = new List<string>();
        foreach (var table in tables) counts.Add($"{table} {await market.Everything.Command($"SELECT count(*) FROM {table}").Scalar<long>()}");
        return string.Join('\n', counts);
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"[0-9a-f]{8}-[0-9a-f-]{27}")]
    private static partial Regex Id();
}
