using System.Globalization;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Marketplace.Ui;

/// <summary>
/// <c>&lt;local-time value="order.PlacedAt" /&gt;</c>: a moment in the reader's language and time zone. The zone comes from a cookie
/// that the browser's script sets at the first visit; until then it is UTC and says so.
/// </summary>
[HtmlTargetElement("local-time", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class LocalTimeTagHelper : TagHelper
{
    /// <summary>Null shows a dash.</summary>
    public DateTimeOffset? Value { get; set; }

    /// <summary>date-time (default), date, time, long, or relative ("3 days ago"; a date without script).</summary>
    public string Format { get; set; } = "date-time";

    [HtmlAttributeNotBound]
    [ViewContext]
    public ViewContext ViewContext { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = null;
        output.Content.SetHtmlContent(Value is { } value ? Time(value, Format, ViewContext.HttpContext) : new HtmlString("–"));
    }

    internal static IHtmlContent Time(DateTimeOffset value, string format, HttpContext http)
    {
        var zone = http.Request.Cookies["zone"] is { Length: > 0 and < 64 } id && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var known) ? known : null;
        var local = zone is null ? value.ToUniversalTime() : TimeZoneInfo.ConvertTime(value, zone);
        var culture = CultureInfo.CurrentCulture;
        var monthFirst = culture.DateTimeFormat.ShortDatePattern.StartsWith('M');
        var date = local.ToString(monthFirst ? "MMM d, yyyy" : "d MMM yyyy", culture);
        var hour = local.ToString("t", culture);
        var words = format switch
        {
            "date" or "relative" => date,
            "time" => hour,
            "long" => $"{local.ToString(monthFirst ? "MMMM d, yyyy" : "d MMMM yyyy", culture)}, {hour}",
            _ => $"{date}, {hour}",
        };

        var time = new TagBuilder("time");
        time.Attributes["datetime"] = value.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        time.Attributes["data-local"] = format;
        if (zone is not null) time.Attributes["data-zone"] = http.Request.Cookies["zone"];
        time.InnerHtml.Append(zone is null && format is not ("date" or "relative") ? $"{words} UTC" : words);
        return time;
    }
}
