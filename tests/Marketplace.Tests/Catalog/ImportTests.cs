using System.Text;
using System.Text.Json;
using Marketplace.Catalog;

namespace Marketplace.Tests.Catalog;

/// <summary>Products by the file: said column by column, tried before they are put in, refused row by row, and the same when they come back.</summary>
public sealed class ImportTests : MarketTest
{
    private static readonly string[] Addresses = ["cover_url", "image_urls", "preview_url"];

    [Fact]
    public async Task What_is_exported_and_imported_into_an_empty_market_is_equal_with_its_files()
    {
        var seller = await Market.SignUp("Nova");
        await seller.OpenLargeShop();
        var files = new List<(string, byte[])>();
        // An archive is another one each time it is packed.
        var wares = Ware.All.Select(w => (Ware: w, Bytes: w.File())).Select(w => w.Ware with { File = () => w.Bytes }).ToList();
        foreach (var ware in wares) await seller.Publish(ware, $"{ware.Kind} of {seller.Account}");
        var odd = await seller.Draft(Ware.Beat, "=HYPERLINK(\"x\"), 'quoted'; \"Été\" 日本", 3_999);
        await seller.Edit(odd.Id(), new
        {
            description = "First line,\nsecond; \"third\"\n\n- and a list", tags = new[] { "808", "bells, slow", "été" }, category = "loops",
            offers = new object[]
            {
                new { licence = "custom", name = "By \"hand\"", terms = "One,\ntwo.", price = new { amount = 120_000, currency = "EUR" } },
                new { licence = "personal", price = new { amount = 1_999, currency = "EUR" } },
            },
        });
        var free = await seller.Draft(Ware.Digital, "+1 for nothing", 0, namesPrice: true);
        var paused = await seller.Publish(Ware.Beat, "Rests a while");
        (await seller.Visitor.Post($"/api/v1/products/{paused.Id()}/pause")).Must();
        (await seller.Visitor.Post($"/api/v1/products/{free.Id()}/archive")).Must();
        await seller.Draft(Ware.Sample, "'=A1 was meant so");

        // A thing in two sizes, each with its picture; the second was put first.
        var (shirt, front, back) = (await seller.DraftThing(), Picture.Png(12, 8), Picture.Png(9, 9));
        (await seller.AddImage(shirt, "front.png", front)).Must(201);
        var pictures = (await seller.AddImage(shirt, "back.png", back)).Must(201).Json.GetProperty("data").EnumerateArray().Select(p => p.Id()).ToList();
        (await seller.Visitor.Put($"/api/v1/products/{shirt}/images", new { images = new object[] { new { id = pictures[1], alt = "Behind | \"the\" back" }, new { id = pictures[0] } } })).Must();
        (await seller.SaveVariants(shirt, [new { attribute = "size", values = new[] { "m", "l" } }],
            [.. new[] { "m", "l" }.Select((size, i) => new { price = new { amount = 2_000, currency = "EUR" }, values = new { size }, stock = 3, image_id = pictures[i] })])).Must();

        var before = await seller.Export();
        before.Count.ShouldBe(1 + Ware.All.Count + 5);
        int Column(string name) => Array.IndexOf(before[0], name);
        foreach (var row in before.Skip(1))
        {
            var ware = wares.First(w => w.Kind == row[Column("kind")]);
            var shown = row[Column("images")].Split(" | ", StringSplitOptions.RemoveEmptyEntries);
            if (row[Column("cover")].Length > 0) files.Add((row[Column("cover")], shown.Length > 0 ? front : Picture.Png(8, 8)));
            files.AddRange(shown.Zip([back, front]));
            if (row[Column("preview")].Length > 0) files.Add((row[Column("preview")], Sound.Wav(1, 330)));
            if (row[Column("files")].Length > 0) files.Add((row[Column("files")], ware.File()));
        }

        files.Count.ShouldBeGreaterThan(10);
        await using var empty = await OwnMarket.Open();
        var heir = await empty.SignUp("Heir");
        await heir.OpenLargeShop();
        var import = (await heir.UploadCsv((await seller.Visitor.Get("/api/v1/shop/products.csv?state=all")).Must().Bytes)).Must(201).Json;
        import.GetProperty("columns").EnumerateArray().Where(c => c.GetProperty("field").ValueKind == JsonValueKind.Null).Select(c => c.GetProperty("name").GetString()!).ShouldBe(Addresses);
        (await heir.Visitor.Post($"/api/v1/imports/{import.Id()}/media", ImportSteps.Form(Archive.Zip([.. files]), "media.zip"))).Must();
        var tried = await empty.Finish(heir, import.Id(), "dry-run");
        tried.Counts().ShouldBe((before.Count - 1, 0, 0, 0), JsonSerializer.Serialize(await heir.ImportRows(import.Id(), "refused")));
        (await empty.Count("SELECT count(*) FROM catalog.products")).ShouldBe(0);
        (await empty.Finish(heir, import.Id(), "run")).Counts().ShouldBe((before.Count - 1, 0, 0, 0));

        var after = await heir.Export();
        List<string> Comparable(List<string[]> table) => [.. table.Skip(1).Select(row => string.Join('\u0001', row.Where((_, i) => !Addresses.Contains(before[0][i])))).Order(StringComparer.Ordinal)];
        Comparable(after).ShouldBe(Comparable(before));
        // What no cell says: the bytes.
        const string bytes = "SELECT string_agg(p.slug || coalesce(p.cover_version, '') || coalesce(p.preview_version, '') || coalesce((SELECT string_agg(encode(f.sha256, 'hex'), ',' ORDER BY f.sha256) FROM catalog.product_files f WHERE f.product_id = p.id), '')"
            + " || coalesce((SELECT string_agg(i.version || i.alt, ',' ORDER BY i.position) FROM catalog.product_images i WHERE i.product_id = p.id), '')"
            + " || coalesce((SELECT string_agg(o.option || i.version, ',' ORDER BY o.option) FROM catalog.product_variants v JOIN catalog.offers o ON o.id = v.offer_id JOIN catalog.product_images i ON i.id = v.image_id WHERE v.product_id = p.id), ''), ' ' ORDER BY p.slug) FROM catalog.products p JOIN catalog.shops s ON s.id = p.shop_id WHERE s.owner_id = $1";
        (await empty.Source.Command(bytes, heir.Account).Scalar<string>()).ShouldBe(await Market.Source.Command(bytes, seller.Account).Scalar<string>());

        // And once more changes nothing.
        var again = (await heir.UploadCsv((await heir.Visitor.Get("/api/v1/shop/products.csv?state=all")).Must().Bytes)).Must(201).Json;
        (await empty.Finish(heir, again.Id(), "run")).Counts().ShouldBe((0, 0, before.Count - 1, 0), JsonSerializer.Serialize(await heir.ImportRows(again.Id())));
        await empty.BooksMustHold();
    }

    [Fact]
    public async Task A_French_file_of_an_old_Windows_is_understood_tried_and_put_in_row_by_row()
    {
        var seller = await Market.SignUp("Nova");
        await seller.OpenLargeShop();
        var csv = "Référence;Titre;Prix;Mots-clés;Tempo;Tonalité;Genre;Notes\r\n"
            + "R-1;Été sans fin;29,90 €;été, cuivres;112;C major;Trap;rien\r\n"
            + "R-2;;19,90;;100;A minor;Trap;\r\n"
            + "R-3;Trop vite;19,90;;999;A minor;Trap;\r\n"
            + "R-4;Donné;0;;100;A minor;Trap;\r\n"
            + "R-1;Deux fois;9,90;;100;A minor;Trap;\r\n"
            + "R-6;Dimanche;cher;;80;A minor;Trap;\r\n"
            + "R-7;Kite;14,90;;84;F major;Lo-Fi;\r\n";
        var import = (await seller.UploadCsv(CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetBytes(csv), "catalogue.csv")).Must(201).Json;
        import.GetProperty("columns").EnumerateArray().Select(c => c.GetProperty("field").GetString()).ShouldBe(["external_id", "title", "price", "tags", "details.tempo", "details.key", "details.genre", null]);
        import.GetProperty("columns")[1].GetProperty("examples")[0].GetString().ShouldBe("Été sans fin");

        (await seller.Visitor.Post($"/api/v1/imports/{import.Id()}/dry-run")).Must();
        (await Market.Finish(seller, import.Id())).Counts().ShouldBe((0, 0, 0, 7), "nobody said of which kind they are");
        var columns = import.GetProperty("columns").EnumerateArray().Select(c => new { name = c.GetProperty("name").GetString(), field = c.GetProperty("field").GetString() }).ToList();
        (await seller.Visitor.Put($"/api/v1/imports/{import.Id()}/mapping", new { columns, kind = "beat", save_as = "Mon tableur" })).Must();
        (await seller.Visitor.Put($"/api/v1/imports/{import.Id()}/mapping", new { columns = new[] { new { name = "Titre", field = "title" }, new { name = "Prix", field = "title" } } })).MustRefuse(422, "invalid").Json.GetProperty("errors")[0].GetProperty("code").GetString().ShouldBe("field_twice");
        (await seller.Visitor.Put($"/api/v1/imports/{import.Id()}/mapping", new { columns = new[] { new { name = "Taille", field = "size" } } })).MustRefuse(422, "invalid");
        var tried = await Market.Finish(seller, import.Id(), "dry-run");
        tried.State().ShouldBe("checked");
        tried.Counts().ShouldBe((2, 0, 0, 5));
        (await Market.Count("SELECT count(*) FROM catalog.products p JOIN catalog.shops s ON s.id = p.shop_id WHERE s.owner_id = $1", seller.Account)).ShouldBe(0);

        var refused = (await seller.ImportRows(import.Id(), "refused")).Select(r => (r.GetProperty("number").GetInt32(), r.GetProperty("errors")[0].GetProperty("column").GetString(), r.GetProperty("errors")[0].GetProperty("code").GetString()));
        refused.ShouldBe([(3, "Titre", "not_empty"), (4, "Tempo", "tempo_out_of_range"), (5, "Prix", "price_out_of_range"), (6, "Référence", "row_twice"), (7, "Prix", "price")]);
        var changes = (await seller.ImportRows(import.Id(), "created"))[0].GetProperty("changes").EnumerateArray().ToDictionary(c => c.GetProperty("field").GetString()!, c => c.GetProperty("after").GetString());
        changes["title"].ShouldBe("Été sans fin");
        changes["offer.personal.price"].ShouldBe("29.90");

        (await Market.Finish(seller, import.Id(), "run")).State().ShouldBe("finished");
        var products = (await seller.Visitor.Get("/api/v1/shop/products")).Must().Json.GetProperty("data").EnumerateArray().ToList();
        products.Select(p => (p.GetProperty("title").GetString(), p.State())).ShouldBe([("Kite", "draft"), ("Été sans fin", "draft")]);
        (await seller.Visitor.Post($"/api/v1/imports/{import.Id()}/run")).MustRefuse(409, "import_over");
        var errors = await ImportSteps.Table((await seller.Visitor.Get($"/api/v1/imports/{import.Id()}/errors.csv")).Must().Bytes);
        errors[1][..4].ShouldBe(["3", "Titre", "title", "not_empty"]);
        errors[^1].ShouldContain("Dimanche");

        // The next file with these columns needs no questions: R-1 changes, R-7 does not, R-8 is new.
        var next = (await seller.UploadCsv("Titre\tRéférence\tPrix\nÉté sans fin (remix)\tR-1\t29.90\nKite\tR-7\t14,90\nSève\tR-8\t€9.90\n")).Must(201).Json;
        next.GetProperty("kind").GetString().ShouldBe("beat");
        var changed = await Market.Finish(seller, next.Id(), "run");
        changed.Counts().ShouldBe((1, 1, 1, 0));
        (await seller.ImportRows(next.Id(), "updated"))[0].GetProperty("changes").ToString().ShouldBe("""[{"field":"title","before":"Été sans fin","after":"Été sans fin (remix)"}]""");
        // What had no column stays.
        (await seller.Visitor.Get("/api/v1/products/ete-sans-fin")).Json.TryGetProperty("details", out var details);
        if (details.ValueKind == JsonValueKind.Object) details.GetProperty("tempo").GetInt32().ShouldBe(112);
    }

    [Fact]
    public async Task Rows_are_published_by_the_usual_rules_and_refused_ones_are_tried_again_alone()
    {
        var seller = await Market.SignUp("Nova");
        await seller.OpenShop(trusted: false);
        var ready = await seller.Ready(Ware.Beat, "Ready");
        var bare = await seller.Draft(Ware.Beat, "Bare");
        string Slug(JsonElement product) => product.GetProperty("slug").GetString()!;
        var csv = $"slug,state,title,external_id\n{Slug(ready)},active,Ready now,A\n{Slug(bare)},active,Bare no more,B\n,,New one,C\n";
        var import = (await seller.UploadCsv(csv)).Must(201).Json;
        var ran = await Market.Finish(seller, import.Id(), "run");
        ran.Counts().ShouldBe((0, 1, 0, 2));
        var errors = (await seller.ImportRows(import.Id(), "refused")).Select(r => string.Join(' ', r.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("code").GetString()))).ToList();
        errors.ShouldBe(["file_missing preview_missing cover_missing", "unknown_kind"]);
        // Of a refused row nothing stays, not even its title; one of a new shop waits for a moderator.
        (await seller.Visitor.Get($"/api/v1/products/{Slug(bare)}")).Must().Json.GetProperty("title").GetString().ShouldBe("Bare");
        (await seller.Visitor.Get($"/api/v1/products/{Slug(ready)}")).Must().Json.State().ShouldBe("pending");

        (await seller.Upload(bare.Id(), "original", "beat.wav", Sound.Wav(1))).Must(201);
        (await seller.Upload(bare.Id(), "cover", "cover.png", Picture.Png(8, 8))).Must(201);
        var retried = await Market.Finish(seller, import.Id(), "retry");
        retried.Counts().ShouldBe((0, 2, 0, 1));
        (await seller.Visitor.Get($"/api/v1/products/{Slug(bare)}")).Must().Json.State().ShouldBe("pending");
        (await Market.Count("SELECT count(*) FROM catalog.products WHERE external_id = 'B' AND id = $1", bare.Id())).ShouldBe(1);
    }

    [Fact]
    public async Task One_import_of_a_shop_runs_at_a_time_and_what_is_cancelled_goes_on_where_it_was()
    {
        await using var market = await OwnMarket.Open();
        var seller = await market.SignUp("Nova");
        await seller.OpenLargeShop();
        string Rows(string letter, int count) => "external_id,kind,title\n" + string.Concat(Enumerable.Range(1, count).Select(i => $"{letter}{i},beat,Title {letter}{i}\n"));
        var (first, second) = ((await seller.UploadCsv(Rows("a", 120))).Must(201).Json.Id(), (await seller.UploadCsv(Rows("b", 2))).Must(201).Json.Id());
        (await seller.Visitor.Post($"/api/v1/imports/{first}/run")).Must();
        (await seller.Visitor.Post($"/api/v1/imports/{second}/dry-run")).MustRefuse(409, "import_running");
        (await seller.Visitor.Post($"/api/v1/imports/{first}/run")).MustRefuse(409, "import_at_work");
        (await seller.Visitor.Delete($"/api/v1/imports/{first}")).MustRefuse(409, "import_at_work");
        await market.Chunk(first);
        (await seller.Visitor.Post($"/api/v1/imports/{first}/cancellation")).Must().Json.Counts().Created.ShouldBe(50);
        (await market.Finish(seller, second, "dry-run")).State().ShouldBe("checked");
        (await seller.Visitor.Post($"/api/v1/imports/{second}/cancellation")).MustRefuse(409, "import_rests");
        (await market.Finish(seller, first, "retry")).Counts().ShouldBe((120, 0, 0, 0));
        (await market.Count("SELECT count(*) FROM catalog.products")).ShouldBe(120);
        (await seller.Visitor.Post($"/api/v1/imports/{first}/retry")).MustRefuse(409, "nothing_to_retry");

        (await seller.Visitor.Delete($"/api/v1/imports/{first}")).Must(204);
        (await seller.Visitor.Get($"/api/v1/imports/{first}")).Must(404);
        market.Clock.Walk(TimeSpan.FromDays(31));
        await market.Run<PurgeImports>();
        (await market.Count("SELECT count(*) FROM catalog.import_rows")).ShouldBe(0);
        (await market.Count("SELECT count(*) FROM catalog.products")).ShouldBe(120);
    }

    [Fact]
    public async Task A_host_that_dies_at_any_point_leaves_each_row_done_once_and_two_hosts_share_the_work()
    {
        await using var market = await OwnMarket.Open();
        var other = await market.AnotherHost();
        var seller = await market.SignUp("Nova");
        await seller.OpenLargeShop();
        const int rows = 230;
        var csv = "external_id,kind,title,offer.personal.price\n" + string.Concat(Enumerable.Range(1, rows).Select(i => $"x{i},beat,Title {i},{(i % 50 == 0 ? "" : "10")}\n"));
        var import = (await seller.UploadCsv(csv)).Must(201).Json.Id();
        (await seller.Visitor.Post($"/api/v1/imports/{import}/run")).Must();
        var crashes = 0;
        foreach (var point in new[] { Faults.BeforeCommit, Faults.AfterCommit, Faults.BeforeCommit, Faults.AfterCommit })
        {
            market.Faults.Passing = passed =>
            {
                if (passed == point) throw new Faults.Crash(point);
            };
            await Should.ThrowAsync<Faults.Crash>(() => market.Run<WorkImports>());
            crashes++;
            market.Faults.Passing = null;
        }

        (await seller.Visitor.Get($"/api/v1/imports/{import}")).Must().Json.GetProperty("created").GetInt32().ShouldBe(100, "two of the four had committed");
        crashes.ShouldBe(4);
        await Task.WhenAll(market.Run<WorkImports>(), other.Run<WorkImports>());
        (await market.Finish(seller, import)).Counts().ShouldBe((rows, 0, 0, 0));
        (await market.Count("SELECT count(*) FROM catalog.products")).ShouldBe(rows);
        (await market.Count("SELECT count(DISTINCT external_id) FROM catalog.products")).ShouldBe(rows);
        (await market.Count("SELECT count(*) FROM catalog.import_results")).ShouldBe(rows);
        await market.BooksMustHold();
    }

    [Fact]
    public async Task Files_that_are_no_tables_and_archives_that_are_no_parcels_are_refused_with_a_reason()
    {
        var seller = await Market.SignUp("Nova");
        await seller.OpenLargeShop();
        (await seller.UploadCsv("title\n", "a.csv")).MustRefuse(422, "csv_empty");
        (await seller.UploadCsv("title\n\"open\nand on", "a.csv")).MustRefuse(422, "csv_unreadable");
        (await seller.UploadCsv("a\nb\n", "a.exe")).MustRefuse(422, "file_type_not_allowed");
        (await seller.UploadCsv(Archive.Zip(("xl/workbook.xml", [1])), "a.csv")).MustRefuse(422, "file_content_mismatch");
        (await seller.UploadCsv(string.Join(',', Enumerable.Repeat("x", 301)) + "\n1\n", "a.csv")).MustRefuse(422, "csv_too_wide");
        var import = (await seller.UploadCsv("kind,title,cover,files\nbeat,Dawn,../up.png,\nbeat,Dusk,covers/dusk.png,files/none.wav\nbeat,Noon,covers/page.png,\nbeat,Night,covers/night.png,files/night.wav\n")).Must(201).Json.Id();
        (await seller.Visitor.Post($"/api/v1/imports/{import}/media", ImportSteps.Form(Archive.Zip(("../up.png", Picture.Png(4, 4))), "m.zip"))).MustRefuse(422, "archive_path_unsafe");
        (await seller.Visitor.Post($"/api/v1/imports/{import}/media", ImportSteps.Form(Archive.Zip(("bomb.bin", new byte[20_000_000])), "m.zip"))).MustRefuse(422, "archive_too_large");
        (await seller.Visitor.Post($"/api/v1/imports/{import}/media", ImportSteps.Form(Archive.Zip(("run.exe", [1, 2])), "m.zip"))).MustRefuse(422, "archive_program");
        (await seller.Visitor.Post($"/api/v1/imports/{import}/media", ImportSteps.Form(Archive.Zip(
            ("covers/dusk.png", Picture.Png(4, 4)), ("covers/page.png", "<html>"u8.ToArray()), ("covers/night.png", Picture.Png(6, 6)), ("files/night.wav", Sound.Wav(1))), "m.zip"))).Must();
        (await Market.Finish(seller, import, "run")).Counts().ShouldBe((1, 0, 0, 3));
        (await seller.ImportRows(import, "refused")).Select(r => (r.GetProperty("errors")[0].GetProperty("field").GetString(), r.GetProperty("errors")[0].GetProperty("code").GetString()))
            .ShouldBe([("cover", "file_not_in_archive"), ("files", "file_not_in_archive"), ("cover", "file_content_mismatch")]);
    }

    [Fact]
    public async Task The_pages_lead_from_a_file_to_products_without_a_script_and_in_French()
    {
        static string Words(Answer page) => page.Html.Body!.TextContent;
        await using var market = await OwnMarket.Open();
        var seller = await market.SignUpIn("fr");
        (await seller.Visitor.Get("/sell/imports")).Must(403);
        await seller.OpenLargeShop();
        var empty = (await seller.Visitor.Get("/sell/imports")).Must();
        Words(empty).ShouldContain("Rien d’importé pour l’instant");
        foreach (var template in empty.Html.QuerySelectorAll("a[href*='template']").Select(a => a.GetAttribute("href")!))
            (await ImportSteps.Table((await seller.Visitor.Get(template)).Must().Bytes)).Count.ShouldBe(2);
        async Task<Answer> Upload(string page, string name, byte[] bytes)
        {
            var form = (await seller.Visitor.Get(page)).Must().Html.QuerySelector("form[enctype='multipart/form-data']")!;
            var body = new MultipartFormDataContent { { new StringContent(form.QuerySelector("[name=__RequestVerificationToken]")!.GetAttribute("value")!), "__RequestVerificationToken" }, { new ByteArrayContent(bytes), "file", name } };
            return await seller.Visitor.Post(form.GetAttribute("action")!, body);
        }

        (await Upload("/sell/imports", "rien.csv", "titre"u8.ToArray())).Must(302).Location.ShouldBe("/sell/imports");
        Words((await seller.Visitor.Get("/sell/imports")).Must()).ShouldContain("Le fichier doit avoir une ligne de noms de colonnes");
        var page = (await Upload("/sell/imports", "beats.csv", "Identifiant externe,Titre,Prix,Tempo,Pochette\nB1,Aube,10,100,covers/a.png\nB2,<b>Crépuscule</b>,10,1000,\n"u8.ToArray())).Must(302).Location!;
        var mapping = (await seller.Visitor.Get(page)).Must();
        mapping.Html.QuerySelectorAll("select[name^='field.'] option[selected]").Select(o => o.GetAttribute("value")).ShouldBe(["external_id", "title", "price", "details.tempo", "cover"]);
        Words((await seller.Visitor.Submit(page, "form:has([name=save_as])", new Dictionary<string, string?> { ["field.0"] = "title" })).Must(422)).ShouldContain("Deux colonnes ne peuvent pas contenir le même champ.");
        (await Upload(page, "media.zip", Archive.Zip(("covers/a.png", Picture.Png(4, 4))))).Must(302).Location.ShouldBe(page);
        (await seller.Visitor.Submit(page, "form:has([name=save_as])", new Dictionary<string, string?> { ["kind"] = "beat" })).Must(302);
        var waiting = (await seller.Visitor.Get(page)).Must();
        waiting.Html.QuerySelector("#import")!.GetAttribute("hx-get").ShouldBe(page);
        await market.Run<WorkImports>();
        var tried = (await seller.Visitor.Get(page)).Must();
        tried.Html.QuerySelectorAll(".figure strong").Select(f => f.TextContent).ShouldBe(["1", "0", "0", "1"]);
        tried.Html.QuerySelector("#import")!.HasAttribute("hx-get").ShouldBeFalse();
        Words(tried).ShouldContain("Aube");
        tried.Html.QuerySelector("b").ShouldBeNull();
        (await seller.Visitor.Get(page + "/errors.csv")).Must().Text.ShouldContain("Tempo");
        (await seller.Visitor.Submit(page, "form[action*='handler=Run']", new Dictionary<string, string?>())).Must(302);
        await market.Run<WorkImports>();
        Words((await seller.Visitor.Get(page)).Must()).ShouldContain("Importé");
        (await seller.Visitor.Get("/api/v1/shop/products")).Must().Json.GetProperty("data")[0].GetProperty("cover_url").GetString().ShouldNotBeNull();
        (await seller.Visitor.Get("/sell/products/export?q=aube")).Must().ContentHeaders.ContentType!.MediaType.ShouldBe("text/csv");
        (await seller.Visitor.Submit(page, "form[action*='handler=Delete']", new Dictionary<string, string?>())).Must(302).Location.ShouldBe("/sell/imports");
    }

    [Fact]
    public async Task A_row_costs_so_many_round_trips_and_no_more()
    {
        await using var market = await OwnMarket.Open();
        var seller = await market.SignUp("Nova");
        await seller.OpenLargeShop();
        const int rows = 500;
        var import = (await seller.UploadCsv("external_id,kind,title,description,tags,details.tempo,details.key,details.genre,offer.personal.price,offer.commercial.price\n"
            + string.Concat(Enumerable.Range(1, rows).Select(i => $"x{i},beat,Title {i},Words of {i},\"dark, bells\",{60 + (i % 100)},A minor,Trap,29.90,89.90\n")))).Must(201).Json.Id();
        (await seller.Visitor.Post($"/api/v1/imports/{import}/run")).Must();
        var statements = 0;
        using var work = new System.Diagnostics.Activity("counted");
        using var listener = new System.Diagnostics.ActivityListener
        {
            ShouldListenTo = source => source.Name is "Npgsql",
            Sample = (ref System.Diagnostics.ActivityCreationOptions<System.Diagnostics.ActivityContext> _) => System.Diagnostics.ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.TraceId == work.TraceId) Interlocked.Increment(ref statements);
            },
        };
        System.Diagnostics.ActivitySource.AddActivityListener(listener);
        work.Start();
        (await market.Finish(seller, import)).Counts().ShouldBe((rows, 0, 0, 0));
        work.Stop();
        ((double)statements / rows).ShouldBeInRange(5, 14);
    }

    [Theory]
    [InlineData("utf-8", ",")]
    [InlineData("utf-8", ";")]
    [InlineData("utf-16", "\t")]
    [InlineData("utf-16BE", ";")]
    [InlineData("windows-1252", ",")]
    public async Task A_table_is_the_same_however_it_is_written(string encoding, string separator)
    {
        var random = new Random(encoding.Length * 7 + separator[0]);
        string[] pieces = ["é", "€", "\"", ",", ";", "\t", "\n", " ", "=1", "'", "-", "word", "ÿ"];
        for (var turn = 0; turn < 40; turn++)
        {
            var table = Enumerable.Range(0, 4).Select(_ => Enumerable.Range(0, 3).Select(_ => "v" + string.Concat(Enumerable.Range(0, random.Next(5)).Select(_ => pieces[random.Next(pieces.Length)]))).ToArray()).Prepend(["One", "Two", "Three"]).ToList();
            var text = string.Join("\r\n", table.Select(row => string.Join(separator, row.Select(c => $"\"{c.Replace("\"", "\"\"")}\""))));
            var of = CodePagesEncodingProvider.Instance.GetEncoding(encoding) ?? Encoding.GetEncoding(encoding);
            var read = await ImportSteps.Table([.. turn % 2 == 0 && encoding != "windows-1252" ? of.GetPreamble() : [], .. of.GetBytes(text)]);
            read.Select(r => string.Join('|', r)).ShouldBe(table.Select(r => string.Join('|', r)), $"{encoding} {separator} {text}");
        }
    }

    [Fact]
    public void What_is_disarmed_for_a_spreadsheet_is_read_as_it_was()
    {
        foreach (var text in new[] { "=1+1", "'=1+1", "''=1", "@x", "-3 dB", "'quoted'", "'", "", " =1", "it's", "＝1", "\t=1" })
        {
            var cell = Csv.Line(text);
            cell.TrimStart('"').ShouldNotStartWith("=");
            Csv.Plain(cell is ['"', .. var inner, '"'] ? inner.Replace("\"\"", "\"") : cell).ShouldBe(text);
        }
    }
}
