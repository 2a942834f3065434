using System.Text.Json;
using Marketplace.Users;

namespace Marketplace.Tests.Users;

/// <summary>Who somebody is to others: what they say, to whom they show it, and what never leaves.</summary>
public sealed class ProfileTests : MarketTest
{
    public static readonly (string Typed, string Kept)[] GoodLinks =
    [
        ("rolink.me/ana", "https://rolink.me/ana"),
        ("rolink.me", "https://rolink.me/"),
        ("https://rolink.me", "https://rolink.me/"),
        ("https://rolink.me/", "https://rolink.me/"),
        ("http://rolink.me/ana", "http://rolink.me/ana"),
        ("https://rolink.me/ana", "https://rolink.me/ana"),
        ("https://www.rolink.me/ana", "https://www.rolink.me/ana"),
        ("www.rolink.me/ana", "https://www.rolink.me/ana"),
        ("HTTPS://ROLINK.ME/Ana", "https://rolink.me/Ana"),
        ("  rolink.me/ana  ", "https://rolink.me/ana"),
        ("rolink.me/ana/music", "https://rolink.me/ana/music"),
        ("rolink.me/ana/", "https://rolink.me/ana/"),
        ("rolink.me/ana?from=shop&x=1", "https://rolink.me/ana?from=shop&x=1"),
        ("rolink.me?u=ana", "https://rolink.me/?u=ana"),
        ("rolink.me/@ana", "https://rolink.me/@ana"),
        ("rolink.me/a%20b", "https://rolink.me/a%20b"),
        ("rolink.me/ana-marie_2.0~x", "https://rolink.me/ana-marie_2.0~x"),
    ];

    public static readonly string[] EvilLinks =
    [
        "https://rolink.me.evil.com/ana", "https://rolink.me.evil.com", "rolink.me.evil.com", "https://evil.com/rolink.me", "https://evil.com?rolink.me", "https://evil.com#rolink.me/",
        "https://evilrolink.me/ana", "https://evil-rolink.me", "https://sub.rolink.me/ana", "https://www.www.rolink.me/", "https://rolink.mee/ana", "https://rolink.m/ana", "https://rolink.com/ana",
        "https://rolink.me@evil.com/", "https://rolink.me:x@evil.com/", "https://ana@rolink.me/", "https://ana:pw@rolink.me/", "https://rolink.me%40evil.com/", "https://evil.com%2f@rolink.me/",
        "https://rolink.me:8443/ana", "https://rolink.me:443/ana", "rolink.me:80",
        "https://xn--rolnk-n4a.me/ana", "https://rol\u0456nk.me/ana", "https://rolınk.me/ana", "https://ｒｏｌｉｎｋ.me/ana", "https://rolink。me/ana", "https://ro\u00ADlink.me/ana", "https://rolink\u200b.me/ana",
        "https:\\\\rolink.me\\ana", "https://rolink.me\\@evil.com", "https://evil.com\\@rolink.me", "https:/rolink.me/ana", "https:rolink.me", "//rolink.me/ana", "///rolink.me",
        "https://rolink.me/ana#x", "https://rolink.me#@evil.com", "https://rolink.me/a b", "https://rolink.me/a\tb", "https://rolink.me/a\nb", "https:// rolink.me/", "\thttps://rolink.me/", "rolink .me",
        "ftp://rolink.me/ana", "javascript://rolink.me/%0aalert(1)", "javascript:alert(1)//rolink.me", "data:text/html,rolink.me", "file://rolink.me/etc/passwd", "https://https://rolink.me",
        "https://rolink.me./ana", "https://rolink..me/ana", "https://.rolink.me/", "https://rolink.me//evil.com", "https://rolink.me/../evil", "https://rolink.me/./x", "https://rolink.me/%2e%2e/x", "https://rolink.me/%5c%5cevil.com",
        "https://rolink.me/%0d%0aSet-Cookie:x", "https://rolink.me/%00", "https://rolink.me/%2f%2fevil.com", "https://rolink.me/a%zz", "https://rolink.me/<script>", "https://rolink.me/\"onclick", "https://1.2.3.4/rolink.me", "rolink", "me", "https://", "https://rolink.me/" + "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ];

    [Fact]
    public async Task A_smart_link_leads_to_rolink_me_whoever_typed_it_how()
    {
        var ana = await Market.SignUp();
        foreach (var (typed, kept) in GoodLinks)
            (await ana.EditProfile(new { smart_link = typed })).Must().Json.GetProperty("smart_link").GetString().ShouldBe(kept, typed);
        (GoodLinks.Length + EvilLinks.Length).ShouldBeGreaterThan(40);
        (await ana.EditProfile(new { smart_link = "" })).Must().Json.GetProperty("smart_link").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task A_smart_link_that_leads_or_seems_to_lead_elsewhere_is_refused()
    {
        var ana = await Market.SignUp();
        var taken = new List<string>();
        foreach (var evil in EvilLinks)
        {
            var answer = await ana.EditProfile(new { smart_link = evil });
            if (answer.Status != 422 || answer.Code != "invalid") taken.Add($"{evil} → {answer.Status}");
        }

        taken.ShouldBeEmpty();
        (await ana.Profile()).GetProperty("smart_link").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Theory]
    [InlineData("example.com", "https://example.com/")]
    [InlineData("http://example.com/a?b=c#d", "http://example.com/a?b=c#d")]
    [InlineData("javascript:alert(1)", null)]
    [InlineData("https://user@example.com", null)]
    [InlineData("https://example.com:8080", null)]
    [InlineData("https://127.0.0.1/", null)]
    [InlineData("https://localhost/", null)]
    [InlineData("https://exa mple.com", null)]
    [InlineData("data:text/html,x", null)]
    public async Task A_website_is_a_page_on_the_web(string typed, string? kept)
    {
        var ana = await Market.SignUp();
        var answer = await ana.EditProfile(new { website = typed });
        if (kept is null) answer.MustRefuse(422, "invalid");
        else answer.Must().Json.GetProperty("website").GetString().ShouldBe(kept);
    }

    [Fact]
    public async Task What_is_said_changes_and_the_rest_stays()
    {
        var ana = await Market.SignUp();
        (await ana.EditProfile(new { bio = "Bass and\r\ndrums.", experience = "professional", mentoring = true })).Must();
        var profile = (await ana.EditProfile(new { website = "example.com" })).Must().Json;
        profile.GetProperty("bio").GetString().ShouldBe("Bass and\ndrums.");
        profile.GetProperty("experience").GetString().ShouldBe("professional");
        profile.GetProperty("mentoring").GetBoolean().ShouldBeTrue();
        (await ana.EditProfile(new { experience = "", bio = "" })).Must().Json.GetProperty("experience").ValueKind.ShouldBe(JsonValueKind.Null);

        (await ana.EditProfile(new { bio = new string('x', 1001) })).MustRefuse(422, "invalid");
        (await ana.EditProfile(new { experience = "wizard" })).MustRefuse(422, "invalid");
        (await ana.EditProfile(new { visibility = "everybody" })).MustRefuse(422, "invalid");
        (await ana.EditProfile(new { partner = true })).MustRefuse(400, "unknown_field");
        (await ana.EditProfile(new { verified = true })).MustRefuse(400, "unknown_field");
    }

    [Fact]
    public async Task Who_edits_an_old_version_is_told_and_one_of_two_editors_wins()
    {
        var ana = await Market.SignUp();
        (await ana.Visitor.Patch("/api/v1/me/profile", new { bio = "x" })).MustRefuse(428, "if_match_missing");
        var version = (await ana.Profile()).GetProperty("version").GetInt32();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => ana.EditProfile(new { bio = $"Editor {i}" }, version)));
        answers.Count(a => a.Status == 200).ShouldBe(1);
        answers.Where(a => a.Status != 200).ShouldAllBe(a => a.Code == "stale");

        var read = await ana.Visitor.Get("/api/v1/me/profile");
        read.Headers.ETag!.Tag.ShouldBe($"\"{version + 1}\"");
    }

    [Fact]
    public async Task A_profile_is_seen_by_whom_its_owner_lets()
    {
        var (ana, bea, moderator) = (await Market.SignUp(), await Market.SignUp("Bea"), await Market.Staff(Rights.Moderation));
        using var guest = Market.Visitor();
        var path = $"/api/v1/people/{await ana.Username()}";
        var page = $"/people/{await ana.Username()}";

        (await guest.Get(path)).Must();
        (await ana.EditProfile(new { visibility = "members_only" })).Must();
        (await guest.Get(path)).MustRefuse(404, "not_found");
        (await guest.Get(page)).Must(404);
        (await bea.Visitor.Get(path)).Must();
        (await bea.Visitor.Get(page)).Must();

        (await ana.EditProfile(new { visibility = "private" })).Must();
        (await bea.Visitor.Get(path)).MustRefuse(404, "not_found");
        (await bea.Visitor.Get(page)).Must(404);
        (await ana.Visitor.Get(path)).Must();
        (await ana.Visitor.Get(page)).Must();
        (await moderator.Visitor.Get(path)).Must();
        (await guest.Get("/api/v1/people/nobody-of-this-name")).MustRefuse(404, "not_found");
    }

    [Theory]
    [InlineData("suspended")]
    [InlineData("banned")]
    [InlineData("deleted")]
    public async Task Of_who_may_not_trade_nobody_sees_a_profile(string status)
    {
        var ana = await Market.SignUp();
        var username = await ana.Username();
        (await ana.UploadPicture("avatar", "me.png", Picture.Png(8, 8))).Must();
        var avatar = (await ana.Profile()).GetProperty("avatar_url").GetString()!;
        using var guest = Market.Visitor();
        (await guest.Get(avatar)).Must();
        await Market.Become(ana.Account, status);
        (await guest.Get($"/api/v1/people/{username}")).Must(404);
        (await guest.Get($"/people/{username}")).Must(404);
        (await guest.Get(avatar)).Must(404);
    }

    [Fact]
    public async Task A_location_is_shown_as_far_as_its_owner_wants_and_no_further()
    {
        var (ana, bea) = (await Market.SignUp(), await Market.SignUp("Bea"));
        await Market.SetTier(ana.Account, SellerTier.Standard);
        (await ana.EditProfile(new { location = new { source = "gps", latitude = 48.8123456, longitude = 2.3987654, visibility = "exact" } })).Must()
            .Json.GetProperty("location").GetProperty("city").GetString().ShouldBe("Paris");
        var path = $"/api/v1/people/{await ana.Username()}";
        var shown = (await bea.Visitor.Get(path)).Must().Json.GetProperty("location");
        shown.GetProperty("latitude").GetDouble().ShouldBe(48.8123456);

        foreach (var (visibility, city, country) in new[] { ("city", true, true), ("country", false, true), ("hidden", false, false) })
        {
            (await ana.EditProfile(new { location = new { visibility } })).Must();
            var (api, page, list) = ((await bea.Visitor.Get(path)).Must(), (await bea.Visitor.Get(path.Replace("/api/v1", ""))).Must(), (await bea.Visitor.Get($"/api/v1/people?q={await ana.Username()}")).Must());
            foreach (var answer in new[] { api, page, list })
            {
                answer.Text.ShouldNotContain("48.8123");
                answer.Text.ShouldNotContain("2.39876");
                answer.Text.Contains("Paris", StringComparison.Ordinal).ShouldBe(city, visibility);
            }

            api.Json.GetProperty("location").ValueKind.ShouldBe(country ? JsonValueKind.Object : JsonValueKind.Null);
            list.Text.Contains("\"FR\"", StringComparison.Ordinal).ShouldBe(country);
        }

        (await ana.Profile()).GetProperty("location").GetProperty("latitude").GetDouble().ShouldBe(48.8123456);
        (await ana.EditProfile(new { location = new { source = "" } })).Must().Json.GetProperty("location").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task A_device_says_where_one_is_for_paid_tiers_and_partners()
    {
        var ana = await Market.SignUp();
        var gps = new { location = new { source = "gps", latitude = 45.76, longitude = 4.84 } };
        (await ana.EditProfile(gps)).MustRefuse(403, "tier_required");
        (await ana.EditProfile(new { location = new { source = "typed", country = "FR", city = "Lyon" } })).Must().Json.GetProperty("location").GetProperty("latitude").GetDouble().ShouldBe(45.764);
        await Market.SetTier(ana.Account, SellerTier.Premium);
        (await ana.EditProfile(gps)).Must().Json.GetProperty("location").GetProperty("source").GetString().ShouldBe("gps");

        (await ana.EditProfile(new { location = new { source = "gps", latitude = 91, longitude = 0 } })).MustRefuse(422, "invalid");
        (await ana.EditProfile(new { location = new { source = "gps" } })).MustRefuse(422, "invalid");
        (await ana.EditProfile(new { location = new { source = "gps", latitude = -48.9, longitude = -123.4 } })).MustRefuse(422, "invalid");       // the middle of the ocean: which country?
        (await ana.EditProfile(new { location = new { source = "typed" } })).MustRefuse(422, "invalid");
        (await ana.EditProfile(new { location = new { source = "typed", country = "ZZ" } })).MustRefuse(422, "invalid");
    }

    [Fact]
    public async Task The_address_book_says_where_one_is_when_its_owner_wants()
    {
        var ana = await Market.SignUp();
        (await ana.EditProfile(new { location = new { source = "address" } })).MustRefuse(409, "address_missing");
        (await ana.Visitor.Post("/api/v1/me/addresses", new { name = "Ana", line1 = "Rue 1", postcode = "69001", city = "lyon", country = "FR" })).Must(201);
        (await ana.Profile()).GetProperty("location").ValueKind.ShouldBe(JsonValueKind.Null);
        var place = (await ana.EditProfile(new { location = new { source = "address" } })).Must().Json.GetProperty("location");
        place.GetProperty("source").GetString().ShouldBe("address");
        place.GetProperty("latitude").GetDouble().ShouldBe(45.764);
    }

    [Fact]
    public async Task Pictures_are_examined_shown_replaced_and_taken_away()
    {
        var ana = await Market.SignUp();
        (await ana.UploadPicture("avatar", "me.png", "<html>"u8.ToArray())).MustRefuse(422, "file_content_mismatch");
        (await ana.UploadPicture("avatar", "me.svg", "<svg/>"u8.ToArray())).MustRefuse(422, "file_type_not_allowed");
        (await ana.UploadPicture("avatar", "me.png", Picture.Png(8, 8, (50_000, 50_000)))).MustRefuse(422, "image_too_many_pixels");
        (await ana.UploadPicture("face", "me.png", Picture.Png(8, 8))).MustRefuse(422, "picture_unknown");
        (await ana.UploadPicture("avatar", "me.png", Picture.Png(8, 8, null, ("tEXt", new byte[2_100_000])))).MustRefuse(413, "file_too_large");

        var first = (await ana.UploadPicture("avatar", "me.png", Picture.Png(8, 8))).Must().Json.GetProperty("avatar_url").GetString()!;
        var banner = (await ana.UploadPicture("banner", "wide.png", Picture.Png(30, 10))).Must().Json.GetProperty("banner_url").GetString()!;
        using var guest = Market.Visitor();
        (await guest.Get(first)).Must().ContentHeaders.ContentType!.MediaType.ShouldBe("image/png");
        (await guest.Get(banner)).Must();

        var second = (await ana.UploadPicture("avatar", "me.png", Picture.Png(9, 9))).Must().Json.GetProperty("avatar_url").GetString()!;
        (await guest.Get(first)).Must(302).Location.ShouldBe(second);
        (await Market.Source.Command("SELECT count(*) FROM kernel.blobs b JOIN users.profiles p ON b.key IN (p.avatar_key, p.banner_key) WHERE p.account = $1 AND b.state = 'kept'", ana.Account).Scalar<long>()).ShouldBe(2);

        (await ana.Visitor.Delete("/api/v1/me/profile/files/avatar")).Must().Json.GetProperty("avatar_url").ValueKind.ShouldBe(JsonValueKind.Null);
        (await guest.Get(second)).Must(404);
        (await ana.Visitor.Delete("/api/v1/me/profile/files/face")).Must(404);
        (await ana.EditProfile(new { visibility = "private" })).Must();
        (await guest.Get(banner)).Must(404);
        (await ana.Visitor.Get(banner)).Must();
    }
}
