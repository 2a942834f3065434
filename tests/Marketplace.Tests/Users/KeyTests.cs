using System.Text.RegularExpressions;
using Marketplace.Users;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Users;

public sealed partial class KeyTests : MarketTest
{
    [Fact]
    public async Task A_key_is_shown_once_and_only_its_hash_is_kept()
    {
        var ana = await Market.SignUp();
        var answer = (await ana.Visitor.Post("/api/v1/api-keys", new { name = "Shelf", scopes = new[] { "orders:read" } }, WalletSteps.Key())).Must(201);
        var key = answer.Json.GetProperty("key").GetString()!;
        key.ShouldMatch("^mk_live_[0-9A-Za-z]{38}$");
        var about = answer.Json.GetProperty("about");
        about.GetProperty("prefix").GetString().ShouldBe(key[..12]);
        about.GetProperty("last_four").GetString().ShouldBe(key[^4..]);
        about.GetProperty("tier").GetString().ShouldBe("basic");

        (await ana.Visitor.Get("/api/v1/api-keys")).Must().Text.ShouldNotContain(key[8..]);
        var stored = await Market.Source.Command(
            "SELECT (SELECT string_agg(k::text, ' ') FROM kernel.idempotency_keys k) || (SELECT string_agg(o::text, ' ') FROM kernel.outbox o WHERE key = $1) || (SELECT string_agg(a::text, ' ') FROM users.audit_log a WHERE actor = $1::uuid)",
            ana.Account.ToString()).Scalar<string>();
        (stored ?? "").ShouldNotContain(key[8..]);
        var row = (await Market.Everything.Command("SELECT k::text FROM users.api_keys k WHERE id = $1", about.Id()).Scalar<string>())!;
        row.ShouldNotContain(key[12..]);
    }

    [Fact]
    public void The_checksum_tells_typing_errors_from_keys()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 1_000; i++)
        {
            var key = KeyFormat.Make(i % 2 == 0 ? KeyMode.Live : KeyMode.Test);
            Published().IsMatch(key).ShouldBeTrue(key);
            KeyFormat.IsWellFormed(key).ShouldBeTrue(key);
            seen.Add(key).ShouldBeTrue();
            var at = 8 + (i % 38);
            KeyFormat.IsWellFormed(key[..at] + (key[at] == 'a' ? 'b' : 'a') + key[(at + 1)..]).ShouldBeFalse();
            KeyFormat.IsWellFormed(key[..^1]).ShouldBeFalse();
        }

        KeyFormat.IsWellFormed("mk_live_" + new string('0', 38)).ShouldBeFalse();
        KeyFormat.IsWellFormed("mk_live_" + new string('é', 38)).ShouldBeFalse();
        KeyFormat.IsWellFormed("mk_").ShouldBeFalse();
    }

    [Fact]
    public async Task A_key_reads_what_its_owner_reads_and_is_no_cookie_for_pages()
    {
        var ana = await Market.SignUp();
        var key = await ana.MakeKey(Scopes.AccountRead);
        (await key.Program.Get("/api/v1/me")).Must().Json.Id().ShouldBe(ana.Account);
        (await key.Program.Get("/api/v1/orders")).MustRefuse(403, "scope_missing").Json.GetProperty("detail").GetString()!.ShouldContain("orders:read");
        (await key.Program.Post("/api/v1/api-keys", new { name = "More", scopes = Scopes.All })).MustRefuse(403, "key_not_allowed");

        using var browser = Market.Visitor();
        browser.Cookies.Add(browser.Http.BaseAddress!, new System.Net.Cookie("session", key.Key, "/"));
        (await browser.Get("/account")).Must(302);
        (await browser.Get("/api/v1/me")).Must(401);
    }

    [Fact]
    public async Task No_key_serves_as_staff()
    {
        var owner = await Market.Staff(Rights.All.ToArray());
        var key = await owner.MakeKey(Scopes.All.ToArray());
        foreach (var path in new[] { "/api/v1/moderation/products", "/api/v1/ledger/transactions.csv" }) (await key.Program.Get(path)).MustRefuse(403, "key_not_allowed");
        var someone = await Market.SignUp("Bo");
        var order = await someone.Buy(await (await Market.SignUp("Nova")).PublishBeat());
        (await key.Program.Get($"/api/v1/orders/{order.Id()}")).MustRefuse(404, "not_found");
    }

    [Fact]
    public async Task A_key_is_refused_outside_its_ranges()
    {
        var ana = await Market.SignUp();
        var far = ana.Use((await ana.TryMakeKey(new { name = "Far", scopes = new[] { "account:read" }, ip_ranges = new[] { "203.0.113.0/24", "2001:db8::/32" } })).Must(201).Json);
        (await far.Program.Get("/api/v1/me")).MustRefuse(403, "key_address");
        var near = ana.Use((await ana.TryMakeKey(new { name = "Near", scopes = new[] { "account:read" }, ip_ranges = new[] { "203.0.113.9", "127.0.0.0/8" } })).Must(201).Json);
        (await near.Program.Get("/api/v1/me")).Must();
        foreach (var wrong in new[] { "here", "10.0.0.0/33", "" })
            (await ana.TryMakeKey(new { name = "Wrong", scopes = new[] { "account:read" }, ip_ranges = new[] { wrong } })).MustRefuse(422, "invalid").Json.GetProperty("errors")[0].GetProperty("pointer").GetString().ShouldBe("/ip_ranges");
    }

    [Theory]
    [InlineData("""{"name":"","scopes":["orders:read"]}""", "/name")]
    [InlineData("""{"name":"A","scopes":[]}""", "/scopes")]
    [InlineData("""{"name":"A","scopes":["orders:delete"]}""", "/scopes")]
    [InlineData("""{"name":"A","scopes":["orders:read"],"expires_in_days":0}""", "/expires_in_days")]
    [InlineData("""{"name":"A","scopes":["orders:read"],"expires_in_days":366}""", "/expires_in_days")]
    [InlineData("""{"name":"A","scopes":["orders:write"],"mode":"test"}""", "/scopes")]
    public async Task A_key_that_asks_for_too_much_is_not_made(string body, string pointer)
    {
        var ana = await Market.SignUp();
        (await ana.Visitor.Post("/api/v1/api-keys", body)).MustRefuse(422, "invalid").Json.GetProperty("errors")[0].GetProperty("pointer").GetString().ShouldBe(pointer);
    }

    [Fact]
    public async Task A_test_key_reads_and_stays_one_that_only_reads()
    {
        var ana = await Market.SignUp();
        var key = ana.Use((await ana.TryMakeKey(new { name = "Try", scopes = new[] { "account:read", "orders:read" }, mode = "test" })).Must(201).Json);
        key.Key.ShouldStartWith("mk_test_");
        (await key.Program.Get("/api/v1/me")).Must();
        (await ana.Visitor.Patch($"/api/v1/api-keys/{key.Id}", new { scopes = new[] { "orders:write" } })).MustRefuse(422, "invalid");
    }

    [Fact]
    public async Task A_key_ends_when_it_expires()
    {
        await using var market = await OwnMarket.Open();
        var ana = await market.SignUp();
        var key = ana.Use((await ana.TryMakeKey(new { name = "Short", scopes = new[] { "account:read" }, expires_in_days = 1 })).Must(201).Json);
        market.Clock.Walk(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        (await key.Program.Get("/api/v1/me")).Must();
        market.Clock.Walk(TimeSpan.FromSeconds(1));
        (await key.Program.Get("/api/v1/me")).MustRefuse(401, "unauthenticated");
    }

    [Fact]
    public async Task What_is_revoked_here_is_dead_at_once_here_and_within_five_seconds_elsewhere()
    {
        await using var market = await OwnMarket.Open();
        var other = await market.AnotherHost();
        var ana = await market.SignUp();
        var key = await ana.MakeKey(Scopes.AccountRead);
        using var elsewhere = other.Visitor();
        elsewhere.Token = key.Key;
        (await key.Program.Get("/api/v1/me")).Must();
        (await elsewhere.Get("/api/v1/me")).Must();

        (await ana.Visitor.Delete($"/api/v1/api-keys/{key.Id}")).Must(204);
        (await key.Program.Get("/api/v1/me")).MustRefuse(401, "unauthenticated");
        market.Clock.Walk(TimeSpan.FromSeconds(5));
        (await elsewhere.Get("/api/v1/me")).MustRefuse(401, "unauthenticated");
        (await ana.Visitor.Delete($"/api/v1/api-keys/{key.Id}")).MustRefuse(404, "not_found");
    }

    [Theory]
    [InlineData("suspended")]
    [InlineData("banned")]
    [InlineData("deleted")]
    public async Task The_keys_of_an_account_that_is_not_active_are_dead(string status)
    {
        await using var market = await OwnMarket.Open();
        var ana = await market.SignUp();
        var key = await ana.MakeKey(Scopes.AccountRead);
        (await key.Program.Get("/api/v1/me")).Must();
        await TestServer.Execute(market.ConnectionString, $"UPDATE users.accounts SET status = '{status}' WHERE id = '{ana.Account}'");
        market.Clock.Walk(TimeSpan.FromSeconds(5));
        (await key.Program.Get("/api/v1/me")).MustRefuse(401, "unauthenticated");
    }

    [Fact]
    public async Task After_a_rotation_both_keys_work_for_a_day_and_no_third_ever_does()
    {
        await using var market = await OwnMarket.Open();
        var ana = await market.SignUp();
        var first = await ana.MakeKey(Scopes.AccountRead);
        var second = ana.Use((await ana.Visitor.Post($"/api/v1/api-keys/{first.Id}/rotation")).Must(201).Json);
        (await ana.Visitor.Post($"/api/v1/api-keys/{first.Id}/rotation")).MustRefuse(409, "key_ended");
        market.Clock.Walk(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        (await first.Program.Get("/api/v1/me")).Must();
        (await second.Program.Get("/api/v1/me")).Must();
        market.Clock.Walk(TimeSpan.FromSeconds(1));
        (await first.Program.Get("/api/v1/me")).Must(401);
        (await second.Program.Get("/api/v1/me")).Must();

        await ana.SignIn();
        var third = ana.Use((await ana.Visitor.Post($"/api/v1/api-keys/{second.Id}/rotation")).Must(201).Json);
        var fourth = ana.Use((await ana.Visitor.Post($"/api/v1/api-keys/{third.Id}/rotation")).Must(201).Json);
        (await second.Program.Get("/api/v1/me")).Must(401);
        (await third.Program.Get("/api/v1/me")).Must();
        (await fourth.Program.Get("/api/v1/me")).Must();
    }

    [Fact]
    public async Task An_account_has_twenty_keys_at_most_however_many_ask_at_once()
    {
        var ana = await Market.SignUp();
        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => ana.TryMakeKey(new { name = "One of many", scopes = new[] { "orders:read" } })));
        answers.Count(a => a.Status == 201).ShouldBe(20);
        answers.Where(a => a.Status != 201).ShouldAllBe(a => a.Code == "too_many_keys");
        (await ana.Visitor.Delete($"/api/v1/api-keys/{answers.First(a => a.Status == 201).Json.GetProperty("about").Id()}")).Must(204);
        await ana.MakeKey("orders:read");
    }

    [Fact]
    public async Task Making_rotating_and_widening_need_a_fresh_proof_but_revoking_does_not()
    {
        await using var market = await OwnMarket.Open();
        var ana = await market.SignUp();
        var key = await ana.MakeKey(Scopes.OrdersRead, Scopes.WalletRead);
        market.Clock.Walk(Caller.Freshness + TimeSpan.FromSeconds(1));
        (await ana.TryMakeKey(new { name = "Late", scopes = new[] { "orders:read" } })).MustRefuse(403, "step_up_required");
        (await ana.Visitor.Post($"/api/v1/api-keys/{key.Id}/rotation")).MustRefuse(403, "step_up_required");
        (await ana.Visitor.Patch($"/api/v1/api-keys/{key.Id}", new { scopes = new[] { "orders:read", "orders:write" } })).MustRefuse(403, "step_up_required");
        (await ana.Visitor.Get("/account/keys/new")).Must(302).Location!.ShouldStartWith("/account/confirm?return_url=");

        var narrowed = (await ana.Visitor.Patch($"/api/v1/api-keys/{key.Id}", new { name = "Narrow", scopes = new[] { "orders:read" } })).Must().Json;
        narrowed.GetProperty("scopes").GetArrayLength().ShouldBe(1);
        (await key.Program.Get("/api/v1/wallet")).MustRefuse(403, "scope_missing");
        (await ana.Visitor.Delete($"/api/v1/api-keys/{key.Id}")).Must(204);
    }

    [Fact]
    public async Task When_a_key_was_used_is_noted_once_a_minute()
    {
        await using var market = await OwnMarket.Open();
        var ana = await market.SignUp();
        var key = await ana.MakeKey(Scopes.AccountRead);
        var use = market.Services.GetRequiredService<KeyUse>();

        var first = market.Clock.GetUtcNow();
        (await key.Program.Get("/api/v1/me")).Must();
        await use.Write();
        (await Stored()).ShouldBe(first);
        market.Clock.Walk(TimeSpan.FromSeconds(59));
        (await key.Program.Get("/api/v1/me")).Must();
        await use.Write();
        (await Stored()).ShouldBe(first);
        market.Clock.Walk(TimeSpan.FromSeconds(1));
        (await key.Program.Get("/api/v1/me")).Must();
        await use.Write();
        (await Stored()).ShouldBe(market.Clock.GetUtcNow());

        async Task<DateTimeOffset> Stored() => (await ana.Visitor.Get("/api/v1/api-keys")).Must().Json.GetProperty("data")[0].GetProperty("last_used_at").GetDateTimeOffset();
    }

    [Fact]
    public async Task Staff_sets_the_tier_and_the_audit_log_says_who()
    {
        var (ana, staff) = (await Market.SignUp(), await Market.Staff(Rights.System));
        var key = await ana.MakeKey(Scopes.AccountRead);
        (await ana.Visitor.Put($"/api/v1/api-keys/{key.Id}/tier", new { tier = "enterprise" })).MustRefuse(403, "forbidden");
        (await staff.Visitor.Put($"/api/v1/api-keys/{Guid.CreateVersion7()}/tier", new { tier = "pro" })).MustRefuse(404, "not_found");
        (await staff.Visitor.Put($"/api/v1/api-keys/{key.Id}/tier", new { tier = "pro" })).Must(204);
        (await key.Program.Get("/api/v1/me")).Must().Headers.GetValues("RateLimit-Policy").Single().ShouldStartWith("\"pro\";q=600;w=60;burst=100");
        (await ana.Visitor.Delete($"/api/v1/api-keys/{key.Id}")).Must(204);

        var acts = await Market.Source.Command("SELECT act, actor FROM users.audit_log WHERE subject = $1 ORDER BY id", key.Id).List(r => (r.GetString(0), r.GetGuid(1)));
        acts.ShouldBe([("users.key_created", ana.Account), ("users.key_tier_set", staff.Account), ("users.key_revoked", ana.Account)]);
    }

    [Fact]
    public async Task By_page_its_owner_changes_a_key_and_staff_sets_its_tier()
    {
        var (ana, staff) = (await Market.SignUp(), await Market.Staff(Rights.System, Rights.People));
        var key = await ana.MakeKey(Scopes.AccountRead, Scopes.OrdersRead);
        (await ana.Visitor.Get("/account/keys")).Must().Html.QuerySelector($"a[href='/account/keys/{key.Id}']").ShouldNotBeNull();
        (await ana.Visitor.Submit($"/account/keys/{key.Id}", "main form", new Dictionary<string, string?> { ["Input.Name"] = "Shelf", ["Input.Scopes"] = Scopes.AccountRead })).Must(302).Location.ShouldBe("/account/keys");
        (await key.Program.Get("/api/v1/orders")).MustRefuse(403, "scope_missing");
        (await ana.Visitor.Submit($"/account/keys/{key.Id}", "main form", new Dictionary<string, string?> { ["Input.Scopes"] = null })).Must(422).Text.ShouldContain("Choose what the key may do.");

        (await staff.Visitor.Get($"/admin/people/{ana.Account}")).Must().Html.QuerySelector($"a[href='/admin/people/{ana.Account}/keys']").ShouldNotBeNull();
        (await staff.Visitor.Submit($"/admin/people/{ana.Account}/keys", "main form", new Dictionary<string, string?> { ["tier"] = "Pro" })).Must(302).Location.ShouldBe($"/admin/people/{ana.Account}/keys");
        var kept = (await ana.Visitor.Get("/api/v1/api-keys")).Must().Json.GetProperty("data")[0];
        (kept.GetProperty("name").GetString(), kept.GetProperty("tier").GetString()).ShouldBe(("Shelf", "pro"));
    }

    [Fact]
    public async Task The_owner_hears_of_a_new_key()
    {
        var ana = await Market.SignUp();
        var key = await ana.MakeKey(Scopes.AccountRead);
        await Market.Drain();
        (await ana.Visitor.Get("/api/v1/notifications")).Must().Text.ShouldContain("A new API key for your account");
        (await Market.Count("SELECT count(*) FROM notifications.mails WHERE account = $1 AND template = 'api_key_created' AND cause = $2", ana.Account, key.Id.ToString())).ShouldBe(1);
    }

    [Fact]
    public async Task Keys_are_part_of_a_persons_data_and_go_with_it()
    {
        var ana = await Market.SignUp();
        var key = await ana.MakeKey(Scopes.AccountRead);
        await Market.Do(async services =>
        {
            var kept = services.GetServices<IPersonalData>().Single(d => d.Section == "api_keys");
            System.Text.Json.JsonSerializer.Serialize(await kept.Export(ana.Account), JsonStyle.Options).ShouldContain("A program");
            await kept.Erase(ana.Account);
        });
        (await key.Program.Get("/api/v1/me")).Must(401);
    }

    [Fact]
    public async Task The_page_makes_a_key_shows_it_once_replaces_and_revokes_it()
    {
        var ana = await Market.SignUp();
        (await ana.Visitor.Get("/account/keys")).Must().Text.ShouldContain("No keys yet");
        (await ana.Visitor.Submit("/account/keys/new", "main form", new Dictionary<string, string?> { ["Input.Name"] = "Shelf" })).Must(422).Text.ShouldContain("Choose what the key may do.");
        var made = (await ana.Visitor.Submit("/account/keys/new", "main form", new Dictionary<string, string?> { ["Input.Name"] = "Shelf", ["Input.Scopes"] = "account:read", ["Ranges"] = "127.0.0.0/8\n::1" })).Must();
        made.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var key = made.Html.QuerySelector("#new-key")!.GetAttribute("value")!;
        using var program = Market.Visitor();
        program.Token = key;
        (await program.Get("/api/v1/me")).Must();

        var list = (await ana.Visitor.Get("/account/keys")).Must();
        list.Text.ShouldNotContain(key[12..^4]);
        list.Text.ShouldContain(key[^4..]);
        var rotation = list.Html.QuerySelector("a[href$='/rotation']")!.GetAttribute("href")!;
        (await ana.Visitor.Submit(rotation, "main form", new Dictionary<string, string?>())).Must().Html.QuerySelector("#new-key")!.GetAttribute("value").ShouldNotBe(key);

        var id = rotation.Split('/')[3];
        (await ana.Visitor.Submit("/account/keys", $"form:has(input[value='{id}'])", new Dictionary<string, string?>())).Must(302);
        (await program.Get("/api/v1/me")).Must(401);
    }

    [GeneratedRegex("^mk_(live|test)_[0-9A-Za-z]{38}$")]
    private static partial Regex Published();
}
