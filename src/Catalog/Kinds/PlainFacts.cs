using System.Globalization;
using System.Text.Json;
using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <summary>Yes, or nothing worth saying.</summary>
/// <param name="yes">English: what is said of it when it is so.</param>
internal sealed class FlagFact(string name, string label, string yes = "Yes") : Fact(name, label)
{
    public override string WrongCode => "type";

    public override object? Read(JsonElement value) => value.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null };

    public override object Typed(string text, FormPlace place) => text == "true";

    public static bool IsSet(JsonElement details, string name) => details.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    protected override string? Shown(JsonElement value, FormPlace place) => value.ValueKind == JsonValueKind.True ? "true" : null;

    protected override string? Words(JsonElement value, Func<string, string> say) => value.ValueKind == JsonValueKind.True ? say(yes) : null;
}

/// <summary>Several paragraphs.</summary>
internal sealed class ProseFact(string name, string label, int length) : Fact(name, label)
{
    public int Length => length;

    public override bool IsBlock => true;

    public override string WrongCode => "too_long";

    public override object? Read(JsonElement value) =>
        Text(value) is { } text && Marketplace.Kernel.Words.AreSound(text) && Marketplace.Kernel.Words.Text(text) is { Length: > 0 } clean && clean.Length <= length ? clean : null;

    protected override string? Words(JsonElement value, Func<string, string> say) => value.GetString();
}

/// <summary>A number finer than a cent: text of digits and a point, so that no reader rounds it.</summary>
internal sealed class DecimalFact(string name, string label, decimal least, decimal most, int places) : Fact(name, label)
{
    public override string WrongCode => Name + "_out_of_range";

    public override object? Read(JsonElement value)
    {
        decimal number = 0;
        var read = value.ValueKind switch
        {
            JsonValueKind.Number => value.TryGetDecimal(out number),
            JsonValueKind.String => decimal.TryParse(value.GetString(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number),
            _ => false,
        };
        return read && number >= least && number <= most && decimal.Round(number, places) == number ? number.ToString("0.############", CultureInfo.InvariantCulture) : null;
    }

    /// <summary>As the product keeps it; null while it is not said.</summary>
    public static decimal? Of(JsonElement details, string name) =>
        details.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? decimal.Parse(value.GetString()!, CultureInfo.InvariantCulture) : null;

    public override object Typed(string text, FormPlace place) => text.Replace(',', '.');

    protected override string? Shown(JsonElement value, FormPlace place) => value.GetString()!.Replace(".", CultureInfo.CurrentCulture.NumberFormat.NumberDecimalSeparator, StringComparison.Ordinal);

    protected override string? Words(JsonElement value, Func<string, string> say) => decimal.Parse(value.GetString()!, CultureInfo.InvariantCulture).ToString("0.00####", CultureInfo.CurrentCulture);
}

/// <summary>An amount beside the price, in the shop's currency: what a trial or the setup costs.</summary>
internal sealed class MoneyFact(string name, string label) : Fact(name, label)
{
    public override string WrongCode => Name + "_out_of_range";

    public override object? Read(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.Object && value.Deserialize<Money>(JsonStyle.Options) is { Minor: >= 0 and <= OfferRules.HighestPrice } money ? money : null;
        }
        catch (Exception error) when (error is JsonException or Refused)
        {
            return null;
        }
    }

    public static Money? Of(JsonElement details, string name) =>
        details.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value.Deserialize<Money>(JsonStyle.Options) : null;

    public override object Typed(string text, FormPlace place) => Money.TryParse(text, place.Currency, out var money) ? money : text;

    protected override string? Shown(JsonElement value, FormPlace place)
    {
        var money = value.Deserialize<Money>(JsonStyle.Options);
        return money.Major.ToString($"F{money.Currency.Exponent}", CultureInfo.CurrentCulture);
    }

    protected override string? Words(JsonElement value, Func<string, string> say) => value.Deserialize<Money>(JsonStyle.Options).ToString(CultureInfo.CurrentCulture);
}

/// <summary>When something begins: RFC 3339 with an offset; kept in UTC, so that texts sort as times do.</summary>
internal sealed class MomentFact(string name, string label) : Fact(name, label)
{
    private const string Kept = "yyyy-MM-dd'T'HH:mm:ss'Z'", Local = "yyyy-MM-dd'T'HH:mm";

    public override string WrongCode => Name + "_malformed";

    public override object? Read(JsonElement value) =>
        Text(value) is { Length: <= 40 } text && HasOffset(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var at) && at.Year is >= 2000 and < 2200 ? Write(at) : null;

    public static string Write(DateTimeOffset at) => at.ToUniversalTime().ToString(Kept, CultureInfo.InvariantCulture);

    public static DateTimeOffset? Of(JsonElement details, string name) =>
        details.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? DateTimeOffset.Parse(value.GetString()!, CultureInfo.InvariantCulture) : null;

    public DateTimeOffset? Of(JsonElement details) => Of(details, Name);

    public override object Typed(string text, FormPlace place) =>
        DateTime.TryParseExact(text, [Local, Local + ":ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var local) && !place.Zone.IsInvalidTime(local)
            ? Write(new DateTimeOffset(local, place.Zone.GetUtcOffset(local))) : text;

    protected override string? Shown(JsonElement value, FormPlace place) =>
        TimeZoneInfo.ConvertTime(DateTimeOffset.Parse(value.GetString()!, CultureInfo.InvariantCulture), place.Zone).ToString(Local, CultureInfo.InvariantCulture);

    protected override string? Words(JsonElement value, Func<string, string> say) =>
        DateTimeOffset.Parse(value.GetString()!, CultureInfo.InvariantCulture).ToUniversalTime().ToString(CultureInfo.CurrentCulture.DateTimeFormat.ShortDatePattern.StartsWith('M') ? "MMM d, HH:mm 'UTC'" : "d MMM, HH:mm 'UTC'", CultureInfo.CurrentCulture);

    private static bool HasOffset(string text) => text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':');
}
