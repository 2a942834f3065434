using System.Globalization;
using System.Net;
using System.Text.Encodings.Web;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Microsoft.Extensions.Localization;

namespace Marketplace.Ui;

/// <summary>
/// A whole field: label, input, help, error. <c>&lt;field for="Input.Title" label="@L["Title"]" help="…" maxlength="80" /&gt;</c>.
/// The type is text, email, password, number, date, datetime-local, url, tel, search, color, textarea, select, checkbox or file;
/// other attributes go to the input. With content of its own, the content is the input (first child input gets id, name and aria by itself).
/// </summary>
[HtmlTargetElement("field", Attributes = "for")]
public class FieldTagHelper : TagHelper
{
    private readonly IHtmlGenerator generator;
    private readonly IFileVersionProvider versions;

    public FieldTagHelper(IHtmlGenerator generator, IFileVersionProvider versions, IStringLocalizerFactory localizers)
    {
        this.generator = generator;
        this.versions = versions;
        Texts = localizers.Create(typeof(Texts));
    }

    public ModelExpression For { get; set; } = null!;

    /// <summary>Translated; the property's name when missing.</summary>
    public string? Label { get; set; }

    /// <summary>Below the input; translated.</summary>
    public string? Help { get; set; }

    /// <summary>Text, unless the property's type says otherwise (bool, DateOnly, DateTime, IFormFile, whole numbers).</summary>
    public string? Type { get; set; }

    /// <summary>Choices of a select.</summary>
    public IEnumerable<SelectListItem>? Items { get; set; }

    /// <summary>Says "optional" beside the label.</summary>
    public bool Optional { get; set; }

    [HtmlAttributeNotBound]
    [ViewContext]
    public ViewContext ViewContext { get; set; } = null!;

    private protected IStringLocalizer Texts { get; }

    private protected string Id { get; private set; } = "";

    private protected string FullName { get; private set; } = "";

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        FullName = ViewContext.ViewData.TemplateInfo.GetFullHtmlFieldName(For.Name);
        Id = TagBuilder.CreateSanitizedId(FullName, "_");
        var errors = ViewContext.ViewData.ModelState.TryGetValue(FullName, out var state) ? state.Errors : null;
        var invalid = errors is { Count: > 0 };

        var described = new List<string>();
        if (Help is not null) described.Add($"{Id}-help");
        if (invalid) described.Add($"{Id}-error");
        context.Items[typeof(FieldTagHelper)] = new FieldState(Id, FullName, described, invalid);

        var type = Type ?? Guess(For.ModelExplorer.ModelType, Items is not null);
        var inner = await output.GetChildContentAsync();
        var attributes = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase) { ["id"] = Id };
        foreach (var attribute in output.Attributes.Where(a => !string.Equals(a.Name, "class", StringComparison.OrdinalIgnoreCase)))
            attributes[attribute.Name] = attribute.ValueStyle == HtmlAttributeValueStyle.Minimized ? attribute.Name : Plain(attribute.Value);
        if (described.Count > 0) attributes["aria-describedby"] = string.Join(' ', described);
        if (invalid) attributes["aria-invalid"] = "true";

        var classes = Plain(output.Attributes["class"]?.Value);
        output.Attributes.Clear();
        output.TagName = "div";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", classes is null ? "field" : $"field {classes}");

        var content = output.Content;
        content.Clear();
        var name = new HtmlContentBuilder().Append(Label ?? For.Metadata.GetDisplayName());
        if (Optional) name.AppendHtml(" <span class=\"optional\">").Append(Texts["optional"]).AppendHtml("</span>");

        if (type == "checkbox")
        {
            content.AppendHtml("<label class=\"check\">").AppendHtml(Checkbox(attributes)).AppendHtml("<span>").AppendHtml(name).AppendHtml("</span></label>")
                .AppendHtml($"<input type=\"hidden\" name=\"{HtmlEncoder.Default.Encode(FullName)}\" value=\"false\">");
        }
        else
        {
            content.AppendHtml($"<label for=\"{Id}\">").AppendHtml(name).AppendHtml("</label>");
            content.AppendHtml(inner.IsEmptyOrWhiteSpace ? Control(type, attributes) : inner);
        }

        if (Help is not null) content.AppendHtml($"<p class=\"field-help\" id=\"{Id}-help\">").Append(Help).AppendHtml("</p>");
        if (invalid)
        {
            content.AppendHtml($"<p class=\"field-error\" id=\"{Id}-error\">").AppendHtml(Icons.Svg(versions, "circle-alert")).AppendHtml("<span>")
                .Append(string.Join(' ', errors!.Select(e => e.ErrorMessage))).AppendHtml("</span></p>");
        }
    }

    private protected virtual IHtmlContent Control(string type, Dictionary<string, object?> attributes)
    {
        switch (type)
        {
            case "textarea":
                attributes["class"] = "textarea";
                attributes.Remove("rows", out var rows);
                return generator.GenerateTextArea(ViewContext, For.ModelExplorer, For.Name, int.TryParse(rows?.ToString(), CultureInfo.InvariantCulture, out var n) ? n : 5, 0, attributes);
            case "select":
                attributes["class"] = "select";
                return generator.GenerateSelect(ViewContext, For.ModelExplorer, null, For.Name, Items ?? [], attributes.ContainsKey("multiple"), attributes);
            case "file":
                attributes["class"] = "file-input";
                attributes["type"] = "file";
                return generator.GenerateTextBox(ViewContext, For.ModelExplorer, For.Name, "", null, attributes);
            case "password":
                attributes["class"] = "input";
                return generator.GeneratePassword(ViewContext, For.ModelExplorer, For.Name, null, attributes);
            default:
                attributes["class"] = "input";
                attributes["type"] = type;
                var format = type switch { "date" => "{0:yyyy-MM-dd}", "datetime-local" => "{0:yyyy-MM-ddTHH:mm}", "time" => "{0:HH:mm}", _ => null };
                var value = type == "number" && For.Model is IFormattable number ? number.ToString(null, CultureInfo.InvariantCulture) : For.Model;
                return generator.GenerateTextBox(ViewContext, For.ModelExplorer, For.Name, value, format, attributes);
        }
    }

    private TagBuilder Checkbox(Dictionary<string, object?> attributes)
    {
        attributes["class"] = "checkbox";
        bool? on = For.Model as bool?;
        if (ViewContext.ViewData.ModelState.TryGetValue(FullName, out var state) && state.AttemptedValue is { } typed) on = typed.StartsWith("true", StringComparison.OrdinalIgnoreCase);
        return generator.GenerateCheckBox(ViewContext, For.ModelExplorer, For.Name, on, attributes);
    }

    // As it was meant: what Razor hands over is encoded, and is encoded again where it is written.
    private static string? Plain(object? value) => value is HtmlString html ? WebUtility.HtmlDecode(html.Value) : value?.ToString();

    private static string Guess(Type type, bool choices)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (choices) return "select";
        if (type == typeof(bool)) return "checkbox";
        if (type == typeof(DateOnly)) return "date";
        if (type == typeof(DateTime) || type == typeof(DateTimeOffset)) return "datetime-local";
        if (type == typeof(TimeOnly)) return "time";
        if (type == typeof(int) || type == typeof(long) || type == typeof(short)) return "number";
        return typeof(Microsoft.AspNetCore.Http.IFormFile).IsAssignableFrom(type) ? "file" : "text";
    }
}

internal sealed record FieldState(string Id, string Name, IReadOnlyList<string> Described, bool Invalid);

/// <summary>
/// <c>&lt;money-input for="Input.Price" label="@L["Price"]" currency="EUR" /&gt;</c>: a field that takes "12,50" and "12.50" alike.
/// The property is a string (read it with <see cref="Money.TryParse"/>), a decimal or <see cref="Money"/>.
/// </summary>
[HtmlTargetElement("money-input", Attributes = "for", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class MoneyInputTagHelper(IHtmlGenerator generator, IFileVersionProvider versions, IStringLocalizerFactory localizers)
    : FieldTagHelper(generator, versions, localizers)
{
    /// <summary>ISO code; the value's own when missing, else EUR.</summary>
    public string? Currency { get; set; }

    private protected override IHtmlContent Control(string type, Dictionary<string, object?> attributes)
    {
        var money = For.Model as Money?;
        var currency = Kernel.Currency.TryOf(Currency ?? money?.Currency.Code ?? "EUR", out var known) ? known : default;
        var typed = ViewContext.ViewData.ModelState.TryGetValue(FullName, out var state) ? state.AttemptedValue : null;
        var digits = $"F{currency.Exponent}";
        var value = typed ?? For.Model switch
        {
            Money m => m.Major.ToString(digits, CultureInfo.CurrentCulture),
            decimal d => d.ToString(digits, CultureInfo.CurrentCulture),
            var other => other?.ToString(),
        };

        var input = new TagBuilder("input") { TagRenderMode = TagRenderMode.SelfClosing };
        foreach (var (name, content) in attributes) input.Attributes[name] = content?.ToString();
        input.Attributes["type"] = "text";
        input.Attributes["name"] = FullName;
        input.Attributes["inputmode"] = currency.Exponent == 0 ? "numeric" : "decimal";
        input.Attributes["autocomplete"] = "off";
        input.Attributes["value"] = value;
        input.AddCssClass("input");

        var box = new TagBuilder("div");
        box.AddCssClass("money-input");
        box.InnerHtml.AppendHtml(input).AppendHtml("<span class=\"currency\">").Append(currency.Code).AppendHtml("</span>");
        return box;
    }
}

/// <summary>An input that is written by hand inside a field: gets the field's id, name and aria attributes where it has none.</summary>
[HtmlTargetElement("input", ParentTag = "field")]
[HtmlTargetElement("select", ParentTag = "field")]
[HtmlTargetElement("textarea", ParentTag = "field")]
public sealed class FieldPartTagHelper : TagHelper
{
    public override int Order => 1000;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        if (!context.Items.TryGetValue(typeof(FieldTagHelper), out var found) || found is not FieldState field) return;
        if (!output.Attributes.ContainsName("id")) output.Attributes.SetAttribute("id", field.Id);
        if (!output.Attributes.ContainsName("name")) output.Attributes.SetAttribute("name", field.Name);
        if (!output.Attributes.ContainsName("class")) output.Attributes.SetAttribute("class", output.TagName == "input" ? "input" : output.TagName);
        if (field.Described.Count > 0) output.Attributes.SetAttribute("aria-describedby", string.Join(' ', field.Described));
        if (field.Invalid) output.Attributes.SetAttribute("aria-invalid", "true");
    }
}
