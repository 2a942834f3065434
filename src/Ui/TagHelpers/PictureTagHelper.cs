using Marketplace.Kernel;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Marketplace.Ui;

/// <summary>The addresses of one of the market's own pictures in the widths in which it is sent; other pictures have one address.</summary>
public static class PictureWidths
{
    /// <param name="width">Of the screen's own points: one of <see cref="Pictures.Widths"/>.</param>
    public static string? Of(string? src, int width) => IsOurs(src) ? $"{src}?w={width}" : src;

    /// <summary>All of them, as <c>srcset</c> says it; null: there is one only.</summary>
    internal static string? All(string? src) => IsOurs(src) ? string.Join(", ", Pictures.Widths.Select(width => $"{src}?w={width} {width}w")) : null;

    private static bool IsOurs(string? src) => src is not null && src.StartsWith("/media/", StringComparison.Ordinal);
}

/// <summary>
/// <c>&lt;img src="@cover" sizes="56px" alt="" width="56" height="56" loading="lazy"&gt;</c>: a picture that says how wide it stands on the page is
/// sent no wider than that. Where it is lazy, the browser measures instead of believing, if it can.
/// </summary>
[HtmlTargetElement("img", Attributes = "sizes", TagStructure = TagStructure.WithoutEndTag)]
public sealed class PictureTagHelper : TagHelper
{
    public string? Src { get; set; }

    public string Sizes { get; set; } = "";

    public bool Lazy { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        if (Lazy)
        {
            output.Attributes.SetAttribute("loading", "lazy");
            output.Attributes.SetAttribute("decoding", "async");
        }

        output.Attributes.SetAttribute("src", PictureWidths.Of(Src, 384));
        if (PictureWidths.All(Src) is not { } all) return;
        output.Attributes.SetAttribute("srcset", all);
        output.Attributes.SetAttribute("sizes", Lazy ? "auto, " + Sizes : Sizes);
    }
}
