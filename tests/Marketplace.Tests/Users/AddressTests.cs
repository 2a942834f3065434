using System.Text.Json;
using Marketplace.Users;

namespace Marketplace.Tests.Users;

/// <summary>The address book: its owner's alone, twenty at most, one usual address of each sort.</summary>
public sealed class AddressTests : MarketTest
{
    private static readonly object Paris = new { name = "Ana Obi", line1 = "12 rue de la Paix", postcode = "75002", city = "Paris", country = "FR", phone = "+33 1 23 45 67 89" };

    [Fact]
    public async Task An_address_is_added_changed_and_removed()
    {
        var ana = await Market.SignUp();
        var made = (await ana.Visitor.Post("/api/v1/me/addresses", Paris)).Must(201);
        var id = made.Json.GetProperty("id").GetGuid();
        made.Location.ShouldBe($"/api/v1/me/addresses/{id}");
        made.Json.GetProperty("default_for_delivery").GetBoolean().ShouldBeTrue();
        made.Json.GetProperty("default_for_billing").GetBoolean().ShouldBeTrue();

        var changed = (await ana.Visitor.Patch($"/api/v1/me/addresses/{id}", new { line2 = "3rd floor", postcode = " 75003 ", phone = "" })).Must().Json;
        changed.GetProperty("name").GetString().ShouldBe("Ana Obi");
        changed.GetProperty("line2").GetString().ShouldBe("3rd floor");
        changed.GetProperty("postcode").GetString().ShouldBe("75003");
        changed.GetProperty("phone").ValueKind.ShouldBe(JsonValueKind.Null);
        (await ana.Visitor.Get($"/api/v1/me/addresses/{id}")).Must();
        (await ana.Visitor.Delete($"/api/v1/me/addresses/{id}")).Must(204);
        (await ana.Visitor.Get($"/api/v1/me/addresses/{id}")).MustRefuse(404, "not_found");
    }

    [Fact]
    public async Task Anothers_address_is_not_there()
    {
        var (ana, bea, staff) = (await Market.SignUp(), await Market.SignUp("Bea"), await Market.Staff([.. Rights.All]));
        var path = $"/api/v1/me/addresses/{(await ana.Visitor.Post("/api/v1/me/addresses", Paris)).Must(201).Json.GetProperty("id").GetGuid()}";
        foreach (var other in new[] { bea, staff })
        {
            (await other.Visitor.Get(path)).MustRefuse(404, "not_found");
            (await other.Visitor.Patch(path, new { city = "Lyon" })).MustRefuse(404, "not_found");
            (await other.Visitor.Delete(path)).MustRefuse(404, "not_found");
            (await other.Visitor.Get(path.Replace("/api/v1/me/addresses", "/account/addresses/edit"))).Must(404);
            (await other.Visitor.Get("/api/v1/me/addresses")).Must().Json.GetProperty("data").GetArrayLength().ShouldBe(0);
        }

        (await ana.Visitor.Get(path)).Must().Json.GetProperty("city").GetString().ShouldBe("Paris");
        using var guest = Market.Visitor();
        (await guest.Get(path)).Must(401);
    }

    [Fact]
    public async Task One_address_is_the_usual_one_of_each_sort()
    {
        var ana = await Market.SignUp();
        async Task<Guid> Add(bool delivery = false) => (await ana.Visitor.Post("/api/v1/me/addresses", new { name = "Ana", line1 = "1", postcode = "75002", city = "Paris", country = "FR", default_for_delivery = delivery })).Must(201).Json.GetProperty("id").GetGuid();
        var (first, second, third) = (await Add(), await Add(), await Add(true));
        (await Usual("default_for_delivery")).ShouldBe([third]);
        (await Usual("default_for_billing")).ShouldBe([first]);

        await Task.WhenAll(new[] { first, second, third, first, second, third }.Select(async id => (await ana.Visitor.Patch($"/api/v1/me/addresses/{id}", new { default_for_billing = true })).Must()));
        (await Usual("default_for_billing")).Count.ShouldBe(1);
        (await ana.Visitor.Patch($"/api/v1/me/addresses/{third}", new { default_for_delivery = false })).Must();
        (await Usual("default_for_delivery")).ShouldBeEmpty();

        async Task<List<Guid>> Usual(string of) => (await ana.Visitor.Get("/api/v1/me/addresses")).Must().Json.GetProperty("data").EnumerateArray().Where(a => a.GetProperty(of).GetBoolean()).Select(a => a.GetProperty("id").GetGuid()).ToList();
    }

    [Fact]
    public async Task Thirty_at_once_make_twenty()
    {
        var ana = await Market.SignUp();
        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => ana.Visitor.Post("/api/v1/me/addresses", Paris)));
        answers.Count(a => a.Status == 201).ShouldBe(20);
        answers.Where(a => a.Status != 201).ShouldAllBe(a => a.Code == "address_book_full");
    }

    [Theory]
    [InlineData("FR", "75002", true)]
    [InlineData("FR", "7500", false)]
    [InlineData("FR", null, false)]
    [InlineData("GB", "sw1a 1aa", true)]
    [InlineData("GB", "12345", false)]
    [InlineData("US", "90210", true)]
    [InlineData("US", "90210-1234", true)]
    [InlineData("US", "9021", false)]
    [InlineData("CA", "H2X 1Y4", true)]
    [InlineData("CA", "2HX 1Y4", false)]
    [InlineData("NL", "1012AB", true)]
    [InlineData("PL", "00-950", true)]
    [InlineData("PT", "1000", false)]
    [InlineData("JP", "100-0001", true)]
    [InlineData("BR", "01310-100", true)]
    [InlineData("IE", "D02 AF30", true)]
    [InlineData("HK", null, true)]
    [InlineData("AE", "<script>", false)]
    public async Task A_postcode_is_one_of_its_country(string country, string? postcode, bool fits)
    {
        var ana = await Market.SignUp();
        var answer = await ana.Visitor.Post("/api/v1/me/addresses", new { name = "Ana", line1 = "1 Street", postcode, city = "City", country });
        if (fits) answer.Must(201);
        else answer.MustRefuse(422, "invalid").Text.ShouldContain("/postcode");
    }

    [Theory]
    [InlineData("""{"line1":"1","postcode":"75002","city":"Paris","country":"FR"}""", "/name")]
    [InlineData("""{"name":"  ","line1":"1","postcode":"75002","city":"Paris","country":"FR"}""", "/name")]
    [InlineData("""{"name":"Ana","postcode":"75002","city":"Paris","country":"FR"}""", "/line1")]
    [InlineData("""{"name":"Ana","line1":"1","postcode":"75002","country":"FR"}""", "/city")]
    [InlineData("""{"name":"Ana","line1":"1","postcode":"75002","city":"Paris"}""", "/country")]
    [InlineData("""{"name":"Ana","line1":"1","postcode":"75002","city":"Paris","country":"XX"}""", "/country")]
    [InlineData("""{"name":"Ana","line1":"1","postcode":"75002","city":"Paris","country":"FR","phone":"call me"}""", "/phone")]
    [InlineData("""{"name":"Ana\u0007","line1":"1","postcode":"75002","city":"Paris","country":"FR"}""", "/name")]
    public async Task What_a_letter_could_not_be_sent_to_is_refused(string body, string pointer) =>
        (await (await Market.SignUp()).Visitor.Post("/api/v1/me/addresses", body)).MustRefuse(422, "invalid").Text.ShouldContain($"\"{pointer}\"");

    [Fact]
    public async Task The_book_is_kept_by_page_and_countries_are_named_in_French()
    {
        var ana = await Market.SignUp();
        var visitor = ana.Visitor;
        const string form = "main form[method=post]";
        var fields = new Dictionary<string, string?> { ["Input.Name"] = "Ana", ["Input.Line1"] = "Hauptstr. 1", ["Input.Postcode"] = "1011", ["Input.City"] = "Berlin", ["Input.Country"] = "DE" };
        var refused = (await visitor.Submit("/account/addresses/edit", form, fields)).Must(422);
        refused.Html.QuerySelector("#Input_Postcode-error").ShouldNotBeNull();
        refused.Html.QuerySelector("#Input_Line1")!.GetAttribute("value").ShouldBe("Hauptstr. 1");
        fields["Input.Postcode"] = "10115";
        (await visitor.Submit("/account/addresses/edit", form, fields)).Must(302).Location.ShouldBe("/account/addresses");
        visitor.Http.DefaultRequestHeaders.AcceptLanguage.ParseAdd("fr");
        var list = (await visitor.Get("/account/addresses")).Must();
        list.Text.ShouldContain("Allemagne");
        var edit = list.Html.QuerySelector("main a[href^='/account/addresses/edit/']")!.GetAttribute("href")!;
        (await visitor.Submit(edit, form, new Dictionary<string, string?> { ["Input.Line2"] = "Hinterhaus" })).Must(302);
        list = (await visitor.Get("/account/addresses")).Must();
        list.Text.ShouldContain("Hinterhaus");
        (await visitor.Submit(list, "/account/addresses?handler=Remove", "main form[action*='Remove']", new Dictionary<string, string?>())).Must(302);
        (await visitor.Get("/account/addresses")).Must().Text.ShouldNotContain("Hinterhaus");
    }
}
