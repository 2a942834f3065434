using Marketplace.Users;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Marketplace.Tests.Users;

public sealed class SignUpTests : MarketTest
{
    [Fact]
    public async Task Fifty_sign_ups_of_one_address_at_the_same_time_make_one_account()
    {
        await using var market = await OwnMarket.Open();
        using var visitor = market.Visitor();
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => visitor.Post("/api/v1/accounts", new { email = "ana@example.com", password = UsersSteps.Password, display_name = "Ana" })));

        answers.Count(a => a.Status == 201).ShouldBe(1);
        answers.Where(a => a.Status != 201).Select(a => a.Code).Distinct().ShouldBeSubsetOf(["email_taken", "too_many_attempts"]);
        answers.ShouldContain(a => a.Code == "email_taken");
        (await market.Source.Command("SELECT count(*) FROM users.accounts").Scalar<long>()).ShouldBe(1);
        (await market.Source.Command("SELECT count(*) FROM kernel.outbox WHERE event = 'users.account_opened'").Scalar<long>()).ShouldBe(1);
    }

    [Fact]
    public async Task Twenty_people_of_one_name_get_twenty_usernames()
    {
        using var visitor = Market.Visitor();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => visitor.Post("/api/v1/accounts", new { email = UsersSteps.NewEmail(), password = UsersSteps.Password, display_name = "Jean-Loup Ŝmith" })));
        answers.Select(a => a.Must(201).Json.GetProperty("username").GetString()!).Distinct().Count().ShouldBe(20);
        answers.ShouldAllBe(a => a.Json.GetProperty("username").GetString()!.StartsWith("jean-loup-smith"));
    }

    [Fact]
    public async Task An_address_has_one_account_however_it_is_written()
    {
        var ana = await Market.SignUp();
        using var visitor = Market.Visitor();
        (await visitor.Post("/api/v1/accounts", new { email = $" {ana.Email.ToUpperInvariant()}", password = UsersSteps.Password, display_name = "Ana" })).MustRefuse(409, "email_taken");
    }

    [Fact]
    public async Task The_same_key_makes_one_account_and_keeps_no_password()
    {
        using var visitor = Market.Visitor();
        var request = new { email = UsersSteps.NewEmail(), password = UsersSteps.Password, display_name = "Ana" };
        var key = UsersSteps.NewEmail();
        var first = (await visitor.Post("/api/v1/accounts", request, key)).Must(201);
        var second = (await visitor.Post("/api/v1/accounts", request, key)).Must(201);
        second.Replayed.ShouldBeTrue();
        second.Json.GetProperty("id").GetGuid().ShouldBe(first.Json.GetProperty("id").GetGuid());
        var kept = await Market.Source.Command("SELECT k::text FROM kernel.idempotency_keys k WHERE key = $1", key).Scalar<string>();
        kept!.ShouldNotContain("battery");
    }

    [Theory]
    [InlineData("correct horse battery staple", true)]
    [InlineData("vélo bleu sous la pluie", true)]
    [InlineData("Tr0ub4dor&3xyz", true)]
    [InlineData("short one 1", false)]                    // 11
    [InlineData("Password1!", false)]
    [InlineData("password1234", false)]
    [InlineData("PassWord2024!", false)]
    [InlineData("qwertyuiop123456", false)]
    [InlineData("azertyuiop1234567890", false)]
    [InlineData("123456789012", false)]
    [InlineData("aaaaaaaaaaaaaaaa", false)]
    [InlineData("abababababababab", false)]
    [InlineData("iloveyou1234", false)]
    [InlineData("ana.lima+beats@example.com", false)]     // the address itself
    [InlineData("ana.lima+beats", false)]                 // its beginning
    [InlineData("ana-lima-beats", false)]                 // the username
    public void A_password_is_long_and_not_one_that_is_tried_first(string password, bool good)
    {
        var result = new SignUp.Validator().Validate(new SignUp.Request("ana.lima+beats@example.com", password, "Ana", "ana-lima-beats"));
        result.IsValid.ShouldBe(good, string.Join(' ', result.Errors));
    }

    [Fact]
    public void A_password_may_have_128_characters_and_no_more()
    {
        var validator = new SignUp.Validator();
        var words = string.Concat(Enumerable.Repeat("correct horse 7 ", 8));
        validator.Validate(new SignUp.Request("ana@example.com", words, "Ana")).IsValid.ShouldBeTrue();
        validator.Validate(new SignUp.Request("ana@example.com", words + "x", "Ana")).IsValid.ShouldBeFalse();
        PasswordRules.CommonCount.ShouldBeGreaterThan(3_000);
    }

    [Theory]
    [InlineData("Ana", "ana")]
    [InlineData("Zoé Müller", "zoe-muller")]
    [InlineData("  DJ   Kool_Herc!! ", "dj-kool-herc")]
    [InlineData("Владимир", "member-")]
    [InlineData("Admin", "admin-")]
    [InlineData("Al", "al-")]
    public void Usernames_are_made_of_names(string name, string username)
    {
        var made = Usernames.From(name, false);
        made.ShouldStartWith(username);
        if (!username.EndsWith('-')) made.ShouldBe(username);
        made.Length.ShouldBeInRange(3, 30);
        Usernames.From(new string('x', 60), true).Length.ShouldBeLessThanOrEqualTo(30);
    }

    [Theory]
    [InlineData("admin")]
    [InlineData("sign-in")]
    [InlineData("api")]
    [InlineData("sup-port")]
    public async Task Reserved_words_are_nobodys_username(string username)
    {
        using var visitor = Market.Visitor();
        (await visitor.Post("/api/v1/accounts", new { email = UsersSteps.NewEmail(), password = UsersSteps.Password, display_name = "Ana", username }))
            .MustRefuse(422, "invalid").Json.GetProperty("errors")[0].GetProperty("pointer").GetString().ShouldBe("/username");
    }

    [Fact]
    public async Task Production_hashes_with_210000_iterations_of_sha512()
    {
        await using var market = await OwnMarket.Open(new Dictionary<string, string?> { ["Users:PasswordIterations"] = null });
        var ana = await market.SignUp();
        (await HashOf(market, ana)).ShouldBe((2u, 210_000u));

        var services = new ServiceCollection().AddSingleton<IHostEnvironment>(new Production());
        services.AddUsers(new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create<string, string?>("Users:PasswordIterations", "1000")]).Build());
        services.BuildServiceProvider().GetRequiredService<IOptions<PasswordHasherOptions>>().Value.IterationCount.ShouldBe(210_000, "a setting must not weaken production");
    }

    [Fact]
    public async Task A_password_of_weaker_days_is_hashed_anew_at_sign_in()
    {
        await using var market = await OwnMarket.Open();
        var ana = await market.SignUp();
        (await HashOf(market, ana)).Iterations.ShouldBe(1_000u);
        var stronger = await market.AnotherHost(new Dictionary<string, string?> { ["Users:PasswordIterations"] = "3000" });
        using var visitor = stronger.Visitor();
        (await visitor.Post("/api/v1/sessions", new { email = ana.Email, password = ana.Password })).Must(201);
        (await HashOf(market, ana)).Iterations.ShouldBe(3_000u);
        (await visitor.Post("/api/v1/sessions", new { email = ana.Email, password = ana.Password })).Must(201);
    }

    // Format 3 of Identity: 1 byte marker, then the function and the iterations, 4 bytes each.
    private static async Task<(uint Function, uint Iterations)> HashOf(Market market, Person person)
    {
        var hash = Convert.FromBase64String((await market.Source.Command("SELECT password_hash FROM users.accounts WHERE id = $1", person.Account).Scalar<string>())!);
        hash[0].ShouldBe((byte)1);
        return (System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(1)), System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(5)));
    }

    internal sealed class Production : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = "Production";

        public string ApplicationName { get; set; } = "";

        public string ContentRootPath { get; set; } = "";

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
