using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marketplace.Kernel;

/// <summary>An ISO 4217 currency that the market trades in, with the number of decimals of its minor unit.</summary>
[JsonConverter(typeof(CurrencyJson))]
public readonly record struct Currency
{
    private static readonly FrozenDictionary<string, (int Exponent, string Symbol)> Known =
        new Dictionary<string, (int, string)>(StringComparer.Ordinal)
        {
            ["EUR"] = (2, "€"), ["USD"] = (2, "$"), ["GBP"] = (2, "£"), ["JPY"] = (0, "¥"), ["KWD"] = (3, "KD"),
            ["XPL"] = (0, "pearls"),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    private Currency(string code) => Code = code;

    /// <summary>Three capital letters, e.g. <c>EUR</c>.</summary>
    public string Code { get; }

    /// <summary>How many digits stand behind the decimal point: 2 for EUR, 0 for JPY, 3 for KWD.</summary>
    public int Exponent => Known[Code].Exponent;

    public string Symbol => Known[Code].Symbol;

    /// <exception cref="Refused">422 <c>unknown_currency</c>.</exception>
    public static Currency Of(string code) =>
        TryOf(code, out var currency) ? currency : throw new Refused("unknown_currency", 422, $"'{code}' is not a currency of this market.");

    public static bool TryOf(string? code, out Currency currency)
    {
        var known = code is not null && Known.ContainsKey(code);
        currency = known ? new Currency(code!) : default;
        return known;
    }

    public override string ToString() => Code;
}

/// <summary>
/// An amount in minor units (cents) of one currency. Arithmetic is checked and never mixes currencies;
/// every rounding in the market is one of the two below: <see cref="Portion"/> and <see cref="Allocate(long, IReadOnlyList{long})"/>.
/// </summary>
[JsonConverter(typeof(MoneyJson))]
public readonly record struct Money(long Minor, Currency Currency) : IComparable<Money>, IFormattable
{
    public static Money Of(long minor, string currency) => new(minor, Currency.Of(currency));

    public static Money Zero(Currency currency) => new(0, currency);

    public static Money operator +(Money a, Money b) => new(checked(a.Minor + Same(a, b).Minor), a.Currency);

    public static Money operator -(Money a, Money b) => new(checked(a.Minor - Same(a, b).Minor), a.Currency);

    public static Money operator -(Money a) => new(checked(-a.Minor), a.Currency);

    public static bool operator <(Money a, Money b) => a.CompareTo(b) < 0;

    public static bool operator >(Money a, Money b) => a.CompareTo(b) > 0;

    public static bool operator <=(Money a, Money b) => a.CompareTo(b) <= 0;

    public static bool operator >=(Money a, Money b) => a.CompareTo(b) >= 0;

    public int CompareTo(Money other) => Minor.CompareTo(Same(this, other).Minor);

    /// <summary><c>amount × numerator ÷ denominator</c>, half away from zero as PostgreSQL's <c>round(numeric)</c>.</summary>
    public static long Portion(long amount, long numerator, long denominator)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(denominator);
        var product = (Int128)amount * numerator;
        var half = (Int128)denominator / 2;
        // Integer division truncates towards zero, so stepping half a unit away from zero first rounds half away.
        var rounded = denominator % 2 == 0
            ? (product + (product < 0 ? -half : half)) / denominator
            : (2 * product + (product < 0 ? -denominator : denominator)) / (2 * (Int128)denominator);
        return checked((long)rounded);
    }

    /// <summary>This amount at a rate in basis points (1 % = 100).</summary>
    public Money AtRate(int basisPoints) => this with { Minor = Portion(Minor, basisPoints, 10_000) };

    /// <summary>Shares of this amount in proportion to the weights: largest remainder, ties to the first; they add up exactly.</summary>
    public long[] Allocate(IReadOnlyList<long> weights) => Allocate(Minor, weights);

    /// <inheritdoc cref="Allocate(IReadOnlyList{long})"/>
    public static long[] Allocate(long total, IReadOnlyList<long> weights)
    {
        var sum = weights.Aggregate((Int128)0, (s, w) => w < 0 ? throw new ArgumentOutOfRangeException(nameof(weights)) : s + w);
        var shares = new long[weights.Count];
        if (sum == 0)
        {
            return total == 0 ? shares : throw new ArgumentException("Nothing to share by.", nameof(weights));
        }

        var magnitude = Int128.Abs(total);
        var remainders = new Int128[weights.Count];
        for (var i = 0; i < shares.Length; i++)
        {
            (var quotient, remainders[i]) = Int128.DivRem(magnitude * weights[i], sum);
            shares[i] = (long)quotient;
        }

        var left = (int)(magnitude - shares.Aggregate((Int128)0, (s, x) => s + x));
        foreach (var i in Enumerable.Range(0, shares.Length).OrderByDescending(i => remainders[i]).ThenBy(i => i).Take(left))
            shares[i]++;

        return total < 0 ? Array.ConvertAll(shares, s => -s) : shares;
    }

    /// <summary>The amount as a decimal number of major units, for showing and for inputs.</summary>
    public decimal Major => Minor / Scale(Currency);

    /// <summary>Reads "12,50" and "12.50" alike; refuses more decimals than the currency has.</summary>
    public static bool TryParse(string? text, Currency currency, out Money money)
    {
        money = default;
        var plain = text?.Trim().Replace(" ", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal).Replace(',', '.');
        if (!decimal.TryParse(plain, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var major))
            return false;
        if (Math.Abs(major) > long.MaxValue / 2 / Scale(currency))
            return false;

        var minor = major * Scale(currency);
        if (minor != decimal.Truncate(minor))
            return false;

        money = new Money((long)minor, currency);
        return true;
    }

    public string ToString(string? format, IFormatProvider? provider) => ToString(provider);

    public string ToString(IFormatProvider? provider)
    {
        var numbers = (NumberFormatInfo)NumberFormatInfo.GetInstance(provider ?? CultureInfo.CurrentCulture).Clone();
        numbers.CurrencySymbol = Currency.Symbol;
        numbers.CurrencyDecimalDigits = Currency.Exponent;
        numbers.CurrencyNegativePattern = numbers.CurrencyPositivePattern is 0 or 2 ? 1 : 8;
        return Major.ToString("C", numbers).Replace(' ', '\u00a0');   // an amount never wraps
    }

    public override string ToString() => ToString(CultureInfo.CurrentCulture);

    private static decimal Scale(Currency currency) => currency.Exponent switch { 0 => 1m, 2 => 100m, 3 => 1000m, var e => (decimal)Math.Pow(10, e) };

    private static Money Same(Money a, Money b) => a.Currency == b.Currency
        ? b
        : throw new InvalidOperationException($"{a.Currency} and {b.Currency} do not mix.");
}

internal sealed class CurrencyJson : JsonConverter<Currency>
{
    public override Currency Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Currency.TryOf(reader.GetString(), out var currency)
            ? currency
            : throw new JsonException("Not a currency of this market.");

    public override void Write(Utf8JsonWriter writer, Currency value, JsonSerializerOptions options) => writer.WriteStringValue(value.Code);
}

internal sealed class MoneyJson : JsonConverter<Money>
{
    public override Money Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        long? amount = null;
        Currency? currency = null;
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("Money is {\"amount\": 1234, \"currency\": \"EUR\"}.");

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            if (name == "amount" && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var minor)) amount = minor;
            else if (name == "currency" && reader.TokenType == JsonTokenType.String && Currency.TryOf(reader.GetString(), out var known)) currency = known;
            else throw new JsonException($"'{name}' is not a member of money or not of its type.");
        }

        return amount is { } a && currency is { } c ? new Money(a, c) : throw new JsonException("Money needs an amount and a currency.");
    }

    public override void Write(Utf8JsonWriter writer, Money value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteNumber("amount", value.Minor);
        writer.WriteString("currency", value.Currency.Code);
        writer.WriteEndObject();
    }
}
