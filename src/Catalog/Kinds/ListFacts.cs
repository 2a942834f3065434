using System.Globalization;
using System.Text.Json;
using Marketplace.Kernel;

namespace Marketplace.Catalog;

/// <summary>Several lines in their order, each a thing of its own: an array of texts; in its form one a line.</summary>
internal class LinesFact(string name, string label, int most, int length) : Fact(name, label)
{
    /// <summary>How many characters its field takes.</summary>
    public int Length => most * (length + 1);

    public override bool IsBlock => true;

    public override string WrongCode => "lines";

    public override object? Read(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() is 0 || value.GetArrayLength() > most) return null;
        var lines = value.EnumerateArray().Select(v => Text(v) is { } text ? Clean(text) : null).ToList();
        return lines.TrueForAll(l => l is not null) ? lines : null;
    }

    public static IReadOnlyList<string> Of(JsonElement details, string name) =>
        details.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(v => v.GetString()!)] : [];

    public IReadOnlyList<string> Of(JsonElement details) => Of(details, Name);

    public override object Typed(string text, FormPlace place) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    protected override string? Shown(JsonElement value, FormPlace place) => string.Join('\n', value.EnumerateArray().Select(v => v.GetString()));

    protected override string? Words(JsonElement value, Func<string, string> say) => string.Join("; ", value.EnumerateArray().Select(v => v.GetString()));

    protected virtual string? Clean(string text) =>
        Marketplace.Kernel.Words.AreSound(text) && Marketplace.Kernel.Words.Line(text) is { Length: > 0 } line && line.Length <= length ? line : null;
}

/// <summary>Addresses of pages elsewhere: https only, so that a page may link to them.</summary>
internal sealed class LinksFact(string name, string label, int most) : LinesFact(name, label, most, 300)
{
    public override string WrongCode => "links";

    protected override string? Clean(string text) =>
        base.Clean(text) is { } line && Uri.TryCreate(line, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttps && address.UserInfo.Length == 0 && address.HostNameType == UriHostNameType.Dns
            ? address.AbsoluteUri : null;
}

/// <param name="Minutes">How long it takes; null where nobody said.</param>
internal sealed record OutlineStep(string Title, int? Minutes);

/// <summary>Parts in their order with titles and minutes; in its form one a line: "First steps | 25".</summary>
internal sealed class OutlineFact(string name, string label, int most) : Fact(name, label)
{
    private const int TitleLength = 120, LongestMinutes = 10_000;

    /// <summary>How many characters its field takes.</summary>
    public int Length => most * (TitleLength + 10);

    public override bool IsBlock => true;

    public override string WrongCode => "outline";

    public override object? Read(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() is 0 || value.GetArrayLength() > most) return null;
        var steps = value.EnumerateArray().Select(Step).ToList();
        return steps.TrueForAll(s => s is not null) ? steps.Select(s => new Dictionary<string, object?>(StringComparer.Ordinal) { ["title"] = s!.Title, ["minutes"] = s.Minutes }).ToList() : null;
    }

    public IReadOnlyList<OutlineStep> Of(JsonElement details) =>
        details.TryGetProperty(Name, out var value) && value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(v => Step(v)!)] : [];

    public override object Typed(string text, FormPlace place) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(line =>
    {
        var bar = line.LastIndexOf('|');
        var minutes = 0;
        var timed = bar > 0 && int.TryParse(line[(bar + 1)..].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out minutes);
        return new { title = timed ? line[..bar].Trim() : line, minutes = timed ? minutes : (int?)null };
    }).ToList();

    protected override string? Shown(JsonElement value, FormPlace place) =>
        string.Join('\n', value.EnumerateArray().Select(v => Step(v)!).Select(s => s.Minutes is { } minutes ? string.Create(CultureInfo.InvariantCulture, $"{s.Title} | {minutes}") : s.Title));

    protected override string? Words(JsonElement value, Func<string, string> say) =>
        string.Join("; ", value.EnumerateArray().Select(v => Step(v)!).Select(s => s.Minutes is { } minutes ? $"{s.Title} ({string.Format(CultureInfo.CurrentCulture, say("{0} min"), minutes)})" : s.Title));

    private static OutlineStep? Step(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object || value.EnumerateObject().Any(m => m.Name is not ("title" or "minutes"))) return null;
        if (!value.TryGetProperty("title", out var said) || Text(said) is not { } text || !Marketplace.Kernel.Words.AreSound(text)) return null;
        if (Marketplace.Kernel.Words.Line(text) is not { Length: > 0 and <= TitleLength } title) return null;
        if (!value.TryGetProperty("minutes", out var minutes) || minutes.ValueKind == JsonValueKind.Null) return new OutlineStep(title, null);
        return minutes.ValueKind == JsonValueKind.Number && minutes.TryGetInt32(out var number) && number is > 0 and <= LongestMinutes ? new OutlineStep(title, number) : null;
    }
}
