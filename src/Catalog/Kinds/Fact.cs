using Marketplace.Kernel;
using System.Globalization;
using System.Text.Json;

namespace Marketplace.Catalog;

/// <summary>
/// One thing that is known of a product: a member of its <c>details</c>, how it is read, asked for and said. Forms, pages, the API
/// and the rules of publishing all follow from a kind's list of facts.
/// </summary>
internal abstract class Fact(string name, string label)
{
    /// <summary>snake_case, the member's name.</summary>
    public string Name { get; } = name;

    /// <summary>English.</summary>
    public string Label { get; } = label;

    /// <summary>Below the input; English.</summary>
    public string? Help { get; init; }

    /// <summary>What to do when it is missing, English; null where it may be.</summary>
    public string? Asked { get; init; }

    /// <summary>Whether it is asked for depends on other facts.</summary>
    public Func<JsonElement, bool> IsAsked { get; init; } = _ => true;

    /// <summary>Its value alone says too little: "7 days" of what?</summary>
    public bool NeedsLabel { get; init; }

    /// <summary>A mark beside the name of what has it; in no table.</summary>
    public bool IsMark { get; init; }

    /// <summary>It matters enough for the one line of a card.</summary>
    public bool OnCards { get; init; }

    /// <summary>What is wrong with a value that was not taken.</summary>
    public abstract string WrongCode { get; }

    /// <summary>English.</summary>
    public required string Wrong { get; init; }

    /// <returns>The clean value, or null when it is none.</returns>
    public abstract object? Read(JsonElement value);

    /// <summary>Too long for a line: it has a place of its own on the page, and is left out of lists.</summary>
    public virtual bool IsBlock => false;

    /// <summary>What was typed into its field, as the API would send it.</summary>
    public virtual object Typed(string text, FormPlace place) => text;

    /// <summary>For people; null when it is not known.</summary>
    public string? Say(JsonElement details, Func<string, string> say) =>
        details.TryGetProperty(Name, out var value) && value.ValueKind != JsonValueKind.Null ? Words(value, say) : null;

    /// <summary>As its field shows it.</summary>
    public string? Field(JsonElement details, FormPlace place) => details.TryGetProperty(Name, out var value) && value.ValueKind != JsonValueKind.Null ? Shown(value, place) : null;

    protected virtual string? Shown(JsonElement value, FormPlace place) => value.ToString();

    /// <returns>Null when there is nothing to say.</returns>
    protected abstract string? Words(JsonElement value, Func<string, string> say);

    protected static string? Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

/// <summary>Where a form is filled in: amounts are in the shop's currency, times in the zone of the person who types.</summary>
internal sealed record FormPlace(Currency Currency, TimeZoneInfo Zone)
{
    /// <summary>In files, which are of no zone.</summary>
    public static FormPlace OfFiles(Currency currency) => new(currency, TimeZoneInfo.Utc);
}

/// <param name="unit">English pattern: "{0} BPM".</param>
internal sealed class NumberFact(string name, string label, string unit, int least, int most) : Fact(name, label)
{
    public int Least => least;

    public int Most => most;

    public override string WrongCode => Name + "_out_of_range";

    public override object? Read(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most ? number : null;

    public override object Typed(string text, FormPlace place) => int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : text;

    protected override string? Words(JsonElement value, Func<string, string> say) => string.Format(CultureInfo.CurrentCulture, say(unit), value.GetInt32());
}

/// <summary>One of a list, each under one name: <paramref name="read"/> knows its other spellings.</summary>
internal class ChoiceFact(string name, string label, IReadOnlyList<(string Value, string Words)> choices, Func<string, string?>? read = null) : Fact(name, label)
{
    /// <summary>What is kept, and the English words for it.</summary>
    public IReadOnlyList<(string Value, string Words)> Choices => choices;

    public override string WrongCode => "unknown_" + Name;

    public override object? Read(JsonElement value) =>
        Text(value) is not { } text ? null : read is not null ? read(text) : choices.Select(c => c.Value).FirstOrDefault(v => v == text);

    public virtual string Choice(string value, Func<string, string> say) => say(choices.FirstOrDefault(c => c.Value == value).Words ?? value);

    protected override string? Words(JsonElement value, Func<string, string> say) => Choice(value.GetString()!, say);
}

internal sealed class TextFact(string name, string label, int length) : Fact(name, label)
{
    public int Length => length;

    public override string WrongCode => "too_long";

    public override object? Read(JsonElement value) =>
        Text(value) is { } text && Marketplace.Kernel.Words.AreSound(text) && Marketplace.Kernel.Words.Line(text) is { Length: > 0 } line && line.Length <= length ? line : null;

    protected override string? Words(JsonElement value, Func<string, string> say) => value.GetString()!;
}
