using System.Text.Json;
using Marketplace.Users;
using Npgsql;

namespace Marketplace.Tests.Users;

/// <summary>Finding people, and what finding them never tells.</summary>
public sealed class DirectoryTests : MarketTest
{
    [Fact]
    public async Task People_are_found_by_name_talent_skill_genre_level_country_and_for_mentoring()
    {
        var tail = Guid.CreateVersion7().ToString("N")[^8..];
        var ana = await Market.SignUp($"Ánà Obi {tail}");
        (await ana.EditProfile(new { bio = "Bass.", experience = "veteran", mentoring = true, location = new { source = "typed", country = "PT", city = "Porto" } })).Must();
        (await ana.Visitor.Put("/api/v1/me/talents", new { skills = new[] { "kora" }, genres = new[] { "amapiano" } })).Must();
        var bea = await Market.SignUp($"Bea {tail}");
        (await bea.EditProfile(new { bio = "Drums." })).Must();

        foreach (var filter in new[] { "", "&talent=musicians", "&skill=kora", "&genre=amapiano", "&genre=african", "&level=veteran", "&country=pt", "&mentor=true", "&talent=musicians&skill=kora&level=veteran&country=PT&mentor=true" })
        {
            (await Found($"q=ana obi {tail}{filter}")).Count.ShouldBe(1, filter);
            (await Found($"q=bea {tail}{filter}")).Count.ShouldBe(filter.Length == 0 ? 1 : 0, filter);
        }

        (await Found($"q={tail}")).Select(p => p.GetProperty("display_name").GetString()).ShouldBe([$"Bea {tail}", $"Ánà Obi {tail}"]);
        (await Found($"q={tail}&talent=vocalists")).ShouldBeEmpty();
        (await Found("q=%25")).ShouldAllBe(p => p.GetProperty("display_name").GetString()!.Contains('%'));
        using var guest = Market.Visitor();
        (await guest.Get("/api/v1/people?level=wizard")).MustRefuse(422, "invalid");
        (await guest.Get("/api/v1/people?country=ZZ")).MustRefuse(422, "invalid");
        (await guest.Get("/api/v1/people?near=Atlantis")).MustRefuse(422, "invalid");
        (await guest.Get("/api/v1/people?near=me")).Must(401);
        (await bea.Visitor.Get("/api/v1/people?near=me")).MustRefuse(409, "location_missing");
        (await guest.Get("/api/v1/people?cursor=x")).MustRefuse(400, "cursor_invalid");
    }

    [Theory]
    [InlineData("suspended")]
    [InlineData("banned")]
    [InlineData("deleted")]
    [InlineData("private")]
    [InlineData("members_only")]
    [InlineData("never saved")]
    public async Task Who_does_not_want_or_may_not_be_found_is_not(string why)
    {
        var tail = Guid.CreateVersion7().ToString("N")[^8..];
        var (ana, bea) = (await Market.SignUp($"Ana {tail}"), await Market.SignUp("Bea"));
        if (why != "never saved") (await ana.EditProfile(new { bio = "Here.", visibility = why is "private" or "members_only" ? why : "public", location = new { source = "typed", country = "FR", city = "Lyon" } })).Must();
        if (why is "suspended" or "banned" or "deleted") await Market.Become(ana.Account, why);
        foreach (var query in new[] { $"q={tail}", $"q={tail}&near=Lyon" })
        {
            (await Found(query)).ShouldBeEmpty();
            (await bea.Visitor.Get($"/api/v1/people?{query}")).Must().Json.GetProperty("data").GetArrayLength().ShouldBe(why == "members_only" ? 1 : 0);
            (await bea.Visitor.Get($"/people?{query}")).Must().Text.Contains($"Ana {tail}", StringComparison.Ordinal).ShouldBe(why == "members_only");
        }

        if (why != "suspended") return;
        await Market.Become(ana.Account, "active");
        (await Found($"q={tail}")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Near_lists_bands_and_pages_through_them_without_gap_or_double()
    {
        var tail = Guid.CreateVersion7().ToString("N")[^8..];
        foreach (var (city, country) in new[] { ("Paris", "FR"), ("Paris", "FR"), ("Rouen", "FR"), ("Lille", "FR"), ("London", "GB"), ("Brussels", "BE"), ("Lyon", "FR"), ("Marseille", "FR") })
        {
            var person = await Market.SignUp($"{city} {tail}");
            (await person.EditProfile(new { bio = "Here.", location = new { source = "typed", country, city } })).Must();
        }

        var hidden = await Market.SignUp($"Hidden {tail}");
        (await hidden.EditProfile(new { bio = "Here.", location = new { source = "typed", country = "FR", city = "Paris", visibility = "country" } })).Must();

        using var guest = Market.Visitor();
        var (all, cursor) = (new List<(string Name, int Band)>(), (string?)null);
        do
        {
            var page = (await guest.Get($"/api/v1/people?q={tail}&near=paris&limit=2&cursor={cursor}")).Must().Json;
            all.AddRange(page.GetProperty("data").EnumerateArray().Select(p => (p.GetProperty("display_name").GetString()!, p.GetProperty("within_km").GetInt32())));
            cursor = page.GetProperty("next_cursor").GetString();
        }
        while (cursor is not null);

        all.Count.ShouldBe(7, "Marseille is too far, and who shows the country only is near nothing");
        all.Select(p => p.Band).ShouldBeInOrder();
        all.ShouldAllBe(p => p.Band == 25 || p.Band == 50 || p.Band == 100 || p.Band == 250 || p.Band == 500);
        all.Take(2).ShouldAllBe(p => p.Name.StartsWith("Paris"));
        all.Count(p => p.Name.StartsWith("Lyon")).ShouldBe(1);
        (await guest.Get("/people?near=Paris&q=" + tail)).Must().Text.ShouldContain("within");
    }

    /// <summary>Whatever somebody asks from wherever: within a square of the person's own grid nothing of the answer moves.</summary>
    [Fact]
    public async Task Moving_within_ones_square_changes_no_answer_and_no_answer_is_nearer_than_the_blur()
    {
        var dice = new Random(7);
        var tail = Guid.CreateVersion7().ToString("N")[^8..];
        var ana = await Market.SignUp($"Ana {tail}");
        await Market.SetTier(ana.Account, SellerTier.Standard);
        (await ana.EditProfile(new { bio = "Somewhere." })).Must();
        var (north, east) = (await Market.Source.Command("SELECT grid_north, grid_east FROM users.profiles WHERE account = $1", ana.Account).List(r => (r.GetDouble(0), r.GetDouble(1)))).Single();

        for (var round = 0; round < 6; round++)
        {
            await Stand(48.5 + dice.NextDouble(), 1.5 + (2 * dice.NextDouble()));
            var (latitude, longitude) = await Area();
            // The corners of the square, a hair inside.
            var width = 0.2 / Math.Cos(latitude * Math.PI / 180);
            HashSet<string> answers = [];
            foreach (var (dy, dx) in new[] { (0.0, 0.0), (-0.4999, -0.4999), (0.4999, 0.4999), (-0.4999, 0.4999), (dice.NextDouble() - 0.5, dice.NextDouble() - 0.5) })
            {
                await Stand(latitude + (dy * 0.2 * 0.999), longitude + (dx * width * 0.999));
                (await Area()).ShouldBe((latitude, longitude));
                answers.Add(string.Join('|', await Task.WhenAll(new[] { "Paris", "Rouen", "Lille", "Dijon", "London", "Brussels" }.Select(async city => string.Join(',', (await Found($"q={tail}&near={city}")).Select(p => p.GetRawText()))))));
            }

            answers.Count.ShouldBe(1);
        }

        north.ShouldBeInRange(0, 1);
        east.ShouldBeInRange(0, 1);

        async Task Stand(double latitude, double longitude) => (await ana.EditProfile(new { location = new { source = "gps", latitude, longitude, country = "FR", city = "Paris", visibility = "exact" } })).Must();
        async Task<(double, double)> Area() => (await Market.Source.Command("SELECT area_latitude, area_longitude FROM users.profiles WHERE account = $1", ana.Account).List(r => (r.GetDouble(0), r.GetDouble(1)))).Single();
    }

    /// <summary>The middle of the square is never further from the truth than its half diagonal, anywhere on Earth, and it stays a position.</summary>
    [Fact]
    public void A_blur_is_about_eleven_kilometres_at_most_sixteen_and_the_same_each_time()
    {
        var dice = new Random(11);
        var far = 0.0;
        for (var i = 0; i < 5000; i++)
        {
            var exact = new Position((dice.NextDouble() * 160) - 80, (dice.NextDouble() * 360) - 180);
            var own = new Grid(dice.NextDouble(), dice.NextDouble());
            var blurred = own.Blur(exact);
            own.Blur(exact).ShouldBe(blurred);
            exact.DistanceTo(blurred).ShouldBeLessThan(16.5);
            far = Math.Max(far, exact.DistanceTo(blurred));
            blurred.Longitude.ShouldBeInRange(-180, 180);
            blurred.Latitude.ShouldBeInRange(-90, 90);
        }

        far.ShouldBeGreaterThan(11);
    }

    /// <summary>With 20,000 people in the table, each question is served by the index that was made for it.</summary>
    [Fact]
    public async Task Indexes_serve_the_directory()
    {
        await using var market = await OwnMarket.Open();
        await using var owner = NpgsqlDataSource.Create(market.ConnectionString);
        await owner.Command(
            """
            WITH people AS (
              INSERT INTO users.accounts (id, email, normalized_email, username, display_name, security_stamp, status, tier, created_at)
              SELECT ('01900000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, 'p' || i || '@example.com', 'P' || i || '@EXAMPLE.COM', 'person-' || i, 'Person ' || md5(i::text), '', 'active', 'basic', '2026-01-01' FROM generate_series(1, 20000) i
              RETURNING id, username)
            INSERT INTO users.profiles (account, bio, visibility, mentoring, location_visibility, grid_north, grid_east, partner, changed_at, version, introduced_at, country, location_source, location_at, latitude, longitude, area_latitude, area_longitude)
            SELECT id, '', CASE WHEN n % 2 = 0 THEN 'public' ELSE 'private' END, n % 500 = 0, 'city', 0, 0, false, '2026-01-01', 1, '2026-01-01', CASE WHEN n % 200 = 0 THEN 'PT' ELSE 'FR' END, 'typed', '2026-01-01', n % 160 - 80, n % 360 - 180, n % 160 - 80, n % 360 - 180
            FROM (SELECT id, substr(username, 8)::int AS n FROM people) p
            """).Execute();
        await owner.Command("INSERT INTO users.profile_skills SELECT account, 'kora' FROM users.profiles WHERE mentoring UNION ALL SELECT account, 'guitar' FROM users.profiles").Execute();
        await owner.Command("ANALYZE users.accounts; ANALYZE users.profiles; ANALYZE users.profile_skills").Execute();

        (await Plan(owner, new())).ShouldContain("profiles_newest");
        (await Plan(owner, new(Country: "PT"))).ShouldContain("profiles_by_country");
        (await Plan(owner, new(Mentor: true))).ShouldContain("profiles_mentors");
        (await Plan(owner, new(Skill: "kora"))).ShouldContain("profile_skills_people");
        (await Plan(owner, new(Q: "c4ca4238a0"))).ShouldContain("accounts_names");
        (await Plan(owner, new(Near: "Paris"), new Position(48.857, 2.352))).ShouldContain("profiles_near");
    }

    // The question as it is asked, planned with its own parameters.
    private static async Task<string> Plan(NpgsqlDataSource owner, FindPeople.Query query, Position? around = null)
    {
        var (sql, parameters) = FindPeople.Question(query, around, null, 20, signedIn: true);
        var plan = string.Join('\n', await owner.Command("EXPLAIN " + sql, parameters).List(r => r.GetString(0)));
        plan.ShouldNotContain("Seq Scan on profiles", Case.Sensitive);
        return plan;
    }

    private async Task<List<JsonElement>> Found(string query)
    {
        using var guest = Market.Visitor();
        return (await guest.Get($"/api/v1/people?{query}")).Must().Json.GetProperty("data").EnumerateArray().ToList();
    }
}
