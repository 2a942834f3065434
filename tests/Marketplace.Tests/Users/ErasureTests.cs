using System.IO.Compression;
using System.Text;

using Marketplace.Users;
using Npgsql;

namespace Marketplace.Tests.Users;

/// <summary>One's data: taken along whole, and forgotten so that nothing of the person is left while the books stand.</summary>
public sealed class ErasureTests : MarketTest
{
    [Fact]
    public async Task All_that_is_kept_can_be_taken_along_for_seven_days_by_its_owner_only()
    {
        await using var market = await OwnMarket.Open();
        var (ana, ben, seller) = (await market.SignUp("Ana Export"), await market.SignUp(), await market.SignUp("Nova"));
        var beat = await seller.PublishBeat("Exported Groove");
        await ana.Buy(beat);
        (await ana.Report(beat.Product)).Must(201);
        await market.Drain();

        (await ana.Visitor.Submit("/account/data", "main form", new Dictionary<string, string?>())).Must(302);
        (await ana.Visitor.Post("/api/v1/me/export")).MustRefuse(409, "export_running");
        await market.Drain();
        (await ana.Told("data_ready")).ShouldHaveSingleItem();
        var export = (await ana.Visitor.Get("/api/v1/me/exports")).Must().Json.GetProperty("data")[0].Id();
        (await ben.Visitor.Get($"/api/v1/me/exports/{export}/file")).MustRefuse(404, "not_found");
        (await ben.Visitor.Get($"/account/data?handler=File&id={export}")).Must(404);
        var file = (await ana.Visitor.Get($"/account/data?handler=File&id={export}")).Must();
        using var zip = new ZipArchive(new MemoryStream(file.Bytes));
        var names = zip.Entries.Select(e => e.FullName).Order(StringComparer.Ordinal).ToList();
        names.ShouldBe(["README.txt", "account.json", "moderation.json", "notifications.json", "orders.json", "profile.json", "sessions.json", "wallet.json"]);
        Text(zip, "account.json").ShouldContain("Ana Export");
        Text(zip, "account.json").ShouldContain(ana.Email);
        Text(zip, "account.json").ShouldNotContain("password");
        Text(zip, "orders.json").ShouldContain("Exported Groove");
        Text(zip, "moderation.json").ShouldContain("Look at the title.");
        foreach (var name in names.Skip(1)) Text(zip, "README.txt").ShouldContain(name);

        market.Clock.Walk(ExportData.Life);
        await ana.SignIn();
        (await ana.Visitor.Get($"/api/v1/me/exports/{export}/file")).MustRefuse(404, "not_found");
        await market.Run<PurgeExports>();
        (await market.Count("SELECT count(*) FROM users.data_exports")).ShouldBe(0);
        (await market.Count("SELECT count(*) FROM kernel.blobs WHERE state = 'kept' AND content_type = 'application/zip'")).ShouldBe(0);
    }

    [Fact]
    public async Task After_erasure_nothing_of_the_person_is_left_and_the_books_stand()
    {
        await using var market = await OwnMarket.Open();
        const string name = "Zebulon Quixote", agent = "QuixoteBrowser/7.3", address = "203.0.113.77";
        var visitor = market.Visitor();
        visitor.Http.DefaultRequestHeaders.UserAgent.ParseAdd(agent);
        var email = "zebulon.quixote@windmill.example";
        var account = (await visitor.Post("/api/v1/accounts", new { email, password = UsersSteps.Password, display_name = name, username = "zeb-quixote" }, key: "sign-up-1")).Must(201).Json.Id();
        var zeb = new Person(account, email, UsersSteps.Password, visitor);
        await zeb.SignIn();
        var (buyer, other, staff) = (await market.SignUp(), await market.SignUp("Nova"), await market.Staff(Rights.People, Rights.Moderation, Rights.Support));

        // Sells, buys, downloads, reports, appeals, is mailed.
        await zeb.OpenShop("Quixote Records");
        var sold = await zeb.PublishBeat("Windmill One");
        await zeb.DraftBeat("Quixote draft");
        var order = await buyer.Buy(sold);
        var theirs = await other.PublishBeat();
        var bought = await zeb.BuyByCard("tok_ok", theirs);
        (await zeb.Visitor.Get(await zeb.DownloadLink(bought))).Must();
        (await zeb.AddToCart(await other.PublishBeat())).Must();
        (await zeb.Report(theirs.Product)).Must(201);
        (await staff.Visitor.Post($"/api/v1/people/{account}/sanctions", new { kind = "suspension", reason = "Zebulon Quixote copied a cover." })).Must(201);
        (await zeb.Visitor.Post("/api/v1/me/appeals", new { text = "I, Zebulon Quixote, drew it." })).Must(201);
        (await staff.Visitor.Post($"/api/v1/people/{account}/appeal-answer", new { accepted = true, answer = "Right, Zebulon Quixote." })).Must();
        await market.Drain();
        (await zeb.Visitor.Post("/api/v1/me/export")).Must(202);
        await market.Drain();
        await market.Mails(zeb);
        await TestServer.Execute(market.ConnectionString, $"UPDATE users.sessions SET address = '{address}' WHERE account = '{account}'; UPDATE orders.download_log SET ip = '{address}' WHERE user_agent LIKE 'Quixote%'");
        string[] needles = [name, "Quixote", "quixote", email, email.ToUpperInvariant(), "zeb-quixote", agent, address];
        (await Found(market, needles)).Count.ShouldBeGreaterThan(8, "the scan sees what is there");

        // The share of the sale is held, and then lies in the wallet.
        (await zeb.Visitor.Delete("/api/v1/me")).MustRefuse(409, "erasure_blocked").Text.ShouldContain("money_held");
        market.Clock.Walk(TimeSpan.FromDays(60));
        await market.Run<Marketplace.Wallet.ReleaseHolds>();
        await zeb.SignIn();
        (await zeb.Visitor.Delete("/api/v1/me")).MustRefuse(409, "erasure_blocked").Text.ShouldContain("balance_left");
        var before = await Books(market);
        (await zeb.Visitor.Delete("/api/v1/me?give_up_balance=true")).Must(202);
        (await zeb.Visitor.Get("/api/v1/me")).MustRefuse(401, "unauthenticated");
        await market.Drain();
        (await market.Mails(zeb)).ShouldContain(m => m.Subject == "Your account will be erased");

        market.Clock.Walk(EraseAccount.Grace - TimeSpan.FromMinutes(1));
        await market.Run<ErasePeople>();
        (await Found(market, needles)).ShouldNotBeEmpty("two weeks are not over");
        market.Clock.Walk(TimeSpan.FromMinutes(1));
        await Task.WhenAll(market.Run<ErasePeople>(), market.Run<ErasePeople>());
        await market.Drain();

        (await Found(market, needles)).ShouldBeEmpty();
        (await Books(market)).ShouldBe(before);
        (await market.Source.Command("SELECT status || ' ' || display_name FROM users.accounts WHERE id = $1", account).Scalar<string>()).ShouldBe("deleted Erased");
        (await zeb.Visitor.Post("/api/v1/sessions", new { email, password = UsersSteps.Password })).MustRefuse(401, "sign_in_failed");
        (await market.Count("SELECT count(*) FROM users.audit_log WHERE act = 'users.account_erased' AND subject = $1", account)).ShouldBe(1);

        // The buyer keeps the file and the order; the product is gone from sale.
        await buyer.SignIn();
        (await buyer.Visitor.Get(await buyer.DownloadLink(order))).Must().Bytes.ShouldBe(sold.Original);
        (await buyer.Visitor.Get($"/api/v1/orders/{order.Id()}")).Must();
        (await buyer.Visitor.Get($"/p/{sold.Slug}")).Must(404);
        (await market.Services.GetInvariants()).ShouldBeEmpty();

        // The address may come back as somebody new; the name never.
        (await visitor.Post("/api/v1/accounts", new { email, password = UsersSteps.Password, display_name = "New", username = "zeb-quixote" })).MustRefuse(409, "username_taken");
        (await visitor.Post("/api/v1/accounts", new { email, password = UsersSteps.Password, display_name = "New" })).Must(201);
    }

    [Fact]
    public async Task Who_signs_in_again_stays()
    {
        await using var market = await OwnMarket.Open();
        var ana = await market.SignUp("Ana Stays");
        (await ana.Visitor.Submit("/account/erase", "main form[method=post]", new Dictionary<string, string?>())).Must(302);
        (await ana.Visitor.Get("/api/v1/me")).MustRefuse(401, "unauthenticated");
        market.Clock.Walk(TimeSpan.FromDays(13));
        await ana.SignIn();
        market.Clock.Walk(TimeSpan.FromDays(2));
        await market.Run<ErasePeople>();
        (await ana.Visitor.Get("/api/v1/me")).Must().Json.GetProperty("display_name").GetString().ShouldBe("Ana Stays");
        (await market.Count("SELECT count(*) FROM users.erasures WHERE account = $1 AND cancelled_at IS NOT NULL", ana.Account)).ShouldBe(1);
        await ana.SignIn();
        (await ana.Visitor.Delete("/api/v1/me")).Must(202);
    }

    [Fact]
    public async Task It_takes_a_fresh_proof_and_what_is_open_stands_in_its_way()
    {
        await using var market = await OwnMarket.Open();
        var (ana, staff) = (await market.SignUp(), await market.Staff(Rights.Support));
        (await staff.Visitor.Delete("/api/v1/me")).MustRefuse(409, "erasure_blocked").Text.ShouldContain("holds_rights");
        await ana.AddToCart(await (await market.SignUp("Nova")).PublishBeat());
        (await ana.CheckoutByCard("tok_3ds")).Json.State().ShouldBe("pending");
        (await ana.Visitor.Delete("/api/v1/me")).MustRefuse(409, "erasure_blocked").Text.ShouldContain("orders_open");
        (await ana.Visitor.Get("/account/erase")).Must().Text.ShouldContain("An order of yours is still open.");
        market.Clock.Walk(Caller.Freshness + TimeSpan.FromSeconds(1));
        (await ana.Visitor.Delete("/api/v1/me")).MustRefuse(403, "step_up_required");
    }

    /// <summary>Tables that point at people and hold ids alone, with what they are for: nothing of them is ever personal.</summary>
    private static readonly HashSet<string> IdsOnly = new(StringComparer.Ordinal)
    {
        "users.audit_log",              // the log: ids and codes
        "users.erasures",               // that somebody asked to be forgotten
        "catalog.review_rights",        // who may review which line
        "orders.access_held",           // a count of the grants, which are exported
        "orders.bought_tiers",          // which tier somebody had before they bought one
        "orders.coupon_uses",           // which coupon an order was made with; the order is exported
    };

    [Fact]
    public async Task Every_table_that_points_at_people_is_spoken_for() => Forgotten(await Pointing(Market), Spoken()).ShouldBeEmpty();

    [Fact]
    public void A_table_that_nobody_exports_and_erases_is_noticed() =>
        Forgotten(["users.sessions", "users.love_letters"], Spoken()).ShouldBe(["users.love_letters"]);

    private static IEnumerable<string> Forgotten(IEnumerable<string> pointing, string spoken) => pointing.Where(t => !IdsOnly.Contains(t) && !spoken.Contains(t, StringComparison.Ordinal));

    // A foreign key to accounts, or a column that is named as whose something is.
    private static Task<List<string>> Pointing(Market market) => market.Source.Command(
        """
        SELECT DISTINCT n.nspname || '.' || c.relname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p') AND NOT c.relispartition JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE a.atttypid = 'uuid'::regtype AND NOT a.attisdropped AND n.nspname !~ '^(pg_|information_schema)'
          AND (a.attname IN ('account', 'account_id', 'owner', 'owner_id', 'buyer', 'buyer_id', 'seller', 'seller_id', 'payer_id', 'person', 'reporter')
               OR EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.confrelid = 'users.accounts'::regclass AND k.conkey = ARRAY[a.attnum]))
        ORDER BY 1
        """).List(r => r.GetString(0));

    private static string Spoken() => string.Concat(Directory.EnumerateFiles(Path.Combine(TestServer.Root, "src"), "*.cs", SearchOption.AllDirectories)
        .Where(f => !f.Contains("/obj/") && !f.Contains("/bin/")).Select(File.ReadAllText).Where(text => text.Contains(": IPersonalData", StringComparison.Ordinal)));

    private static async Task<List<string>> Found(Market market, string[] needles)
    {
        await using var source = NpgsqlDataSource.Create(market.ConnectionString);
        var columns = await source.Command(
            """
            SELECT n.nspname, c.relname, a.attname, t.typname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r' JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_type t ON t.oid = a.atttypid
            WHERE a.attnum > 0 AND NOT a.attisdropped AND n.nspname !~ '^(pg_|information_schema)' AND t.typname IN ('text', 'varchar', 'bpchar', 'citext', 'json', 'jsonb', 'inet', 'cidr', 'bytea', '_text', 'tsvector', 'xml')
            """).List(r => (Schema: r.GetString(0), Table: r.GetString(1), Column: r.GetString(2), Type: r.GetString(3)));
        var found = new List<string>();
        foreach (var c in columns)
        {
            var text = c.Type switch { "bytea" => $"encode(\"{c.Column}\", 'escape')", "inet" or "cidr" => $"host(\"{c.Column}\")", _ => $"\"{c.Column}\"::text" };
            var rows = await source.Command($"SELECT count(*) FROM \"{c.Schema}\".\"{c.Table}\" WHERE EXISTS (SELECT FROM unnest($1::text[]) needle WHERE strpos({text}, needle) > 0)", [(object)needles]).Scalar<long>();
            if (rows > 0) found.Add($"{c.Schema}.{c.Table}.{c.Column}: {rows}");
        }

        return found;
    }

    // Every posting, and every amount of every order.
    private static async Task<string> Books(Market market) =>
        (await market.Source.Command(
            """
            SELECT (SELECT md5(string_agg(p::text, ';' ORDER BY p.transaction_id, p.leg)) FROM wallet.postings p)
              || (SELECT md5(string_agg(format('%s %s %s %s %s', o.number, o.state, o.total, o.currency, o.buyer), ';' ORDER BY o.number)) FROM orders.orders o)
              || (SELECT md5(string_agg(format('%s %s %s %s %s %s %s', i.id, i.gross, i.tax, i.commission, i.fee, i.seller_share, i.seller), ';' ORDER BY i.id)) FROM orders.order_items i)
            """).Scalar<string>())!;

    private static string Text(ZipArchive zip, string name)
    {
        using var reader = new StreamReader(zip.GetEntry(name)!.Open(), Encoding.UTF8);
        return reader.ReadToEnd();
    }
}

internal static class ErasureSteps
{
    public static async Task<IReadOnlyList<string>> GetInvariants(this IServiceProvider services) =>
        (await ((InvariantCheck)services.GetService(typeof(InvariantCheck))!).Run()).Where(r => r.Violations > 0).Select(r => $"{r.Module}: {r.Invariant}: {r.Detail}").ToList();
}
