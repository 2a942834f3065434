using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Users.Pages;

/// <summary>Finding people: by name, talent, genre, level, place, and "Find a mentor".</summary>
[AllowAnonymous]
internal sealed class DirectoryPage(Caller caller, NpgsqlDataSource source, Cursors cursors, IStringLocalizer<Texts> texts) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public Typed Input { get; set; } = new();

    public Page<FindPeople.Card> People { get; private set; } = new([], false, null);

    public TalentList Talents { get; private set; } = null!;

    public IReadOnlyDictionary<string, long> Counts { get; private set; } = new Dictionary<string, long>();

    /// <summary>Why nothing could be searched; translated.</summary>
    public string? Problem { get; private set; }

    public bool IsSignedIn => caller.IsSignedIn;

    public IEnumerable<SelectListItem> Levels => new SelectListItem(texts["Any experience"], "").Then(Enum.GetValues<Experience>().Select(level => new SelectListItem(texts[PeopleWords.Of(level)], level.ToText())));

    public IEnumerable<SelectListItem> Countries => EditProfilePage.CountryChoices(texts["Any country"]);

    public IEnumerable<SelectListItem> Genres => new SelectListItem(texts["Any genre"], "")
        .Then(Talents.Genres.SelectMany(g => g.Genres.Select(b => new SelectListItem("  " + b.Name, b.Slug)).Prepend(new SelectListItem(g.Name, g.Slug))));

    public IEnumerable<SelectListItem> Skills
    {
        get
        {
            yield return new SelectListItem(texts["Any skill"], "");
            foreach (var category in Talents.Categories.Where(c => Input.Talent is null || c.Slug == Input.Talent))
            {
                var group = new SelectListGroup { Name = category.Name };
                foreach (var skill in category.Skills) yield return new SelectListItem(skill.Name, skill.Slug) { Group = group };
            }
        }
    }

    public async Task OnGetAsync([FromQuery] string? cursor)
    {
        var stop = HttpContext.RequestAborted;
        Talents = await TalentList.Read(source, stop);
        var query = new FindPeople.Query(Input.Q, Input.Talent, Input.Skill, Input.Genre, Input.Level, Input.Country, Input.Mentor ? true : null, Input.Near);
        try
        {
            People = await FindPeople.Handle(query, cursor, 24, caller, source, cursors, stop);
            Counts = await FindPeople.Counts(query, caller, source, stop);
        }
        catch (Refused refused) when (refused.Status is 401 or 409 or 422)
        {
            Problem = texts[refused.Errors.Count > 0 ? refused.Errors[0].Detail : refused.Message];
        }
    }

    /// <summary>This page with another value of one filter.</summary>
    public string With(string name, string? value)
    {
        var filters = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["q"] = Input.Q, ["talent"] = Input.Talent, ["skill"] = Input.Skill, ["genre"] = Input.Genre, ["level"] = Input.Level, ["country"] = Input.Country, ["mentor"] = Input.Mentor ? "true" : null, ["near"] = Input.Near,
        };
        if (name == "talent") filters["skill"] = null;
        filters[name] = value;
        return QueryHelpers.AddQueryString("/people", filters.Where(f => !string.IsNullOrEmpty(f.Value)));
    }

    public static string Place(FindPeople.Card person) => string.Join(", ", new[] { person.City, person.Country is null ? null : Marketplace.Users.Countries.Name(person.Country) }.Where(t => t is not null));

    internal sealed class Typed
    {
        [FromQuery(Name = "q")]
        public string? Q { get; set; }

        [FromQuery(Name = "talent")]
        public string? Talent { get; set; }

        [FromQuery(Name = "skill")]
        public string? Skill { get; set; }

        [FromQuery(Name = "genre")]
        public string? Genre { get; set; }

        [FromQuery(Name = "level")]
        public string? Level { get; set; }

        [FromQuery(Name = "country")]
        public string? Country { get; set; }

        [FromQuery(Name = "mentor")]
        public bool Mentor { get; set; }

        [FromQuery(Name = "near")]
        public string? Near { get; set; }
    }
}
