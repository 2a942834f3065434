using Marketplace.Users;

namespace Marketplace.Tests.Users;

public sealed class ProfilePagesTests : MarketTest
{
    private const string Form = "main form#profile";

    [Fact]
    public async Task A_profile_is_written_by_page_and_read_by_others()
    {
        var ana = await Market.SignUp("Ana Obi");
        var visitor = ana.Visitor;
        (await visitor.Submit("/account/profile", Form, Fields(("Bio", "Two turntables."), ("Experience", "professional"), ("Website", "example.com"), ("SmartLink", "rolink.me/ana"), ("Mentoring", "true"), ("Location.Country", "FR"), ("Location.City", "Lyon")))).Must(302);
        using var guest = Market.Visitor();
        var page = (await guest.Get($"/people/{await ana.Username()}")).Must();
        foreach (var words in new[] { "Ana Obi", "Two turntables.", "Professional", "Lyon", "France", "rolink.me/ana", "example.com", "Open to mentoring" }) page.Text.ShouldContain(words);
        page.Html.QuerySelector("a[href='https://rolink.me/ana']")!.GetAttribute("rel")!.ShouldContain("nofollow");

        var empty = (await visitor.Submit("/account/profile", Form, Fields(("Bio", ""), ("SmartLink", ""), ("Mentoring", "false")))).Must(302);
        empty.Location.ShouldBe("/account/profile");
        var profile = await ana.Profile();
        profile.GetProperty("bio").GetString().ShouldBe("");
        profile.GetProperty("mentoring").GetBoolean().ShouldBeFalse();
        profile.GetProperty("location").GetProperty("city").GetString().ShouldBe("Lyon");
    }

    [Fact]
    public async Task A_refused_form_keeps_what_was_typed_and_speaks_French()
    {
        var ana = await Market.SignUp();
        ana.Visitor.Http.DefaultRequestHeaders.AcceptLanguage.ParseAdd("fr");
        var refused = (await ana.Visitor.Submit("/account/profile", Form, Fields(("Bio", "Bonjour"), ("SmartLink", "rolink.me.evil.com")))).Must(422);
        refused.Html.QuerySelector("#Input_SmartLink-error")!.TextContent.ShouldContain("Un lien intelligent est une adresse de rolink.me");
        refused.Html.QuerySelector("#Input_Bio")!.TextContent.ShouldContain("Bonjour");
        (await ana.Visitor.Submit("/account/profile", Form, Fields(("Location.City", "Lyon"), ("Location.Country", "")))).Must(422).Html.QuerySelector("#Input_Location_Country-error").ShouldNotBeNull();
        var stale = (await ana.Visitor.Submit("/account/profile", Form, new Dictionary<string, string?> { ["Version"] = "77" })).Must(412);
        stale.Text.ShouldContain("Quelqu");
    }

    [Fact]
    public async Task What_a_device_said_stays_until_another_place_is_typed()
    {
        var ana = await Market.SignUp();
        (await ana.Visitor.Get("/account/profile")).Must().Html.QuerySelector("[data-locate-button]").ShouldBeNull();
        await Market.SetTier(ana.Account, SellerTier.Ultimate);
        (await ana.Visitor.Submit("/account/profile", Form, Fields(("Location.Source", "gps"), ("Location.Latitude", "45.7512"), ("Location.Longitude", "4.8231"), ("Location.Visibility", "city")))).Must(302);
        (await ana.Visitor.Submit("/account/profile", Form, Fields(("Bio", "Still here.")))).Must(302);
        (await ana.Profile()).GetProperty("location").GetProperty("latitude").GetDouble().ShouldBe(45.7512);
        (await ana.Visitor.Submit("/account/profile", Form, Fields(("Location.City", "Paris"), ("Location.Country", "FR")))).Must(302);
        (await ana.Profile()).GetProperty("location").GetProperty("source").GetString().ShouldBe("typed");
    }

    [Fact]
    public async Task Talents_are_ticked_on_a_page()
    {
        var ana = await Market.SignUp();
        var page = (await ana.Visitor.Get("/account/talents")).Must();
        var token = page.Html.QuerySelector("main form[method=post] input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        KeyValuePair<string, string>[] ticked = [new("__RequestVerificationToken", token), new("Input.Skills", "guitar"), new("Input.Skills", "piano"), new("Input.Genres", "drill")];
        (await ana.Visitor.Post("/account/talents", new FormUrlEncodedContent(ticked))).Must(302);
        page = (await ana.Visitor.Get("/account/talents")).Must();
        page.Html.QuerySelectorAll("input[name='Input.Skills'][checked]").Length.ShouldBe(2);
        page.Html.QuerySelectorAll("details[open]").Length.ShouldBe(1);
        (await ana.Visitor.Get($"/people/{await ana.Username()}")).Must().Text.ShouldContain("Guitar");
        (await ana.Visitor.Get("/people?talent=musicians&genre=drill")).Must().Text.ShouldContain($"/people/{await ana.Username()}");
    }

    [Fact]
    public async Task Pictures_are_sent_by_form_and_a_wrong_one_is_explained()
    {
        var ana = await Market.SignUp();
        var page = (await ana.Visitor.Get("/account/profile")).Must();
        var token = page.Html.QuerySelector("form[enctype] input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        (await ana.Visitor.Post("/account/profile/files", new MultipartFormDataContent { { new ByteArrayContent(Picture.Png(8, 8)), "avatar", "me.png" } })).Must(302);
        (await ana.Profile()).GetProperty("avatar_url").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null, "without the form's token nothing is taken");
        (await ana.Visitor.Post("/account/profile/files", new MultipartFormDataContent { { new StringContent(token), "__RequestVerificationToken" }, { new ByteArrayContent(Picture.Png(8, 8)), "avatar", "me.png" } })).Must(302).Location.ShouldBe("/account/profile#pictures");
        (await ana.Visitor.Get("/account/profile")).Must().Html.QuerySelector("#pictures img").ShouldNotBeNull();
        (await ana.Visitor.Post("/account/profile/files", new MultipartFormDataContent { { new StringContent(token), "__RequestVerificationToken" }, { new ByteArrayContent("<html>"u8.ToArray()), "avatar", "me.png" } })).Must(302);
        page = (await ana.Visitor.Get("/account/profile")).Must();
        page.Text.ShouldContain("content is not what its name says");
        (await ana.Visitor.Submit(page, "/account/profile", "form[action*='RemovePicture']", new Dictionary<string, string?>())).Must(302);
        (await ana.Profile()).GetProperty("avatar_url").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
    }

    [Fact]
    public async Task Somebodys_shop_stands_on_their_page()
    {
        var seller = await Market.SignUp("Nova");
        var shop = await seller.OpenShop();
        using var guest = Market.Visitor();
        (await guest.Get($"/people/{await seller.Username()}")).Must().Html.QuerySelector($"a[href='/shops/{shop.Slug}']").ShouldBeNull();
        await seller.PublishBeat("Profile beat");
        (await guest.Get($"/people/{await seller.Username()}")).Must().Html.QuerySelector($"a[href='/shops/{shop.Slug}']").ShouldNotBeNull();
    }

    private static Dictionary<string, string?> Fields(params (string Name, string Value)[] fields) => fields.ToDictionary(f => "Input." + f.Name, f => (string?)f.Value);
}
