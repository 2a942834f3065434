using System.Text.Encodings.Web;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.TagHelpers;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;

namespace Marketplace.Ui;

/// <summary><c>&lt;page-header title="@L["Orders"]" lead="…"&gt;actions&lt;/page-header&gt;</c>: the page's first block; names the tab too.</summary>
[HtmlTargetElement("page-header", Attributes = "title")]
public sealed class PageHeaderTagHelper(IFileVersionProvider versions) : TagHelper
{
    public string Title { get; set; } = "";

    /// <summary>One sentence below the title.</summary>
    public string? Lead { get; set; }

    /// <summary>Address of the page above this one.</summary>
    public string? Back { get; set; }

    public string? BackLabel { get; set; }

    [HtmlAttributeNotBound]
    [ViewContext]
    public ViewContext ViewContext { get; set; } = null!;

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var actions = await output.GetChildContentAsync();
        ViewContext.ViewData["Title"] ??= Title;
        output.TagName = "header";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.AddClass("page-head", HtmlEncoder.Default);
        var content = output.Content;
        content.Clear();
        content.AppendHtml("<div>");
        if (Back is not null)
        {
            content.AppendHtml("<p class=\"crumbs\"><a href=\"").Append(Back).AppendHtml("\">").AppendHtml(Icons.Svg(versions, "chevron-left")).Append(" ")
                .Append(BackLabel ?? "").AppendHtml("</a></p>");
        }

        content.AppendHtml("<h1>").Append(Title).AppendHtml("</h1>");
        if (Lead is not null) content.AppendHtml("<p class=\"lead\">").Append(Lead).AppendHtml("</p>");
        content.AppendHtml("</div>");
        if (!actions.IsEmptyOrWhiteSpace) content.AppendHtml("<div class=\"page-actions\">").AppendHtml(actions).AppendHtml("</div>");
    }
}

/// <summary>
/// <c>&lt;submit-button busy="@L["Saving…"]"&gt;@L["Save"]&lt;/submit-button&gt;</c>: the form's one primary action; pressed once, says what happens.
/// </summary>
[HtmlTargetElement("submit-button")]
public sealed class SubmitButtonTagHelper : TagHelper
{
    /// <summary>Words while the answer is on its way; the same words when missing.</summary>
    public string? Busy { get; set; }

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var words = await output.GetChildContentAsync();
        output.TagName = "button";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("type", "submit");
        if (output.Attributes["class"] is null) output.Attributes.SetAttribute("class", "btn btn-primary");
        else output.AddClass("btn", HtmlEncoder.Default);
        if (Busy is null) output.Content.SetHtmlContent(words);
        else
        {
            output.Content.Clear();
            output.Content.AppendHtml("<span class=\"idle-label\">").AppendHtml(words).AppendHtml("</span><span class=\"busy-label\">").Append(Busy).AppendHtml("</span>");
        }
    }
}

/// <summary><c>&lt;form method="post" once&gt;</c>: a double click, or the same form sent again, is one act.</summary>
[HtmlTargetElement("form", Attributes = "once")]
public sealed class OnceTagHelper(TimeProvider clock) : TagHelper
{
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.Attributes.RemoveAll("once");
        output.PreContent.AppendHtml($"<input type=\"hidden\" name=\"idempotency_key\" value=\"{Ids.New(clock)}\">");
    }
}

/// <summary><c>&lt;card-cover src="…" kind="beat" alt="" /&gt;</c>: a square picture; without one, a drawing for the kind. As wide as a card in a grid unless <c>sizes</c> says otherwise.</summary>
[HtmlTargetElement("card-cover", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class CardCoverTagHelper(IFileVersionProvider versions) : TagHelper
{
    public string? Src { get; set; }

    public string Kind { get; set; } = "";

    public string Alt { get; set; } = "";

    public bool Eager { get; set; }

    public string Sizes { get; set; } = "(min-width: 80rem) 14rem, (min-width: 64rem) 22vw, (min-width: 48rem) 30vw, 46vw";

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "span";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.AddClass("cover", HtmlEncoder.Default);
        if (string.IsNullOrEmpty(Src))
        {
            output.Content.SetHtmlContent(new HtmlContentBuilder().AppendHtml("<span class=\"cover-blank\">").AppendHtml(Icons.Svg(versions, Drawing.IconOf(Kind))).AppendHtml("</span>"));
            return;
        }

        var image = new TagBuilder("img") { TagRenderMode = TagRenderMode.SelfClosing };
        image.Attributes["src"] = PictureWidths.Of(Src, 384);
        if (PictureWidths.All(Src) is { } all) (image.Attributes["srcset"], image.Attributes["sizes"]) = (all, Eager ? Sizes : "auto, " + Sizes);
        image.Attributes["alt"] = Alt;
        image.Attributes["width"] = "480";
        image.Attributes["height"] = "480";
        image.Attributes["decoding"] = "async";
        if (Eager) image.Attributes["fetchpriority"] = "high";
        else image.Attributes["loading"] = "lazy";
        output.Content.SetHtmlContent(image);
    }
}

/// <summary><c>&lt;portrait name="Ada Obi" src="…" /&gt;</c>: a person or a shop; initials without a picture. The name must stand beside it.</summary>
[HtmlTargetElement("portrait", Attributes = "name", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class PortraitTagHelper : TagHelper
{
    public string Name { get; set; } = "";

    public string? Src { get; set; }

    public bool Large { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "span";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.AddClass("portrait", HtmlEncoder.Default);
        if (Large) output.AddClass("portrait-lg", HtmlEncoder.Default);
        output.Attributes.SetAttribute("aria-hidden", "true");
        if (string.IsNullOrEmpty(Src))
        {
            output.Content.SetContent(Drawing.Initials(Name));
            return;
        }

        var image = new TagBuilder("img") { TagRenderMode = TagRenderMode.SelfClosing };
        foreach (var (key, value) in new[] { ("src", PictureWidths.Of(Src, Large ? 240 : 96)), ("alt", ""), ("width", "72"), ("height", "72"), ("loading", "lazy"), ("decoding", "async") }) image.Attributes[key] = value;
        output.Content.SetHtmlContent(image);
    }
}

/// <summary>
/// <c>&lt;chip tone="good"&gt;@L["Paid"]&lt;/chip&gt;</c>, or <c>&lt;chip state="@order.State" /&gt;</c>, which knows the tone and the words of the
/// market's states (snake_case or PascalCase). A tone beside a state wins.
/// </summary>
[HtmlTargetElement("chip")]
public sealed class ChipTagHelper : TagHelper
{
    private readonly IStringLocalizer texts;

    public ChipTagHelper(IStringLocalizerFactory localizers) => texts = localizers.Create(typeof(Texts));

    /// <summary>A state as text or enum.</summary>
    public object? State { get; set; }

    /// <summary>good, warn, bad, held, info; none is neutral.</summary>
    public string? Tone { get; set; }

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var words = await output.GetChildContentAsync();
        output.TagName = "span";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.AddClass("chip", HtmlEncoder.Default);
        var state = State?.ToString();
        if ((Tone ?? States.ToneOf(state)) is { } tone) output.AddClass($"chip-{tone}", HtmlEncoder.Default);
        if (words.IsEmptyOrWhiteSpace && state is not null) output.Content.SetContent(texts[States.Words(state)]);
        else output.Content.SetHtmlContent(words);
    }
}

/// <summary><c>&lt;slot name="product-actions" model="Model.Product" /&gt;</c>: what other modules put here.</summary>
[HtmlTargetElement("slot", Attributes = "name", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class SlotTagHelper(Composition composition, IHtmlHelper html) : TagHelper
{
    public string Name { get; set; } = "";

    public object? Model { get; set; }

    [HtmlAttributeNotBound]
    [ViewContext]
    public ViewContext ViewContext { get; set; } = null!;

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = null;
        output.Content.Clear();
        // The frame shows some slots twice (the cart's count above and in the bottom bar): loaded once a request.
        var items = ViewContext.HttpContext.Items;
        var key = (typeof(SlotTagHelper), Name);
        if (Model is null && items[key] is IHtmlContent before)
        {
            output.Content.SetHtmlContent(before);
            return;
        }

        ((IViewContextAware)html).Contextualize(ViewContext);
        await using var words = new StringWriter();
        foreach (var part in composition.Slot(Name))
        {
            if (await part.Load(ViewContext.HttpContext, Model) is { } model)
                (await html.PartialAsync(part.View, model)).WriteTo(words, HtmlEncoder.Default);
        }

        var content = new HtmlString(words.ToString().Trim());
        if (Model is null) items[key] = content;
        output.Content.SetHtmlContent(content);
    }
}

/// <summary><c>&lt;menu-items name="account" /&gt;</c>: the lines of a menu that serve this person; the current one is marked.</summary>
[HtmlTargetElement("menu-items", Attributes = "name", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class MenuItemsTagHelper(Composition composition, IStringLocalizerFactory localizers, IFileVersionProvider versions) : TagHelper
{
    public string Name { get; set; } = "";

    [HtmlAttributeNotBound]
    [ViewContext]
    public ViewContext ViewContext { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = null;
        output.Content.Clear();
        var http = ViewContext.HttpContext;
        var items = composition.Menu(Name, http.RequestServices.GetRequiredService<Caller>()).ToList();
        var path = http.Request.Path.Value ?? "/";
        var current = items.Where(i => path.Equals(i.Url, StringComparison.OrdinalIgnoreCase) || path.StartsWith(i.Url.TrimEnd('/') + "/", StringComparison.OrdinalIgnoreCase))
            .MaxBy(i => i.Url.Length);
        foreach (var item in items)
        {
            output.Content.AppendHtml("<a href=\"").Append(item.Url).AppendHtml(item == current ? "\" aria-current=\"page\">" : "\">")
                .AppendHtml(Icons.Svg(versions, item.Icon)).AppendHtml("<span>").Append(localizers.Create(item.Texts)[item.Text]).AppendHtml("</span></a>");
        }
    }
}
