using System.Text.Json;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Ui;

/// <summary>One product in a grid of covers: <c>&lt;partial name="_ProductCard" model="…" /&gt;</c>.</summary>
/// <param name="Maker">The shop's or the person's name.</param>
/// <param name="PreviewUrl">An audio preview; null shows no play button.</param>
/// <param name="Bars">The preview's loudness as <see cref="WaveformModel.Bars"/>; shown on the cover while it is played. Null shows none.</param>
/// <param name="Price">Null says nothing about the price.</param>
/// <param name="Kind">beat, sample, kit, digital, service, physical, membership, course, webinar, reseller: chooses the fallback drawing.</param>
/// <param name="Line">One line of what matters: "142 BPM · F minor", "3 days", "4 seats left".</param>
public sealed record ProductCardModel(
    string Url, string Title, string Maker, string? MakerUrl, string? CoverUrl, string? PreviewUrl, string? Bars, Money? Price, string Kind, string? Line)
{
    /// <summary>True when the place was paid for; says "Sponsored".</summary>
    public bool Sponsored { get; init; }

    /// <summary>True when nothing of it is left just now; says so.</summary>
    public bool SoldOut { get; init; }

    /// <summary>True when several offers exist: "from €12.50".</summary>
    public bool From { get; init; }

    /// <summary>The viewer's heart; null shows none.</summary>
    public HeartModel? Heart { get; init; }

    /// <summary>The first row of a page should not wait: true loads the cover eagerly.</summary>
    public bool Eager { get; init; }
}

/// <summary>A heart that the signed-in viewer gives or takes back: <c>&lt;partial name="_Heart" model="…" /&gt;</c>.</summary>
/// <param name="Count">Of everybody, where it is shown.</param>
public sealed record HeartModel(Guid Product, string Title, bool Liked, long? Count = null);

/// <summary>Loudness drawn as bars: <c>&lt;partial name="_Waveform" model="…" /&gt;</c>.</summary>
/// <param name="Bars">From left to right, each a digit to base 32, "0" to "v"; 40 to 300 look good.</param>
/// <param name="PlayUrl">The audio that it pictures: progress is drawn into it, pressing it seeks. Null: a picture only.</param>
public sealed record WaveformModel(string Bars, string? PlayUrl = null);

/// <summary>Nothing here yet: <c>&lt;partial name="_Empty" model='new EmptyModel("crate", …)' /&gt;</c>. All texts are already translated.</summary>
/// <param name="Drawing">crate (default), record, receipt, letter, search, chart.</param>
public sealed record EmptyModel(string Drawing, string Title, string Sentence, string? Action = null, string? Url = null);

/// <summary>The link to the next page of a keyset list: <c>&lt;partial name="_Pager" model="new PagerModel(Model.Orders.NextCursor)" /&gt;</c>. Keeps the query.</summary>
/// <param name="Next">Cursor of the next page; null renders nothing.</param>
/// <param name="Parameter">Its name in the query.</param>
/// <param name="Label">Of what, translated, where a page has several lists.</param>
public sealed record PagerModel(string? Next, string Parameter = "cursor", string? Label = null);

/// <summary>
/// What a public page says of itself to search engines and to those who share it; said once: <c>ViewData["Head"] = new PageHead(…)</c>.
/// Pages that say none have their title and no more.
/// </summary>
/// <param name="Title">Without the market's name.</param>
/// <param name="Description">One or two sentences; cut where they are longer than is shown.</param>
/// <param name="Path">The one address of this page, local: <c>/p/midnight-ferry</c>.</param>
/// <param name="Image">Local address of a picture.</param>
public sealed record PageHead(string Title, string? Description, string Path, string? Image = null)
{
    /// <summary>Of Open Graph: website, product, article, profile.</summary>
    public string Type { get; init; } = "website";

    /// <summary>A preview to be heard.</summary>
    public string? Audio { get; init; }

    /// <summary>Local address of an Atom feed.</summary>
    public string? Feed { get; init; }

    /// <summary>schema.org, each a whole JSON object. The serialiser must escape what could end the element, as its default does.</summary>
    public IReadOnlyList<string> LinkedData { get; init; } = [];

    /// <summary>What a search engine should pass over.</summary>
    public bool Hidden { get; init; }

    internal string? Summary => Description?.ReplaceLineEndings(" ").Trim() is { Length: > 0 } text ? text.Length > 160 ? text[..157].TrimEnd() + "…" : text : null;
}

public static class Toasts
{
    internal const string Key = "toast";

    /// <summary>Says a result on the page after the redirect. The text is already translated.</summary>
    public static void Toast(this PageModel page, string text) => page.TempData[Key] = text;

    /// <summary>Says a result with an htmx answer.</summary>
    public static void Toast(this HttpResponse response, string text) =>
        response.Headers["HX-Trigger"] = JsonSerializer.Serialize(new Dictionary<string, string>(StringComparer.Ordinal) { [Key] = text });
}
