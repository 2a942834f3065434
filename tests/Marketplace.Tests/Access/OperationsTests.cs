using Marketplace.Users;
using Microsoft.AspNetCore.Authorization;

namespace Marketplace.Tests.Access;

/// <summary>
/// operations.tsv says who may use what; this asks every route as everybody, and compares. A new route needs a line there: the failure
/// of the first test is the line, ready to be looked at and put in.
/// </summary>
public sealed class OperationsTests : MarketTest
{
    private const string Table = "operations.tsv";

    private static readonly string[] Kinds = ["anyone", "signed_in"];

    /// <param name="Who">anyone, signed_in, <c>can:…</c> or <c>right:…</c>; several by |: one of them is enough.</param>
    /// <param name="Scope">That opens it to API keys; - when none does.</param>
    private sealed record Line(string Operation, string Who, string Scope)
    {
        public bool Serves(Role role) => Who.Split('|').Any(who => who switch
        {
            "anyone" => true,
            "signed_in" => role.Person is not null,
            _ => role.Holds.Contains(who),
        });

        /// <summary>What the answer must be like: 401, 403 or served.</summary>
        public string Expected(Role role) =>
            role.Key is not null ? (Scope != "-" && Serves(role) ? "served" : "403")
            : Serves(role) ? "served"
            : role.Person is null ? "401" : "403";
    }

    private sealed record Role(string Name, Person? Person, IReadOnlySet<string> Holds, Visitor Visitor, MadeKey? Key = null);

    [Fact]
    public void Every_route_and_page_has_its_line_and_no_line_is_without_one()
    {
        var (lines, routes) = (Lines(), Operation.All(Market));
        routes.Where(o => !lines.ContainsKey(o.Name)).Select(Suggested).ShouldBeEmpty($"routes that Access/{Table} does not know: look who may use them, and put the lines in");
        lines.Keys.Except(routes.Select(o => o.Name)).ShouldBeEmpty($"lines of Access/{Table} without a route");
    }

    [Fact]
    public void The_table_is_sorted_and_speaks_of_what_there_is()
    {
        var lines = Lines().Values.ToList();
        var known = Kinds.Concat(Capabilities.All.Select(c => $"can:{c}")).Concat(Rights.All.Select(r => $"right:{r}")).ToHashSet();
        lines.SelectMany(l => l.Who.Split('|')).Where(who => !known.Contains(who)).ShouldBeEmpty();
        lines.Select(l => l.Scope).Where(s => s != "-" && !Scopes.All.Contains(s)).ShouldBeEmpty();
        lines.Where(l => !l.Operation.Contains(" /api/", StringComparison.Ordinal) && l.Scope != "-").ShouldBeEmpty("keys use the API alone");
    }

    [Fact]
    public async Task Everybody_is_answered_as_the_table_says()
    {
        var lines = Lines();
        var wrong = new System.Collections.Concurrent.ConcurrentBag<string>();
        var roles = await Roles();
        // What ends the asker's own session comes last, with a new one for each.
        string[] last = ["DELETE /api/v1/sessions/current", "DELETE /api/v1/me"];
        var routes = Operation.All(Market).Where(o => lines.ContainsKey(o.Name)).OrderBy(o => Array.IndexOf(last, o.Name)).ToList();
        foreach (var role in roles)
        {
            foreach (var route in routes.Where(r => role.Key is null || r.IsApi))
            {
                if (role is { Person: not null, Key: null } && last.Contains(route.Name)) await role.Person.SignIn();
                var answer = await role.Visitor.Send(
                    new HttpMethod(route.Method == "PAGE" ? "GET" : route.Method), route.Path(), Body(route), route.IsApi && route.Method == "POST" ? WalletSteps.Key() : null);
                var (expected, was) = (lines[route.Name].Expected(role), Outcome(answer));
                if (expected != was) wrong.Add($"{role.Name}: {route.Name}: {expected} expected, was {answer.Status} {answer.Code}");
            }
        }

        wrong.Order(StringComparer.Ordinal).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_line_that_is_wrong_is_noticed()
    {
        var customer = new Role("customer", await Market.SignUp(), new HashSet<string> { "can:can_buy" }, Market.Visitor());
        new Line("GET /x", "right:finance", "-").Expected(customer).ShouldBe("403");
        new Line("GET /x", "right:finance|can:can_buy", "-").Expected(customer).ShouldBe("served");
        new Line("GET /x", "signed_in", "-").Expected(customer with { Person = null }).ShouldBe("401");
        Outcome((await customer.Visitor.Get("/api/v1/me"))).ShouldBe("401");
        Outcome((await customer.Visitor.Get("/account"))).ShouldBe("401");
        Outcome((await customer.Person!.Visitor.Get("/admin/people"))).ShouldBe("403");
        Outcome((await customer.Person.Visitor.Get("/api/v1/ledger/transactions.csv"))).ShouldBe("403");
        Outcome((await customer.Person.Visitor.Get("/account"))).ShouldBe("served");
    }

    private async Task<IReadOnlyList<Role>> Roles()
    {
        var roles = new List<Role> { new("anonymous", null, new HashSet<string>(), Market.Visitor()) };
        async Task Add(string name, Person person, params string[] holds) => roles.Add(new Role(name, person, holds.Append("can:can_buy").ToHashSet(), person.Visitor));

        await Add("customer", await Market.SignUp("Customer"));
        await Add("seller", await Market.SignUp("Seller", Capabilities.CanSell), "can:can_sell");
        foreach (var right in Rights.All.Where(r => r != Rights.Owner)) await Add(right, await Market.Staff(right), $"right:{right}");
        await Add("owner", await Market.Staff(Rights.Owner), Rights.All.Select(r => $"right:{r}").ToArray());

        var suspended = await Market.SignUp("Suspended", Capabilities.CanSell);
        await TestServer.Execute(Market.ConnectionString, $"UPDATE users.accounts SET status = 'suspended' WHERE id = '{suspended.Account}'");
        await suspended.SignIn();
        roles.Add(new Role("suspended", suspended, new HashSet<string>(), suspended.Visitor));

        var maker = await Market.Staff(Rights.All.ToArray());
        await Market.Grant(maker.Account, Capabilities.CanSell);
        await maker.SignIn();
        var key = await maker.MakeKey(Scopes.All.ToArray());
        (await maker.Visitor.Put($"/api/v1/api-keys/{key.Id}/tier", new { tier = "enterprise" })).Must(204);
        roles.Add(new Role("key of an owner with every scope", maker, new HashSet<string> { "signed_in", "can:can_buy", "can:can_sell" }, key.Program, key));
        return roles;
    }

    private static object? Body(Operation route) => route.Method is "GET" or "PAGE" or "DELETE" ? null : route.IsUpload ? new MultipartFormDataContent { { new ByteArrayContent([]), "original", "a.wav" } }
        : route.IsApi ? "{}" : new FormUrlEncodedContent([]);

    private static string Outcome(Answer answer) =>
        answer.Status == 401 && answer.Code != "sign_in_failed" || (answer.Status == 302 && answer.Location?.StartsWith("/sign-in", StringComparison.Ordinal) == true) ? "401"
        : answer.Status == 403 && answer.Code is null or "forbidden" or "scope_missing" or "key_not_allowed" ? "403"
        : answer.Status >= 500 ? $"{answer.Status}"
        : "served";

    private static Dictionary<string, Line> Lines() => File.ReadLines(Path.Combine(TestServer.Root, "tests", "Marketplace.Tests", "Access", Table))
        .Where(l => l.Length > 0 && l[0] != '#').Select(l => l.Split('\t')).Select(c => new Line(c[0], c[1], c[2])).ToDictionary(l => l.Operation, StringComparer.Ordinal);

    private static string Suggested(Operation route)
    {
        var policies = route.Endpoint.Metadata.OfType<IAuthorizeData>().Select(a => a.Policy).OfType<string>().ToList();
        var who = route.Endpoint.Metadata.OfType<IAllowAnonymous>().Any() ? "anyone" : policies.Count == 0 ? "signed_in" : policies[^1].Replace("|", "|right:", StringComparison.Ordinal);
        return $"{route.Name}\t{who}\t{route.Endpoint.Metadata.GetMetadata<KeyAccess>()?.Scope ?? "-"}";
    }
}
