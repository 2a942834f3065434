using Markdig;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Microsoft.AspNetCore.Html;

namespace Marketplace.Ui;

/// <summary>
/// Markdown that people wrote, as HTML: <c>@Prose.Of(text)</c>. HTML in it is text; a link leads to a page of this market, the open web or a
/// mail program and nowhere else, and what it opens learns nothing of where it came from; a picture is one of this market's.
/// </summary>
public static class Prose
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().DisableHtml().UsePipeTables().UseAutoLinks().Build();

    /// <param name="headings">The level of the text's highest: 2 below a page's title, 3 below a section's.</param>
    public static IHtmlContent Of(string? markdown, int headings = 2)
    {
        if (string.IsNullOrWhiteSpace(markdown)) return HtmlString.Empty;
        // Deep nesting costs more than it is worth: what no person writes is shown as it is.
        MarkdownDocument document;
        try
        {
            document = Markdown.Parse(markdown, Pipeline);
        }
        catch (ArgumentException)
        {
            return new HtmlContentBuilder().AppendHtml("<p>").Append(markdown).AppendHtml("</p>");
        }

        var all = document.Descendants<HeadingBlock>().ToList();
        var highest = all.Count == 0 ? 1 : all.Min(h => h.Level);
        foreach (var heading in all) heading.Level = Math.Min(6, heading.Level - highest + headings);
        foreach (var link in document.Descendants<LinkInline>().ToList()) Tame(link);
        foreach (var link in document.Descendants<AutolinkInline>().ToList())
        {
            if (link.IsEmail || Leads(link.Url)) Mark(link, link.Url);
            else link.ReplaceBy(new LiteralInline(link.Url));
        }

        return new HtmlString(document.ToHtml(Pipeline));
    }

    private static void Tame(LinkInline link)
    {
        var url = link.GetDynamicUrl?.Invoke() ?? link.Url;
        if (link.IsImage)
        {
            // Nothing of others is loaded into our pages.
            if (!IsLocal(url)) link.ReplaceBy(new LiteralInline(link.FirstChild is LiteralInline words ? words.Content.ToString() : ""));
        }
        else if (Leads(url)) Mark(link, url);
        else link.Url = "#";
    }

    private static void Mark(MarkdownObject link, string? url)
    {
        if (!IsLocal(url) && url?.StartsWith('#') != true) link.GetAttributes().AddProperty("rel", "noopener noreferrer nofollow ugc");
    }

    // Not parsed and judged but of one plain form: what a browser reads into odd spellings is not our guess.
    private static bool Leads(string? url) => url is not null && !url.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c == '\\')
        && (IsLocal(url) || url.StartsWith('#') || url.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || url.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            || url.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase));

    private static bool IsLocal(string? url) => url is ['/'] or ['/', not ('/' or '\\'), ..];
}
