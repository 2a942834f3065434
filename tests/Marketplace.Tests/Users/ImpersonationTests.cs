using Marketplace.Users;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Users;

/// <summary>Staff looks through a person's eyes: bannered, in the log with both ids, and able to change nothing.</summary>
public sealed class ImpersonationTests : MarketTest
{
    [Fact]
    public async Task Staff_sees_what_the_person_sees_with_a_banner_and_goes_back()
    {
        var (staff, ana) = (await Market.Staff(Rights.People), await Market.SignUp("Ana Watched"));
        var own = staff.Visitor.Token;
        (await staff.Visitor.Submit($"/admin/people/{ana.Account}/eyes", "main form", new Dictionary<string, string?> { ["Input.Reason"] = "She cannot find her order." })).Must(302).Location.ShouldBe("/");
        var page = (await staff.Visitor.Get("/account")).Must();
        page.Text.ShouldContain(ana.Email);
        page.Html.QuerySelector(".ribbon")!.TextContent.ShouldContain("You look through Ana Watched’s eyes");
        (await staff.Visitor.Get("/admin/people")).Must(403);
        (await ana.Visitor.Get("/account/sessions")).Must().Html.QuerySelectorAll("tbody tr").Length.ShouldBe(1, "her own list says nothing of it");

        (await staff.Visitor.Submit("/account", ".ribbon form", new Dictionary<string, string?>())).Must(302).Location.ShouldBe($"/admin/people/{ana.Account}");
        (await staff.Visitor.Get("/account")).Must().Text.ShouldContain(staff.Email);
        (await staff.Visitor.Get("/account")).Must().Html.QuerySelector(".ribbon").ShouldBeNull();
        staff.Visitor.Token.ShouldBe(own);
        (await Market.Source.Command("SELECT act || ' ' || actor || ' ' || coalesce(impersonator::text, '-') FROM users.audit_log WHERE subject = $1 ORDER BY id", ana.Account).List(r => r.GetString(0)))
            .ShouldBe([$"users.impersonation_started {staff.Account} -", $"users.impersonation_stopped {ana.Account} {staff.Account}"]);
        (await Market.Source.Command("SELECT detail ->> 'reason' FROM users.audit_log WHERE subject = $1 AND act = 'users.impersonation_started'", ana.Account).Scalar<string>()).ShouldBe("She cannot find her order.");
    }

    [Fact]
    public async Task It_needs_the_right_a_reason_and_a_fresh_proof_and_is_not_possible_on_staff()
    {
        await using var market = await OwnMarket.Open();
        var (staff, ana, owner, support, banned) = (await market.Staff(Rights.People), await market.SignUp(), await market.Staff(Rights.Owner), await market.Staff(Rights.Support), await market.SignUp());
        (await staff.Ban(banned)).Must(201);
        (await support.Look(ana)).MustRefuse(403, "forbidden");
        (await staff.Look(ana, " ")).MustRefuse(422, "invalid");
        (await staff.Look(staff)).MustRefuse(403, "own_account");
        (await staff.Look(owner)).MustRefuse(403, "staff_protected");
        (await owner.Look(support)).MustRefuse(403, "staff_protected");
        (await staff.Look(banned)).MustRefuse(404, "not_found");
        (await staff.Look(ana)).Must(201);
        market.Clock.Walk(Caller.Freshness + TimeSpan.FromSeconds(1));
        (await staff.Look(ana)).MustRefuse(403, "step_up_required");
    }

    [Fact]
    public async Task It_ends_after_half_an_hour_or_with_the_right()
    {
        await using var market = await OwnMarket.Open();
        var (staff, ana) = (await market.Staff(Rights.People), await market.SignUp());
        using var eyes = market.Visitor();
        eyes.Token = (await staff.Look(ana)).Must(201).Json.GetProperty("token").GetString();
        (await eyes.Get("/api/v1/me")).Must().Json.Id().ShouldBe(ana.Account);
        market.Clock.Walk(TimeSpan.FromMinutes(29));
        (await eyes.Get("/api/v1/me")).Must();
        market.Clock.Walk(TimeSpan.FromMinutes(1));
        (await eyes.Get("/api/v1/me")).MustRefuse(401, "unauthenticated");

        await staff.SignIn();
        eyes.Token = (await staff.Look(ana)).Must(201).Json.GetProperty("token").GetString();
        await TestServer.Execute(market.ConnectionString, $"DELETE FROM users.account_rights WHERE account = '{staff.Account}'");
        market.Clock.Walk(TimeSpan.FromSeconds(6));
        (await eyes.Get("/api/v1/me")).MustRefuse(401, "unauthenticated");
    }

    [Fact]
    public async Task Every_route_and_page_that_changes_something_refuses()
    {
        var (staff, ana) = (await Market.Staff(Rights.People), await Market.SignUp());
        using var eyes = Market.Visitor();
        eyes.Token = (await staff.Look(ana)).Must(201).Json.GetProperty("token").GetString();
        eyes.Cookies.Add(eyes.Http.BaseAddress!, new System.Net.Cookie("session", eyes.Token, "/"));
        var walked = 0;
        foreach (var endpoint in Market.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>())
        {
            var isPage = endpoint.Metadata.OfType<PageActionDescriptor>().Any();
            var methods = isPage ? ["POST"] : endpoint.Metadata.OfType<IHttpMethodMetadata>().SelectMany(m => m.HttpMethods).Where(m => m is not ("GET" or "HEAD" or "OPTIONS")).ToList();
            foreach (var method in methods)
            {
                // Assets of a developer, the page about errors (which is always read) and the way back: nothing else is let through.
                if (endpoint.RoutePattern.RawText is "{**path:file}" or "stop-looking" or "error") continue;
                endpoint.Metadata.OfType<WhileImpersonatingAttribute>().ShouldBeEmpty($"{endpoint.RoutePattern.RawText} may be used through another's eyes");
                var path = "/" + string.Join('/', endpoint.RoutePattern.PathSegments.Select(s => string.Concat(s.Parts.Select(p => p switch
                {
                    Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
                    Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { ParameterPolicies: [{ Content: "guid" }, ..] } => Ids.New(TimeProvider.System).ToString(),
                    Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart => "1",
                    _ => "",
                }))));
                var answer = await eyes.Send(new HttpMethod(method), path, "{}");
                answer.Status.ShouldBe(403, $"{method} {path}");
                walked++;
            }
        }

        walked.ShouldBeGreaterThan(60);
    }

    [Fact]
    public async Task Neither_money_nor_data_leaves_through_another_s_eyes()
    {
        var (staff, ana) = (await Market.Staff(Rights.People), await Market.SignUp());
        using var eyes = Market.Visitor();
        eyes.Token = (await staff.Look(ana)).Must(201).Json.GetProperty("token").GetString();
        (await eyes.Post("/api/v1/me/export")).MustRefuse(403, "impersonating");
        (await eyes.Post("/api/v1/checkout", new { payment_method = "wallet" }, key: "k")).MustRefuse(403, "impersonating");
        (await ana.Visitor.Post("/api/v1/me/export")).Must(202);
        await Market.Drain();
        var export = (await ana.Visitor.Get("/api/v1/me/exports")).Must().Json.GetProperty("data")[0].Id();
        (await eyes.Get($"/api/v1/me/exports/{export}/file")).MustRefuse(404, "not_found");
    }
}

internal static class ImpersonationSteps
{
    public static Task<Answer> Look(this Person staff, Person person, string reason = "To help.") => staff.Visitor.Post($"/api/v1/people/{person.Account}/impersonations", new { reason });
}
