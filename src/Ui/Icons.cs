using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace Marketplace.Ui;

/// <summary>Symbols of the sprite that <c>npm run build</c> makes of the Lucide icons in use.</summary>
internal static class Icons
{
    internal static IHtmlContent Use(IFileVersionProvider versions, string name) =>
        new HtmlContentBuilder().AppendHtml("<use href=\"").Append(versions.AddFileVersionToPath("", "/icons.svg")).AppendHtml("#").Append(name).AppendHtml("\"></use>");

    internal static IHtmlContent Svg(IFileVersionProvider versions, string name, string? classes = null)
    {
        var svg = new TagBuilder("svg");
        svg.AddCssClass(classes is null ? "icon" : $"icon {classes}");
        svg.Attributes["aria-hidden"] = "true";
        svg.InnerHtml.AppendHtml(Use(versions, name));
        return svg;
    }
}
