using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Marketplace.Tests.Architecture;

/// <summary>What the source itself must keep to, each rule with a line that breaks it.</summary>
public sealed partial class SourceTests
{
    private static readonly (string Rule, Regex Forbidden, Func<string, bool> Where)[] Rules =
    [
        ("only the unit of work saves and commits", Commits(), path => !path.Contains("/Kernel/")),
        ("business time comes from TimeProvider", WallClock(), _ => true),
        ("the database gives no business time", SqlClock(), path => path.EndsWith(".sql", StringComparison.Ordinal) && !path.Contains("/Wallet/Migrations/0001")),
        ("NOTIFY is sent after the commit, by the dispatcher alone", Notify(), path => !path.EndsWith("/DispatcherService.cs", StringComparison.Ordinal)),
        ("pages carry no inline script, style or handler", Inline(), path => path.EndsWith(".cshtml", StringComparison.Ordinal)),
    ];

    [Fact]
    public void The_source_keeps_the_rules()
    {
        var broken = Sources("*.cs", "*.cshtml", "*.sql")
            .SelectMany(file => File.ReadLines(file.Full).SelectMany((line, i) => Broken(file.Path, line).Select(rule => $"{file.Path}:{i + 1}: {rule}: {line.Trim()}")));
        broken.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/src/Orders/PlaceOrder.cs", "await db.SaveChangesAsync();")]
    [InlineData("/src/Orders/PlaceOrder.cs", "await transaction.CommitAsync();")]
    [InlineData("/src/Orders/PlaceOrder.cs", "var at = DateTimeOffset.UtcNow;")]
    [InlineData("/src/Orders/Migrations/0001.sql", "  placed_at timestamptz NOT NULL DEFAULT now(),")]
    [InlineData("/src/Orders/PlaceOrder.cs", "await work.Command(\"NOTIFY orders\").Execute();")]
    [InlineData("/src/Orders/Pages/Cart.cshtml", "<p style=\"color: red\">")]
    [InlineData("/src/Orders/Pages/Cart.cshtml", "<button onclick=\"buy()\">")]
    [InlineData("/src/Orders/Pages/Cart.cshtml", "<script>alert(1)</script>")]
    public void A_line_that_breaks_a_rule_is_noticed(string path, string line) => Broken(path, line).ShouldNotBeEmpty();

    [Fact]
    public void Every_phrase_has_its_French()
    {
        var missing = Directory.EnumerateDirectories(Path.Combine(TestServer.Root, "src"))
            .SelectMany(module => Missing(
                Directory.EnumerateFiles(module, "*.cs*", SearchOption.AllDirectories).Where(f => !IsBuilt(f)).SelectMany(f => Phrases(File.ReadAllText(f))),
                French(Path.Combine(module, "Texts.fr.resx"))).Select(phrase => $"{Path.GetFileName(module)}: {phrase}"));
        missing.ShouldBeEmpty();
    }

    [Fact]
    public void A_phrase_without_French_is_noticed() =>
        Missing(Phrases("""<p>@L["Add to cart"] @L["{0} left", 3] @texts["Paid"]</p>"""), ["Paid"]).ShouldBe(["Add to cart", "{0} left"]);

    [Fact]
    public void No_file_says_in_French_what_nobody_asks()
    {
        var unused = Directory.EnumerateDirectories(Path.Combine(TestServer.Root, "src")).SelectMany(module =>
        {
            // The Ui names the states of everybody's things.
            var asking = Path.GetFileName(module) == "Ui" ? Path.Combine(TestServer.Root, "src") : module;
            var source = string.Concat(Directory.EnumerateFiles(asking, "*.cs*", SearchOption.AllDirectories).Where(f => !IsBuilt(f)).Select(File.ReadAllText));
            // Phrases that reach the localizer through a variable stand in the source as a string all the same, or as a state's code.
            return French(Path.Combine(module, "Texts.fr.resx"))
                .Where(phrase => !new[] { phrase, phrase.Replace("\"", "\\\""), phrase.ToLowerInvariant().Replace(' ', '_') }.Any(p => source.Contains(p, StringComparison.Ordinal)))
                .Select(phrase => $"{Path.GetFileName(module)}: {phrase}");
        });
        unused.ShouldBeEmpty();
    }

    [Fact]
    public void Every_code_of_a_refusal_is_documented_and_none_is_invented()
    {
        var thrown = Sources("*.cs").SelectMany(file => Codes(File.ReadAllText(file.Full))).ToHashSet(StringComparer.Ordinal);
        var documented = File.ReadLines(Path.Combine(TestServer.Root, "docs", "errors.md")).Where(l => l.StartsWith("| `", StringComparison.Ordinal)).Select(l => l.Split('`')[1]).ToHashSet(StringComparer.Ordinal);
        thrown.Except(documented).ShouldBeEmpty("in the source, not in docs/errors.md");
        documented.Except(thrown).ShouldBeEmpty("in docs/errors.md, not in the source");
    }

    [Fact]
    public void A_code_that_is_not_documented_is_noticed() =>
        Codes("""throw new Refused("new_code", 409, "No."); static Refused Other() => new("other_code", 404, "No."); Problem = new("third_code", "No.");""").ShouldBe(["new_code", "other_code", "third_code"]);

    private static IEnumerable<string> Codes(string source) => RefusalCode().Matches(source).Select(m => m.Groups[1].Value);

    private static IEnumerable<string> Broken(string path, string line) => line.TrimStart().StartsWith("//") || line.TrimStart().StartsWith("--") || line.TrimStart().StartsWith("@*")
        ? []
        : Rules.Where(r => r.Where(path) && r.Forbidden.IsMatch(line)).Select(r => r.Rule);

    private static IEnumerable<string> Phrases(string source) => Localized().Matches(Documentation().Replace(source, "")).Select(m => m.Groups[1].Value.Replace("\\\"", "\""));

    private static IEnumerable<string> Missing(IEnumerable<string> phrases, HashSet<string> french) => phrases.Distinct().Where(p => !french.Contains(p)).Order(StringComparer.Ordinal);

    private static HashSet<string> French(string file) => File.Exists(file)
        ? XDocument.Load(file).Descendants("data").Select(d => d.Attribute("name")!.Value).ToHashSet(StringComparer.Ordinal)
        : [];

    private static IEnumerable<(string Path, string Full)> Sources(params string[] patterns) => patterns
        .SelectMany(p => Directory.EnumerateFiles(Path.Combine(TestServer.Root, "src"), p, SearchOption.AllDirectories))
        .Where(f => !IsBuilt(f)).Select(f => (f[TestServer.Root.Length..], f));

    private static bool IsBuilt(string file) => file.Contains("/obj/") || file.Contains("/bin/") || file.Contains("/wwwroot/");

    [GeneratedRegex(@"\b(SaveChanges(Async)?|CommitAsync|BeginTransaction(Async)?)\s*\(")]
    private static partial Regex Commits();

    [GeneratedRegex(@"\bDateTime(Offset)?\.(Utc)?Now\b")]
    private static partial Regex WallClock();

    [GeneratedRegex(@"DEFAULT\s+(now|clock_timestamp|current_timestamp)", RegexOptions.IgnoreCase)]
    private static partial Regex SqlClock();

    [GeneratedRegex(@"\bNOTIFY\b|pg_notify")]
    private static partial Regex Notify();

    [GeneratedRegex(@"<script(?![^>]*(\bsrc=|ld\+json))|\sstyle=""|\son[a-z]+=""|<style\b")]
    private static partial Regex Inline();

    [GeneratedRegex(@"(?:Refused|=>?\s*new)\(\s*""([a-z0-9_]+)"",\s*(?:[1-5][0-9][0-9],|[a-z]\w*(?:\.\w+)*,|""[A-Z])")]
    private static partial Regex RefusalCode();

    [GeneratedRegex(@"^\s*///.*$", RegexOptions.Multiline)]
    private static partial Regex Documentation();

    [GeneratedRegex(@"\b(?:L|texts)\[""((?:[^""\\]|\\.)*)""")]
    private static partial Regex Localized();
}
