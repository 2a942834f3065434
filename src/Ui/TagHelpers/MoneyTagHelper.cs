using System.Globalization;
using System.Text.Encodings.Web;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.TagHelpers;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Microsoft.Extensions.Localization;

namespace Marketplace.Ui;

/// <summary>
/// <c>&lt;money value="Model.Total" /&gt;</c>: an amount in the reader's locale. With <c>held-until</c> or <c>held-because</c> a clock
/// beside it explains, on hover, focus and tap, why the money is not yet available and until when.
/// </summary>
[HtmlTargetElement("money", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class MoneyTagHelper : TagHelper
{
    private readonly IFileVersionProvider versions;
    private readonly IStringLocalizer texts;

    public MoneyTagHelper(IFileVersionProvider versions, IStringLocalizerFactory localizers)
    {
        this.versions = versions;
        texts = localizers.Create(typeof(Texts));
    }

    /// <summary>Null shows a dash.</summary>
    public Money? Value { get; set; }

    /// <summary>When it becomes available.</summary>
    public DateTimeOffset? HeldUntil { get; set; }

    /// <summary>Why it is held; one translated sentence.</summary>
    public string? HeldBecause { get; set; }

    /// <summary>True writes a plus before positive amounts, for changes of a balance.</summary>
    public bool Signed { get; set; }

    /// <summary>True writes "Free" for zero.</summary>
    public bool Free { get; set; }

    [HtmlAttributeNotBound]
    [ViewContext]
    public ViewContext ViewContext { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "span";
        output.TagMode = TagMode.StartTagAndEndTag;
        if (HeldUntil is null && HeldBecause is null)
        {
            output.AddClass("amount", HtmlEncoder.Default);
            output.Content.SetContent(Words());
            return;
        }

        var id = $"held-{context.UniqueId}";
        output.AddClass("held", HtmlEncoder.Default);
        output.Content.SetHtmlContent(new HtmlContentBuilder()
            .AppendHtml("<span class=\"amount\">").Append(Words()).AppendHtml("</span>")
            .AppendHtml($"<button type=\"button\" data-explain popovertarget=\"{id}\" aria-label=\"").Append(texts["Why is this held?"]).AppendHtml("\">")
            .AppendHtml(Icons.Svg(versions, "clock")).AppendHtml("</button>")
            .AppendHtml($"<span id=\"{id}\" class=\"explain\" popover role=\"note\">").AppendHtml(Explanation()).AppendHtml("</span>"));
    }

    private string Words() => Value switch
    {
        null => "–",
        { Minor: 0 } when Free => texts["Free"],
        { Minor: > 0 } money when Signed => $"+{money.ToString(CultureInfo.CurrentCulture)}",
        { } money => money.ToString(CultureInfo.CurrentCulture),
    };

    private HtmlContentBuilder Explanation()
    {
        var words = new HtmlContentBuilder();
        words.AppendHtml("<strong>").Append(texts["Held, not yet available"]).AppendHtml("</strong>");
        if (HeldBecause is not null) words.Append(HeldBecause).Append(" ");
        if (HeldUntil is { } until)
            words.Append(texts["Available on"]).Append(" ").AppendHtml(LocalTimeTagHelper.Time(until, "date-time", ViewContext.HttpContext)).Append(".");
        return words;
    }
}
