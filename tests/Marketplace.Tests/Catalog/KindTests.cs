using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Marketplace.Catalog;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Catalog;

/// <summary>What every kind of product keeps to, and what is particular to each.</summary>
public sealed class KindTests : MarketTest
{
    public static TheoryData<string> Kinds => [.. Ware.All.Select(w => w.Kind)];

    [Fact]
    public void The_contract_runs_over_every_kind_that_is_sold() =>
        Market.Services.GetRequiredService<ProductKinds>().All.Select(k => k.Key).ShouldBe(Ware.All.Select(w => w.Kind), ignoreOrder: true);

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_product_of_each_kind_is_made_published_found_and_shown(string kind)
    {
        var seller = await Market.SignUp("Nova");
        var product = await seller.Publish(Ware.Of(kind));
        var slug = product.GetProperty("slug").GetString()!;
        product.State().ShouldBe("active");

        using var visitor = Market.Visitor();
        (await visitor.Get($"/api/v1/products/{slug}")).Must().Json.GetProperty("kind").GetString().ShouldBe(kind);
        var shop = product.GetProperty("shop").GetProperty("slug").GetString();
        (await visitor.Get($"/api/v1/products?kind={kind}&shop={shop}")).Must().Json.GetProperty("data").EnumerateArray().Single().Id().ShouldBe(product.Id());
        var page = (await visitor.Get($"/p/{slug}")).Must().Html;
        page.QuerySelectorAll("main dl.facts dt, main .section li").Length.ShouldBeGreaterThan(0);
        var known = Market.Services.GetRequiredService<ProductKinds>()[kind];
        foreach (var heading in known.Facts.Where(f => f.IsBlock && product.GetProperty("details").TryGetProperty(f.Name, out _))) page.QuerySelectorAll("main h2").Select(h => h.TextContent).ShouldContain(heading.Label);
        if (known.OfferFacts.Count > 0) page.QuerySelectorAll("#offers thead th").Length.ShouldBe(product.GetProperty("offers").GetArrayLength());
        // Whoever looks through what is known of a person finds it.
        (await seller.Visitor.Get($"/sell/products/{product.Id()}")).Must().Html.QuerySelectorAll("[aria-invalid]").ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_product_of_each_kind_says_what_is_missing_and_is_not_sold_without_it(string kind)
    {
        var seller = await Market.SignUp("Nova");
        await seller.OpenShop();
        var bare = (await seller.Visitor.Post("/api/v1/products", new { kind, title = "Bare" })).Must(201).Json;
        var missing = (await seller.Visitor.Post($"/api/v1/products/{bare.Id()}/publish")).MustRefuse(409, "not_ready").Json
            .GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("code").GetString()!).ToList();
        var needs = Market.Services.GetRequiredService<ProductKinds>()[kind];
        missing.Contains("file_missing").ShouldBe(needs.HasFiles);
        missing.Contains("cover_missing").ShouldBe(needs.NeedsCover);
        missing.Contains("offer_missing").ShouldBe(needs.PricesAreTyped);
        missing.ShouldBe(bare.GetProperty("missing").EnumerateArray().Select(m => m.GetProperty("code").GetString()!));
        missing.Contains("preview_missing").ShouldBe(needs.NeedsPreview);
        missing.Count.ShouldBeGreaterThan(1);
        // The editor's page asks for each of its facts.
        var editor = (await seller.Visitor.Get($"/sell/products/{bare.Id()}")).Must().Html;
        foreach (var fact in Market.Services.GetRequiredService<ProductKinds>()[kind].Facts)
            editor.QuerySelector($"[name='{Marketplace.Catalog.Pages.FactsForm.NameOf(fact)}']").ShouldNotBeNull(fact.Name);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Details_that_are_none_of_the_kind_are_refused_whatever_they_are(string kind)
    {
        var seller = await Market.SignUp("Nova");
        await seller.OpenShop();
        foreach (var fact in Market.Services.GetRequiredService<ProductKinds>()[kind].Facts)
        {
            foreach (var garbage in new object[] { -1, 1e300, true, "\u0000", new string('x', 5000), new[] { 1 }, new { a = 1 }, "" })
            {
                if (fact is FlagFact && garbage is true) continue;
                var answer = (await seller.Visitor.Post("/api/v1/products", new { kind, title = "x", details = new Dictionary<string, object> { [fact.Name] = garbage } })).MustRefuse(422, "invalid");
                answer.Json.GetProperty("errors")[0].GetProperty("pointer").GetString().ShouldBe("/details/" + fact.Name);
            }
        }

        var ware = Ware.Of(kind);
        object Offer(object details) => new { licence = ware.Licence, option = ware.Option, price = new { amount = 900, currency = "EUR" }, details };
        foreach (var fact in Market.Services.GetRequiredService<ProductKinds>()[kind].OfferFacts)
        {
            foreach (var garbage in new object[] { -1, 1e300, "\u0000", new string('x', 5000), new[] { 1 }, new { a = 1 }, "" })
                (await seller.Visitor.Post("/api/v1/products", new { kind, title = "x", offers = new[] { Offer(new Dictionary<string, object> { [fact.Name] = garbage }) } })).MustRefuse(422, "invalid")
                    .Json.GetProperty("errors")[0].GetProperty("pointer").GetString().ShouldBe("/offers/0/details/" + fact.Name);
        }

        (await seller.Visitor.Post("/api/v1/products", new { kind, title = "x", offers = new[] { Offer(new { volume = 11 }) } })).Status.ShouldBe(Market.Services.GetRequiredService<ProductKinds>()[kind].OffersAreTyped ? 400 : 422);
        (await seller.Visitor.Post("/api/v1/products", new { kind, title = "x", offers = new[] { new { licence = ware.Licence, option = "no-such", price = new { amount = 900, currency = "EUR" } } } })).MustRefuse(422, "invalid");

        (await seller.Visitor.Post("/api/v1/products", new { kind, title = "x", details = new { volume = 11 } })).MustRefuse(400, "unknown_field");
        (await seller.Visitor.Post("/api/v1/products", new { kind, title = "x", details = "loud" })).MustRefuse(422, "invalid");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_kind_takes_its_own_licences_and_files_only(string kind)
    {
        var seller = await Market.SignUp("Nova");
        var draft = await seller.Draft(Ware.Of(kind));
        var known = Market.Services.GetRequiredService<ProductKinds>()[kind];
        foreach (var licence in Enum.GetValues<Licence>())
        {
            var answer = await seller.Edit(draft.Id(), new { offers = new[] { new { licence = licence.ToString().ToLowerInvariant(), option = Ware.Of(kind).Option, price = new { amount = 900, currency = "EUR" } } } });
            if (!known.PricesAreTyped) answer.MustRefuse(422, "invalid").Json.GetProperty("errors")[0].GetProperty("code").GetString().ShouldBe("price_follows");
            else if (known.HasVariants) answer.MustRefuse(422, "invalid").Json.GetProperty("errors")[0].GetProperty("code").GetString().ShouldBe("offers_are_variants");
            else if (known.Licences.Any(l => l.Licence == licence)) answer.Must();
            else answer.MustRefuse(422, "invalid").Json.GetProperty("errors")[0].GetProperty("code").GetString().ShouldBe("licence_not_offered");
        }

        foreach (var (name, bytes) in new[] { ("a.wav", Sound.Wav(0.5)), ("a.zip", Ware.Kit.File()), ("a.pdf", Ware.Digital.File()), ("a.png", Picture.Png(4, 4)) })
        {
            var answer = await seller.Upload(draft.Id(), "original", name, bytes);
            if (known.Originals.Any(f => f.Extensions.Contains(name[2..]))) answer.Must(201);
            else answer.MustRefuse(422, "file_type_not_allowed");
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Its_kind_decides_whether_it_may_cost_nothing_or_what_its_buyer_names(string kind)
    {
        var seller = await Market.SignUp("Nova");
        var (ware, known) = (Ware.Of(kind), Market.Services.GetRequiredService<ProductKinds>()[kind]);
        if (!known.OffersAreTyped) return;
        var draft = await seller.Draft(ware);
        Task<Answer> Offer(long amount, bool named = false) => seller.Edit(draft.Id(), new { offers = new[] { new { licence = ware.Licence, option = ware.Option, price = new { amount, currency = "EUR" }, names_price = named, details = ware.OfferDetails } } });
        string? Code(Answer answer) => answer.MustRefuse(422, "invalid").Json.GetProperty("errors")[0].GetProperty("code").GetString();
        Code(await Offer(50)).ShouldBe("price_out_of_range");
        if (known.MayBeFree) (await Offer(0)).Must();
        else Code(await Offer(0)).ShouldBe("price_out_of_range");
        if (known.MayNamePrice) (await Offer(500, named: true)).Must().Json.GetProperty("offers")[0].GetProperty("names_price").GetBoolean().ShouldBeTrue();
        else Code(await Offer(500, named: true)).ShouldBe("price_not_open");
        new[] { "digital", "membership", "course", "webinar" }.Contains(kind).ShouldBe(known.MayBeFree);
        (kind == "digital").ShouldBe(known.MayNamePrice);
    }

    [Fact]
    public async Task What_a_package_lacks_is_said_and_what_is_known_of_it_is_compared()
    {
        var seller = await Market.SignUp("Nova");
        var draft = await seller.Draft(Ware.Service);
        string[] Missing(Answer answer) => answer.Must().Json.GetProperty("missing").EnumerateArray().Select(m => m.GetProperty("code").GetString()!).Where(c => c is not ("cover_missing")).ToArray();
        Missing(await seller.Edit(draft.Id(), new { offers = new[] { new { licence = "standard", option = "basic", price = new { amount = 900, currency = "EUR" }, details = new { days = 3 } } } })).ShouldBe(["revisions_missing", "features_missing"]);
        var service = await seller.Publish(Ware.Service);
        using var visitor = Market.Visitor();
        var page = (await visitor.Get($"/p/{service.GetProperty("slug").GetString()}")).Must();
        var rows = page.Html.QuerySelectorAll("#offers tbody tr").Select(r => string.Join(" | ", r.QuerySelectorAll("th,td").Select(c => string.Join(' ', c.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))))).ToList();
        rows.ShouldBe(["Delivery | 5 days | 3 days", "Revisions | 1 revisions | 4 revisions", "Mix of one song | Yes | Yes", "Master | No | Yes"]);
        page.Text.ShouldContain("Which song is it?");
        (await visitor.Get($"/api/v1/products?q=mentor&kind=service&shop={service.GetProperty("shop").GetProperty("slug").GetString()}")).Must().Json.GetProperty("data").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task A_webinar_is_not_sold_once_it_has_begun()
    {
        await using var market = await OwnMarket.Open();
        var seller = await market.SignUp("Nova");
        var now = market.Clock.GetUtcNow();
        Ware At(TimeSpan later) => Ware.Webinar with { Details = new { starts_at = (now + later).ToString("yyyy-MM-dd'T'HH:mm:sszzz", System.Globalization.CultureInfo.InvariantCulture), minutes = 60, seats = 20, host = "Nova", language = "fr" } };
        var late = await seller.Ready(At(TimeSpan.FromHours(-1)));
        (await seller.Visitor.Post($"/api/v1/products/{late.Id()}/publish")).MustRefuse(409, "in_the_past");
        var soon = await seller.Publish(At(TimeSpan.FromHours(2)));
        (await seller.Edit(soon.Id(), new { details = At(TimeSpan.FromHours(-2)).Details })).MustRefuse(409, "in_the_past");
        var page = (await market.Visitor().Get($"/p/{soon.GetProperty("slug").GetString()}")).Must().Html;
        page.QuerySelector("main dl.facts time")!.GetAttribute("datetime").ShouldBe(MomentFact.Write(now.AddHours(2)));

        market.Clock.Walk(TimeSpan.FromHours(3));
        await market.Run<EndSales>();
        (await seller.Visitor.Get($"/api/v1/products/{soon.GetProperty("slug").GetString()}")).Must().Json.State().ShouldBe("paused");
        (await seller.Visitor.Post($"/api/v1/products/{soon.Id()}/publish")).MustRefuse(409, "in_the_past");
        (await seller.Edit(soon.Id(), new { details = At(TimeSpan.FromDays(1)).Details })).Must();
        (await seller.Visitor.Post($"/api/v1/products/{soon.Id()}/publish")).Must().Json.State().ShouldBe("active");
    }

    [Fact]
    public async Task The_price_of_a_reseller_service_is_the_charge_for_its_least_quantity_rounded_up()
    {
        var seller = await Market.SignUp("Nova");
        var service = await seller.Publish(Ware.Reseller);
        service.GetProperty("offers")[0].GetProperty("price").GetProperty("amount").GetInt64().ShouldBe(10);      // 0.901 / 1000 × 100 = 9.01 cents
        (await Market.Source.Command("SELECT rate::text || ' ' || least || ' ' || most || ' ' || refill FROM catalog.reseller_services WHERE product_id = $1", service.Id()).Scalar<string>()).ShouldBe("0.901000 100 10000 true");
        object Facts(string rate, int min, int max) => new Dictionary<string, object> { ["platform"] = "youtube", ["service_type"] = "default", ["rate_per_1000"] = rate, ["min"] = min, ["max"] = max };
        (await seller.Edit(service.Id(), new { details = Facts("1.5", 1000, 2000) })).Must().Json.GetProperty("offers")[0].GetProperty("price").GetProperty("amount").GetInt64().ShouldBe(150);
        (await seller.Edit(service.Id(), new { details = Facts("1.5", 1000, 999) })).MustRefuse(422, "invalid");
        (await seller.Edit(service.Id(), new { details = Facts("1.0000001", 1, 2) })).MustRefuse(422, "invalid");
        (await seller.Edit(service.Id(), new { details = Facts("99999", 1_000_000_000, 1_000_000_000) })).MustRefuse(422, "invalid");
    }

    [Fact]
    public async Task A_price_that_the_buyer_names_is_promised_to_carts()
    {
        var seller = await Market.SignUp("Nova");
        var book = await seller.Publish(Ware.Digital, price: 0, namesPrice: true);
        var id = book.GetProperty("offers")[0].Id();
        await using var scope = Market.Services.CreateAsyncScope();
        var offer = (await scope.ServiceProvider.GetRequiredService<ICatalog>().Offers([id]))[id];
        offer.NamesPrice.ShouldBeTrue();
        offer.Price.ShouldBe(Money.Of(0, "EUR"));
        offer.OnSale.ShouldBeTrue();
    }

    [Fact]
    public async Task A_loop_has_a_tempo_and_a_one_shot_needs_none()
    {
        var seller = await Market.SignUp("Nova");
        var draft = await seller.Draft(Ware.Sample);
        string[] Missing(Answer answer) => answer.Must().Json.GetProperty("missing").EnumerateArray().Select(m => m.GetProperty("code").GetString()!).Where(c => c.StartsWith("tempo", StringComparison.Ordinal)).ToArray();
        Missing(await seller.Edit(draft.Id(), new { details = new { type = "loop", genre = "House", instrument = "bass" } })).ShouldBe(["tempo_missing"]);
        Missing(await seller.Edit(draft.Id(), new { details = new { type = "one_shot", genre = "House", instrument = "bass" } })).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_in_a_kit_is_read_before_it_is_bought()
    {
        var seller = await Market.SignUp("Nova");
        var kit = await seller.Publish(Ware.Kit);
        using var visitor = Market.Visitor();
        (await visitor.Get($"/api/v1/products/{kit.GetProperty("slug").GetString()}")).Must().Json.GetProperty("contents").EnumerateArray().Select(c => c.GetString())
            .ShouldBe(["Kicks/kick.wav", "Snares/snare.wav"]);
        var page = (await visitor.Get($"/p/{kit.GetProperty("slug").GetString()}")).Must().Html;
        page.QuerySelector("#contents")!.TextContent.ShouldContain("kick.wav");
    }

    public static TheoryData<string, string> Corpus => new()
    {
        { "a way up", "archive_path_unsafe" }, { "a way up by backslash", "archive_path_unsafe" }, { "a root", "archive_path_unsafe" }, { "a drive", "archive_path_unsafe" }, { "a link", "archive_path_unsafe" },
        { "a bomb", "archive_too_large" }, { "a bomb that lies", "archive_too_large" }, { "too many files", "archive_too_many_files" }, { "another archive", "archive_nested" },
        { "another archive by another name", "archive_nested" }, { "a program", "archive_program" }, { "a program by another name", "archive_program" }, { "a password", "archive_encrypted" },
        { "nothing", "file_content_mismatch" }, { "a folder only", "archive_empty" }, { "half an archive", "file_damaged" }, { "something behind it", "file_damaged" }, { "two names for the same bytes", "file_damaged" },
        { "one name inside and one outside", "file_damaged" }, { "a page called an archive", "file_content_mismatch" }, { "a wrong length", "file_damaged" },
    };

    [Theory]
    [MemberData(nameof(Corpus))]
    public async Task An_archive_that_would_harm_its_buyer_is_refused(string what, string code)
    {
        var seller = await Market.SignUp("Nova");
        var draft = await seller.Draft(Ware.Kit);
        (await seller.Upload(draft.Id(), "original", "kit.zip", Harmful(what))).MustRefuse(422, code);
        (await seller.Visitor.Get($"/api/v1/products/{draft.GetProperty("slug").GetString()}")).Must().Json.GetProperty("files").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task An_ordinary_archive_is_taken_with_silence_folders_and_foreign_letters()
    {
        var seller = await Market.SignUp("Nova");
        var draft = await seller.Draft(Ware.Kit);
        var zip = Archive.Zip(("Sons/", []), ("Sons/été.wav", Sound.Wav(0.2)), ("Sons/silence.wav", new byte[3_000_000]), ("__MACOSX/._x", [1]), ("readme.txt", "Bonjour"u8.ToArray()), ("empty.txt", []));
        (await seller.Upload(draft.Id(), "original", "kit.zip", zip)).Must(201).Json.GetProperty("contents").EnumerateArray().Select(c => c.GetString())
            .ShouldBe(["empty.txt", "readme.txt", "Sons/été.wav", "Sons/silence.wav"], ignoreOrder: true);
    }

    private static byte[] Harmful(string what)
    {
        byte[] text = "hello hello hello hello"u8.ToArray();
        byte[] good = Archive.Zip(("a.wav", Sound.Wav(0.1)), ("b.txt", text));
        return what switch
        {
            "a way up" => Archive.Zip(("../../evil.wav", text)),
            "a way up by backslash" => Archive.Zip(("..\\evil.wav", text)),
            "a root" => Archive.Zip(("/etc/cron.d/evil", text)),
            "a drive" => Archive.Zip(("C:\\evil.wav", text)),
            "a link" => Change(good, Directory(good), 38, 0xA1FFu << 16, madeByUnix: true),
            "a bomb" => Archive.Zip(("zeros.wav", new byte[40_000_000])),
            "a bomb that lies" => Change(Archive.Zip(("zeros.wav", new byte[3_000_000])), null, 24, 1_000),
            "too many files" => Archive.Zip([.. Enumerable.Range(0, 2001).Select(i => ($"{i}.txt", Array.Empty<byte>()))]),
            "another archive" => Archive.Zip(("inner.zip", good)),
            "another archive by another name" => Archive.Zip(("inner.wav", good)),
            "a program" => Archive.Zip(("setup.EXE", text)),
            "a program by another name" => Archive.Zip(("kick.wav", [0x7F, (byte)'E', (byte)'L', (byte)'F', 1, 2, 3])),
            "a password" => Change(good, null, 8, 1 | (20u << 16)),
            "nothing" => Archive.Zip(),
            "a folder only" => Archive.Zip(("folder/", [])),
            "half an archive" => good[..(good.Length / 2)],
            "something behind it" => [.. good, .. "<script>alert(1)</script>"u8],
            "two names for the same bytes" => Change(good, SecondEntry(good), 42, 0),
            "one name inside and one outside" => Renamed(good),
            "a page called an archive" => "<!doctype html>"u8.ToArray(),
            "a wrong length" => Change(good, null, 24, 1_000_000),
            _ => throw new ArgumentOutOfRangeException(nameof(what), what, "Not in the corpus."),
        };
    }

    private static int Directory(byte[] zip) => BinaryPrimitives.ReadInt32LittleEndian(zip.AsSpan(zip.Length - 6));

    private static int SecondEntry(byte[] zip) => Directory(zip) + 46 + BinaryPrimitives.ReadUInt16LittleEndian(zip.AsSpan(Directory(zip) + 28));

    private static byte[] Change(byte[] zip, int? entry, int at, uint value, bool madeByUnix = false)
    {
        var changed = (byte[])zip.Clone();
        var begin = entry ?? Directory(zip);
        BinaryPrimitives.WriteUInt32LittleEndian(changed.AsSpan(begin + at), value);
        if (madeByUnix) changed[begin + 5] = 3;
        return changed;
    }

    private static byte[] Renamed(byte[] zip)
    {
        var changed = (byte[])zip.Clone();
        changed[30] = (byte)'x';
        return changed;
    }
}
