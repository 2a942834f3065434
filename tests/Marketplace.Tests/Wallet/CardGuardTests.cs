using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Marketplace.Users;
using Marketplace.Wallet;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Tests.Wallet;

/// <summary>A card's number in any field of anything is refused and is nowhere afterwards.</summary>
public sealed partial class CardGuardTests : MarketTest
{
    private const string Number = "4111 1111 1111 1111", Plain = "4111111111111111";

    [Fact]
    public async Task No_text_field_of_any_route_or_page_takes_a_card_number_and_it_is_nowhere_afterwards()
    {
        var log = new Notes();
        await using var market = await OwnMarket.Open(adjust: services => services.AddSingleton<ILoggerFactory>(new LoggerFactory([log])));
        var person = await market.Staff([.. Rights.All]);
        await market.Grant(person.Account, [.. Capabilities.All]);
        var endpoints = market.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>().ToList();
        var (wrong, asked) = (new List<string>(), 0);

        foreach (var endpoint in endpoints)
        {
            if (endpoint.Metadata.GetMetadata<WriteRoute>() is not { Request: { } request }) continue;
            var path = Parameter().Replace("/" + endpoint.RoutePattern.RawText!.TrimStart('/'), _ => WalletSteps.NewId().ToString());
            foreach (var method in endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Routing.IHttpMethodMetadata>()!.HttpMethods)
            {
                foreach (var field in Texts(request))
                {
                    asked++;
                    var answer = await person.Visitor.Send(new HttpMethod(method), path,
                        new StringContent(Body(field, asked % 2 == 0 ? Number : Plain), System.Text.Encoding.UTF8, "application/json"), key: WalletSteps.Key());
                    if (answer.Status != 422 || answer.Code != "card_number_refused" || new[] { "1111 1111", "11111111" }.Any(part => answer.Text.Contains(part, StringComparison.Ordinal))) wrong.Add($"{method} {path} {field}: {answer.Status} {answer.Text}");
                }
            }
        }

        foreach (var endpoint in endpoints.Where(e => e.Metadata.GetMetadata<PageActionDescriptor>() is not null && e.RoutePattern.RawText?.Trim('/') != "error"))
        {
            var path = Parameter().Replace("/" + endpoint.RoutePattern.RawText!.TrimStart('/'), _ => WalletSteps.NewId().ToString());
            asked++;
            var form = new FormUrlEncodedContent([new("Input.Anything", $"My card is {Number}, please.")]);
            var answer = await person.Visitor.Post(path, form);
            if (answer.Status != 422 || answer.Text.Contains("1111 1111", StringComparison.Ordinal)) wrong.Add($"POST {path}: {answer.Status}");
        }

        wrong.ShouldBeEmpty();
        asked.ShouldBeGreaterThan(120);
        (await person.Visitor.Get($"/api/v1/products?q={Plain}")).MustRefuse(422, "card_number_refused");
        (await person.Visitor.Get($"/p/{Plain}")).Must(422);
        log.All.ShouldNotBeEmpty();
        log.All.ShouldNotContain(line => line.Contains("1111111", StringComparison.Ordinal) || line.Contains(Number, StringComparison.Ordinal));
        foreach (var table in await market.Everything.Command(
            "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND n.nspname IN ('kernel', 'users', 'wallet', 'catalog', 'orders', 'notifications')")
            .List(r => r.GetString(0)))
        {
            (await market.Everything.Command($"SELECT count(*) FROM {table} t WHERE t::text LIKE '%41111111%' OR t::text LIKE '%4111 1111%'").Scalar<long>()).ShouldBe(0, table);
        }
    }

    [Theory]
    [InlineData("""{"cvv":"123"}""")]
    [InlineData("""{"card":{"security_code":"1234"}}""")]
    [InlineData("""{"cardNumber":"4111-1111-1111"}""")]
    [InlineData("""{"a":[{"b":4111111111111111}]}""")]
    [InlineData("""{"a":"\u0034111 1111 1111 1111"}""")]
    [InlineData("""{"a":"4111 1111 1111 1111" """)]
    public async Task A_security_code_a_number_as_a_number_and_one_in_what_is_no_JSON_are_refused(string body)
    {
        var ana = await Market.SignUp();
        (await ana.Visitor.Post("/api/v1/wallet/top-ups", body, WalletSteps.Key())).MustRefuse(422, "card_number_refused");
    }

    [Theory]
    [InlineData("4111111111111111", true)]
    [InlineData("card 4111\u00a01111\u00a01111\u00a01111!", true)]
    [InlineData("5555-5555-5555-4444", true)]
    [InlineData("2223003122003222", true)]
    [InlineData("378282246310005", true)]
    [InlineData("30569309025904", true)]
    [InlineData("3530111333300000", true)]
    [InlineData("6011111111111117", true)]
    [InlineData("6759649826438453", true)]
    [InlineData("+4915112345678901", false)]    // a telephone
    [InlineData("1893456000000", false)]        // a time in milliseconds
    [InlineData("4006381333931", false)]        // a code on a box
    [InlineData("9780306406157", false)]        // a book
    [InlineData("490154203237518", false)]      // a device
    [InlineData("48.4111111111111111", false)]  // a degree
    [InlineData("No. 4111111111111111", true)]
    [InlineData("ad41111111111111119fe210c3d4b5a697", false)]    // in a hash
    [InlineData("01970000-4111-7111-8111-111111111111", false)]
    public void What_is_a_card_number_and_what_is_none(string text, bool card) => CardNumber.IsIn(text).ShouldBe(card);

    [Theory]
    [InlineData("4")]
    [InlineData("1234 ")]
    [InlineData("4242-4242-4242-")]
    [InlineData("3782 822463 ")]
    [InlineData("+49 ")]
    public void A_long_text_is_looked_through_in_one_go(string repeated)
    {
        var longest = string.Concat(Enumerable.Repeat(repeated, 2_000_000 / repeated.Length));
        CardNumber.IsIn(longest).ShouldBeFalse();
        CardNumber.Mask(longest).Length.ShouldBe(longest.Length);
    }

    [Fact]
    public void A_number_in_what_must_be_logged_is_masked() => CardNumber.Mask($"/p/{Plain}/x").ShouldBe("/p/…1111/x");

    // Every text of a request, however deep, as a path.
    private static IEnumerable<string> Texts(Type type, string path = "", int depth = 0)
    {
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var at = $"{path}/{Naming.Snake(property.Name)}";
            var of = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            if (of == typeof(string)) yield return at;
            else if (of.IsGenericType && of.GetGenericArguments() is [var item, ..] && depth < 3)
            {
                if (item == typeof(string)) yield return at + "/[]";
                else if (item.Namespace?.StartsWith("Marketplace", StringComparison.Ordinal) == true) foreach (var inner in Texts(item, at + "/[]", depth + 1)) yield return inner;
            }
            else if (of.Namespace?.StartsWith("Marketplace", StringComparison.Ordinal) == true && !of.IsEnum && depth < 3)
            {
                foreach (var inner in Texts(of, at, depth + 1)) yield return inner;
            }
        }
    }

    private static string Body(string field, string value)
    {
        JsonNode node = JsonValue.Create(value);
        foreach (var part in field.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse()) node = part == "[]" ? new JsonArray(node) : new JsonObject { [part] = node };
        return node.ToJsonString();
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();

    /// <summary>Everything that the host would log in production: its own from information on, what the framework says from warnings on.</summary>
    private sealed class Notes : ILoggerProvider
    {
        public ConcurrentQueue<string> All { get; } = [];

        public ILogger CreateLogger(string categoryName) => new Pen(All, categoryName.StartsWith("Microsoft", StringComparison.Ordinal) ? LogLevel.Warning : LogLevel.Information);

        public void Dispose()
        {
        }

        private sealed class Pen(ConcurrentQueue<string> all, LogLevel least) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                if (logLevel >= least) all.Enqueue($"{formatter(state, exception)} {exception}");
            }
        }
    }
}
