using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;

namespace Marketplace.Catalog.Pages;

/// <summary>What is going on, as a cloud: in the order of the alphabet, the livelier the larger.</summary>
[AllowAnonymous]
internal sealed class TagsPage(NpgsqlDataSource source, TimeProvider clock) : PageModel
{
    private static readonly string[] Sizes = ["text-3xl font-display font-semibold", "text-2xl font-display font-semibold", "text-xl font-[550]", "text-base"];

    public IReadOnlyList<(Marketplace.Catalog.Tags.Line Tag, string Size)> Tags { get; private set; } = [];

    public async Task OnGetAsync()
    {
        var trending = (await Marketplace.Catalog.Tags.List(null, 80, source, clock, HttpContext.RequestAborted)).Data;
        // By place, not by number: one record of the week must not make all others small.
        Tags = trending.Select((tag, place) => (tag, Sizes[place < 6 ? 0 : place < 18 ? 1 : place < 40 ? 2 : 3])).OrderBy(t => t.tag.Tag, StringComparer.CurrentCulture).ToList();
    }
}
