using System.Globalization;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Marketplace.Tests.Kernel;

public sealed class MoneyTests : MarketTest
{
    [Theory]
    [InlineData(10000, 290, 10000, 290)]
    [InlineData(5, 1, 10, 1)]       // 0.5 → 1
    [InlineData(-5, 1, 10, -1)]     // −0.5 → −1
    [InlineData(25, 1, 10, 3)]      // 2.5 → 3, not 2
    [InlineData(1, 1, 3, 0)]
    [InlineData(2, 1, 3, 1)]
    [InlineData(long.MaxValue, 1, 1, long.MaxValue)]
    public void A_portion_rounds_half_away_from_zero(long amount, long numerator, long denominator, long expected) =>
        Money.Portion(amount, numerator, denominator).ShouldBe(expected);

    [Fact]
    public async Task A_portion_is_what_PostgreSQL_rounds()
    {
        var random = new System.Random(7);
        var cases = Enumerable.Range(0, 500).Select(_ => (A: random.NextInt64(-1_000_000, 1_000_000), N: random.NextInt64(0, 10_000), D: random.NextInt64(1, 10_000))).ToList();
        var rounded = await Market.Source.Command(
            "SELECT round(a * n / d::numeric)::bigint FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) WITH ORDINALITY u(a, n, d, i) ORDER BY i",
            cases.Select(c => c.A).ToArray(), cases.Select(c => c.N).ToArray(), cases.Select(c => c.D).ToArray()).List(r => r.GetInt64(0));
        // numeric division is cut at 16 digits or more, so a true half stays a half.
        cases.Select(c => Money.Portion(c.A, c.N, c.D)).ShouldBe(rounded);
    }

    [Fact]
    public void Shares_add_up_to_the_whole_and_differ_from_their_weight_by_less_than_one() =>
        Prop.ForAll<long, NonEmptyArray<PositiveInt>>((total, weights) =>
        {
            total %= 1_000_000_000;
            var shares = Money.Allocate(total, weights.Get.Select(w => (long)w.Get).ToArray());
            var sum = weights.Get.Sum(w => (decimal)w.Get);
            return shares.Sum() == total
                && shares.Zip(weights.Get).All(x => Math.Abs(x.First - total * (decimal)x.Second.Get / sum) < 1);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Ties_go_to_the_first() => Money.Allocate(1000, [3333, 3333, 3334]).ShouldBe([333, 333, 334]);

    [Fact]
    public void Currencies_do_not_mix() =>
        Should.Throw<InvalidOperationException>(() => Money.Of(1, "EUR") + Money.Of(1, "USD"));

    [Fact]
    public void Overflow_is_an_error_not_a_number() =>
        Should.Throw<OverflowException>(() => Money.Of(long.MaxValue, "EUR") + Money.Of(1, "EUR"));

    [Theory]
    [InlineData("12,50", "EUR", 1250L)]
    [InlineData("12.5", "EUR", 1250L)]
    [InlineData("1 250", "JPY", 1250L)]
    [InlineData("1.234", "KWD", 1234L)]
    [InlineData("1.234", "EUR", null)]
    [InlineData("1.5", "JPY", null)]
    [InlineData("ten", "EUR", null)]
    [InlineData("", "EUR", null)]
    [InlineData("1,234.50", "EUR", null)]
    public void An_amount_is_read_with_comma_or_point_and_no_more_decimals_than_the_currency_has(string text, string currency, long? minor) =>
        (Money.TryParse(text, Currency.Of(currency), out var money) ? money.Minor : (long?)null).ShouldBe(minor);

    [Theory]
    [InlineData(1250, "EUR", "en", "€12.50")]
    [InlineData(1250, "EUR", "fr", "12,50 €")]
    [InlineData(1250, "JPY", "en", "¥1,250")]
    [InlineData(-5, "EUR", "en", "-€0.05")]
    public void An_amount_is_shown_as_the_reader_writes_it(long minor, string currency, string culture, string shown) =>
        Money.Of(minor, currency).ToString(CultureInfo.GetCultureInfo(culture)).Replace('\u202f', '\u00a0').ShouldBe(shown.Replace(' ', '\u00a0'));

    [Fact]
    public void JSON_has_minor_units_and_the_currency()
    {
        JsonSerializer.Serialize(Money.Of(1234, "EUR"), JsonStyle.Options).ShouldBe("""{"amount":1234,"currency":"EUR"}""");
        JsonSerializer.Deserialize<Money>("""{"currency":"EUR","amount":1234}""", JsonStyle.Options).ShouldBe(Money.Of(1234, "EUR"));
    }

    [Theory]
    [InlineData("""{"amount":12.5,"currency":"EUR"}""")]
    [InlineData("""{"amount":"12","currency":"EUR"}""")]
    [InlineData("""{"amount":12}""")]
    [InlineData("""{"amount":12,"currency":"DOGE"}""")]
    [InlineData("""{"amount":12,"currency":"EUR","vat":1}""")]
    [InlineData("12")]
    public void JSON_that_is_not_money_is_refused(string json) =>
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize<Money>(json, JsonStyle.Options));
}
