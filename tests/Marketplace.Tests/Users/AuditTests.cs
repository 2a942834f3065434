using System.Diagnostics;
using Marketplace.Users;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Tests.Users;

/// <summary>The audit log: written by the acts of staff, read by few, and sealed, so that even a superuser cannot change it unseen.</summary>
public sealed class AuditTests : MarketTest
{
    private const string Disable = "ALTER TABLE users.audit_log DISABLE TRIGGER ALL; ALTER TABLE users.audit_seals DISABLE TRIGGER ALL; ALTER TABLE users.audit_heads DISABLE TRIGGER ALL; ";

    [Fact]
    public async Task What_staff_does_stands_in_the_log()
    {
        await using var market = await OwnMarket.Open();
        var (moderator, support) = (await market.Staff(Rights.Moderation), await market.Staff(Rights.Support));
        var seller = await market.SignUp("Nova");
        var shop = await seller.OpenShop(trusted: false);
        (await moderator.Visitor.Post($"/api/v1/shops/{shop.Slug}/trust")).Must();
        var beat = await seller.PublishBeat();
        (await moderator.Visitor.Delete($"/api/v1/shops/{shop.Slug}/trust")).Must();
        var waiting = (await seller.Visitor.Post($"/api/v1/products/{(await seller.Ready(Ware.All[0])).Id()}/publish")).Must().Json.Id();
        (await moderator.Visitor.Post($"/api/v1/products/{waiting}/rejection", new { note = "Too quiet." })).Must();
        var buyer = await market.SignUp();
        var order = await buyer.Buy(beat);
        (await support.Refund(order.Id(), order.Item(), 500)).Must(201);

        (await Acts(market, support.Account)).ShouldBe([$"orders.lines_refunded order {order.Id()}"]);
        (await Acts(market, moderator.Account)).ShouldBe([$"catalog.shop_trusted shop {shop.Id}", $"catalog.shop_distrusted shop {shop.Id}", $"catalog.product_rejected product {waiting}"]);
        (await market.Count("SELECT count(*) FROM users.audit_log WHERE actor IS NULL AND act = 'users.rights_granted' AND subject = ANY ($1)", new[] { moderator.Account, support.Account })).ShouldBe(2);
    }

    [Fact]
    public async Task A_refused_act_leaves_no_row()
    {
        var moderator = await Market.Staff(Rights.Moderation);
        var shop = await moderator.OpenShop(trusted: false);
        (await moderator.Visitor.Post($"/api/v1/shops/{shop.Slug}/trust")).MustRefuse(403, "own_shop");
        (await Acts(Market, moderator.Account)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_log_is_for_the_right_system_with_names_filters_and_a_file()
    {
        await using var market = await OwnMarket.Open();
        var (system, moderator) = (await market.Staff(Rights.System), await market.Staff(Rights.Moderation));
        var shop = await (await market.SignUp("Nova")).OpenShop("Quiet Room", trusted: false);
        (await moderator.Visitor.Post($"/api/v1/shops/{shop.Slug}/trust")).Must();
        (await moderator.Visitor.Get("/admin/audit")).Must(403);
        (await moderator.Visitor.Get("/api/v1/audit.csv")).MustRefuse(403, "forbidden");

        var name = (await moderator.Visitor.Get("/api/v1/me")).Must().Json.GetProperty("username").GetString();
        var page = (await system.Visitor.Get($"/admin/audit?actor={name}")).Must().Html.QuerySelector("tbody")!;
        page.QuerySelectorAll("tr").Length.ShouldBe(1);
        page.TextContent.ShouldContain("catalog.shop_trusted");
        page.TextContent.ShouldContain("Quiet Room");
        page.TextContent.ShouldContain($"@{name}");
        (await system.Visitor.Get("/admin/audit?act=wallet.")).Must().Html.QuerySelector("tbody").ShouldBeNull();
        (await system.Visitor.Get($"/admin/audit?subject={shop.Id}&from=2026-03-02&to=2026-03-02")).Must().Html.QuerySelectorAll("tbody tr").Length.ShouldBe(1);
        (await system.Visitor.Get($"/admin/audit?subject={shop.Id}&from=2026-03-03")).Must().Html.QuerySelector("tbody").ShouldBeNull();

        var file = (await system.Visitor.Get("/api/v1/audit.csv?act=catalog.")).Must();
        file.Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(2);
        file.Text.ShouldContain(shop.Id.ToString());
    }

    [Fact]
    public async Task Long_logs_have_pages()
    {
        await using var market = await OwnMarket.Open();
        var system = await market.Staff(Rights.System);
        await Fill(market, 120);
        var first = (await system.Visitor.Get("/admin/audit?act=test.")).Must().Html;
        first.QuerySelectorAll("tbody tr").Length.ShouldBe(50);
        var second = (await system.Visitor.Get(first.QuerySelector("a[href*='cursor=']")!.GetAttribute("href")!.Replace("&amp;", "&"))).Must().Html;
        second.QuerySelectorAll("tbody tr").Length.ShouldBe(50);
        (await system.Visitor.Get("/api/v1/audit.csv?act=test.")).Must().Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(121);
    }

    [Fact]
    public async Task Nobody_changes_a_row_through_the_host()
    {
        await Market.Staff(Rights.System);
        foreach (var sql in new[] { "UPDATE users.audit_log SET at = at", "DELETE FROM users.audit_log", "DELETE FROM users.audit_seals", "UPDATE users.audit_heads SET at = at", "TRUNCATE users.audit_log" })
            (await Should.ThrowAsync<PostgresException>(() => Market.Source.Command(sql).Execute())).SqlState.ShouldBe("42501", sql);
        // The owner's power and replica mode do not help either.
        (await Should.ThrowAsync<PostgresException>(() => TestServer.Execute(Market.ConnectionString, "SET session_replication_role = replica; DELETE FROM users.audit_log"))).Message.ShouldContain("append-only");
    }

    [Theory]
    [InlineData("UPDATE users.audit_log SET act = 'test.acu' WHERE id = (SELECT entry FROM users.audit_seals WHERE position = 7)", "position 7: row")]
    [InlineData("UPDATE users.audit_log SET detail = '{\"n\": 8}' WHERE id = (SELECT entry FROM users.audit_seals WHERE position = 9)", "position 9: row")]
    [InlineData("UPDATE users.audit_log SET at = at + interval '1 microsecond' WHERE id = (SELECT entry FROM users.audit_seals WHERE position = 5)", "position 5: row")]
    [InlineData("UPDATE users.audit_log SET actor = session, session = actor WHERE id = (SELECT entry FROM users.audit_seals WHERE position = 11)", "position 11: row")]
    [InlineData("DELETE FROM users.audit_log WHERE id = (SELECT entry FROM users.audit_seals WHERE position = 12)", "position 12: row")]
    [InlineData("DELETE FROM users.audit_seals WHERE position = 13", "position 13: its seal is gone")]
    [InlineData("DELETE FROM users.audit_log WHERE id = (SELECT entry FROM users.audit_seals WHERE position = 14); DELETE FROM users.audit_seals WHERE position = 14", "position 14: its seal is gone")]
    [InlineData("INSERT INTO users.audit_log (at, act, subject_kind, subject) VALUES ('2026-03-02', 'test.forged', 'account', gen_random_uuid())", "was slipped in, after position")]
    [InlineData("UPDATE users.audit_log a SET act = b.act, detail = b.detail FROM users.audit_log b WHERE (SELECT array_agg(entry ORDER BY position) FROM users.audit_seals WHERE position IN (6, 8)) IN (ARRAY[a.id, b.id], ARRAY[b.id, a.id])", "position 6: row")]
    [InlineData("UPDATE users.audit_seals a SET hash = b.hash FROM users.audit_seals b WHERE (a.position, b.position) IN ((15, 16), (16, 15))", "position 15: row")]
    [InlineData("DELETE FROM users.audit_log WHERE id IN (SELECT entry FROM users.audit_seals WHERE position > 17); DELETE FROM users.audit_seals WHERE position > 17", "position 18: the chain was cut")]
    [InlineData("DELETE FROM users.audit_log WHERE id IN (SELECT entry FROM users.audit_seals WHERE position > 17); DELETE FROM users.audit_seals WHERE position > 17; TRUNCATE users.audit_heads", "position 18: the chain was cut")]
    [InlineData("TRUNCATE users.audit_log", "position 1: row")]
    public async Task A_superuser_who_switches_everything_off_is_found(string deed, string says)
    {
        await using var market = await OwnMarket.Open();
        await Fill(market, 20);
        await market.Run<SealAudit>();
        (await Broken(market)).ShouldBeEmpty();

        await TestServer.Execute(market.ConnectionString, Disable + deed);

        (await Broken(market)).ShouldContain(b => b.Contains(says, StringComparison.Ordinal), $"{says} is not among: {string.Join(" | ", await Broken(market))}");
    }

    [Fact]
    public async Task A_chain_forged_anew_is_not_the_one_that_was_marked()
    {
        await using var market = await OwnMarket.Open();
        await Fill(market, 20);
        await market.Run<SealAudit>();
        // Whoever can read the source can make the hashes; the mark needs the key.
        await TestServer.Execute(market.ConnectionString, Disable + "CREATE TABLE public.heads AS TABLE users.audit_heads; DELETE FROM users.audit_seals WHERE position > 0; DELETE FROM users.audit_heads; INSERT INTO users.audit_unsealed SELECT id FROM users.audit_log; UPDATE users.audit_log SET act = 'test.forged' WHERE id = (SELECT min(id) FROM users.audit_log)");
        await market.Run<SealAudit>();
        await TestServer.Execute(market.ConnectionString, Disable + "DELETE FROM users.audit_heads; INSERT INTO users.audit_heads TABLE public.heads; DROP TABLE public.heads");
        (await Broken(market)).ShouldContain(b => b.Contains("the chain is another than head 1 says", StringComparison.Ordinal));

        await TestServer.Execute(market.ConnectionString, Disable + "UPDATE users.audit_heads h SET hash = s.hash FROM users.audit_seals s WHERE s.position = h.position");
        (await Broken(market)).ShouldContain(b => b.Contains("its mark is not this market's", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_row_that_commits_late_with_a_lower_id_is_sealed_later()
    {
        await using var market = await OwnMarket.Open();
        await using var connection = new NpgsqlConnection(market.ConnectionString);
        await connection.OpenAsync();
        await using var late = await connection.BeginTransactionAsync();
        await new NpgsqlCommand("INSERT INTO users.audit_log (at, act, subject_kind, subject) VALUES ('2026-03-02', 'test.late', 'account', gen_random_uuid())", connection, late).Execute();
        await Fill(market, 3);
        await market.Run<SealAudit>();
        (await market.Count("SELECT count(*) FROM users.audit_seals WHERE position > 0")).ShouldBe(3);
        (await Broken(market)).ShouldBeEmpty();

        await late.CommitAsync();
        (await Broken(market)).ShouldBeEmpty("it waits");
        await market.Run<SealAudit>();
        (await market.Count("SELECT s.position FROM users.audit_seals s JOIN users.audit_log a ON a.id = s.entry WHERE a.act = 'test.late'")).ShouldBe(4);
        (await Broken(market)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Two_hosts_seal_one_chain_while_people_write()
    {
        await using var market = await OwnMarket.Open();
        var other = await market.AnotherHost();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async n =>
        {
            for (var round = 0; round < 5; round++)
            {
                await Fill(market, 40);
                await (n % 2 == 0 ? market : other).Run<SealAudit>();
            }
        }));
        await market.Run<SealAudit>();
        (await market.Count("SELECT count(*) FROM users.audit_seals WHERE position > 0")).ShouldBe(1600);
        (await market.Count("SELECT max(position) FROM users.audit_seals")).ShouldBe(1600);
        (await market.Count("SELECT count(*) FROM users.audit_unsealed")).ShouldBe(0);
        (await Broken(market)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_head_is_marked_once_an_hour_and_kept_outside_too()
    {
        await using var market = await OwnMarket.Open();
        await Fill(market, 2);
        await market.Run<SealAudit>();
        await Fill(market, 2);
        await market.Run<SealAudit>();
        (await market.Count("SELECT count(*) FROM users.audit_heads")).ShouldBe(1);

        market.Clock.Walk(SealAudit.HeadEvery);
        await market.Run<SealAudit>();
        market.Clock.Walk(SealAudit.HeadEvery);
        await market.Run<SealAudit>();
        (await market.Count("SELECT count(*) FROM users.audit_heads")).ShouldBe(2, "nothing new, no new head");
        (await market.Count("SELECT position FROM users.audit_heads WHERE number = 2")).ShouldBe(4);

        var chain = (await market.Source.Command("SELECT hash FROM users.audit_seals WHERE position = 0").Scalar<byte[]>())!;
        var file = market.Services.GetRequiredService<AuditHeadFile>();
        file.Lines(chain).Count.ShouldBe(2);
        File.Delete(file.PathOf(chain));
        await market.Run<SealAudit>();
        file.Lines(chain).Count.ShouldBe(2, "a machine that has none learns them");
    }

    [Fact]
    public async Task A_hundred_thousand_rows_are_verified_in_seconds()
    {
        await using var market = await OwnMarket.Open();
        await Fill(market, 100_000);
        await market.Run<SealAudit>();
        var watch = Stopwatch.StartNew();
        (await Broken(market)).ShouldBeEmpty();
        Console.WriteLine($"100,000 sealed rows verified, with all other invariants, in {watch.Elapsed.TotalSeconds:F1} s");
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(12), "a million must not take more than two minutes on a busy machine");
    }

    private static Task Fill(Market market, int rows) => market.Source.Command(
        """
        INSERT INTO users.audit_log (at, actor, session, act, subject_kind, subject, detail, request)
        SELECT timestamptz '2026-03-02 09:00Z' + n * interval '1 second', gen_random_uuid(), gen_random_uuid(), 'test.act', 'account', gen_random_uuid(), jsonb_build_object('n', n), 'r' || n FROM generate_series(1, $1) n
        """, rows).Execute();

    private static Task<List<string>> Acts(Market market, Guid actor) =>
        market.Source.Command("SELECT act || ' ' || subject_kind || ' ' || subject FROM users.audit_log WHERE actor = $1 ORDER BY id", actor).List(r => r.GetString(0));

    private static async Task<List<string>> Broken(Market market) =>
        (await market.Services.GetRequiredService<InvariantCheck>().Run()).Where(r => r.Violations > 0 && r.Module == "users").Select(r => $"{r.Invariant}: {r.Violations}, {r.Detail}").ToList();
}
