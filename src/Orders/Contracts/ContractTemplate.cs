using System.Text.Encodings.Web;
using System.Text.RegularExpressions;

namespace Marketplace.Orders;

/// <summary>
/// The text of licence contracts, one embedded file a language. A change of the text is a new version: contracts that were made keep
/// theirs, and say which.
/// </summary>
/// <param name="Text">The version's HTML in a language; null when it has none.</param>
internal sealed partial record ContractTemplate(string Version, Func<string, string?> Text)
{
    private const string Fallback = "en";

    public static ContractTemplate Current { get; } = new("licence-1", language => Embedded($"licence-1-{language}"));

    /// <returns>The language of the text that there is.</returns>
    public string Speaks(string language) => Text(language) is null ? Fallback : language;

    /// <summary>Fills <c>{{names}}</c> and repeats <c>{{#files}} … {{/files}}</c>; every value is text, never HTML.</summary>
    public string Render(string language, IReadOnlyDictionary<string, string> values, IEnumerable<IReadOnlyDictionary<string, string>> files)
    {
        var text = Text(language) ?? throw new InvalidOperationException($"{Version} has no text in '{language}'.");
        var repeated = Files().Replace(text, match => string.Concat(files.Select(file => Fill(match.Groups[1].Value, file))));
        return Fill(repeated, values);
    }

    private static string Fill(string text, IReadOnlyDictionary<string, string> values) =>
        Name().Replace(text, match => values.TryGetValue(match.Groups[1].Value, out var value) ? HtmlEncoder.Default.Encode(value) : match.Value);

    private static string? Embedded(string name)
    {
        using var file = typeof(ContractTemplate).Assembly.GetManifestResourceStream($"Contracts.{name}");
        return file is null ? null : new StreamReader(file).ReadToEnd();
    }

    [GeneratedRegex(@"\{\{#files\}\}(.*?)\{\{/files\}\}", RegexOptions.Singleline | RegexOptions.NonBacktracking)]
    private static partial Regex Files();

    [GeneratedRegex(@"\{\{([a-z_]+)\}\}", RegexOptions.NonBacktracking)]
    private static partial Regex Name();
}
