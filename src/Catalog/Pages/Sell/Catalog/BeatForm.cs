using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.Extensions.Localization;

namespace Marketplace.Catalog.Pages;

/// <summary>A beat's details as its form shows them.</summary>
internal sealed record BeatForm(string? Tempo, string? Key, string? Genre)
{
    public static BeatForm Of(JsonElement details) => new(
        details.TryGetProperty("tempo", out var tempo) ? tempo.GetInt32().ToString(CultureInfo.InvariantCulture) : null,
        details.TryGetProperty("key", out var key) ? key.GetString() : null,
        details.TryGetProperty("genre", out var genre) ? genre.GetString() : null);

    public static IEnumerable<SelectListItem> KeyChoices(IStringLocalizer texts) =>
        MusicalKeys.All.Select(k => new SelectListItem(MusicalKeys.Say(k, phrase => texts[phrase]), k)).Prepend(new SelectListItem("–", ""));

    public static IEnumerable<SelectListItem> GenreChoices(IStringLocalizer texts) =>
        Genres.All.Select(g => new SelectListItem(g, g)).Prepend(new SelectListItem(texts["Choose a genre"], ""));
}
