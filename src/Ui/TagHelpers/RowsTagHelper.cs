using Microsoft.AspNetCore.Razor.TagHelpers;
using Microsoft.Extensions.Localization;

namespace Marketplace.Ui;

/// <summary><c>&lt;div class="rows-wrap"&gt;</c> scrolls under the head of its table: the keyboard must reach what the wheel reaches.</summary>
[HtmlTargetElement("div", Attributes = "class")]
public sealed class RowsTagHelper(IStringLocalizerFactory localizers) : TagHelper
{
    private readonly IStringLocalizer texts = localizers.Create(typeof(Texts));

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        if (output.Attributes["class"]?.Value.ToString()?.Split(' ').Contains("rows-wrap", StringComparer.Ordinal) != true) return;
        output.Attributes.SetAttribute("tabindex", "0");
        output.Attributes.SetAttribute("role", "group");
        if (!output.Attributes.ContainsName("aria-label")) output.Attributes.SetAttribute("aria-label", texts["Table"].Value);
    }
}
