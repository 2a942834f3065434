using System.Globalization;
using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;

namespace Marketplace.Catalog.Pages;

/// <summary>A page of the market's team.</summary>
[AllowAnonymous]
internal sealed class CmsPagePage(NpgsqlDataSource source) : PageModel
{
    public ReadPages.Published Text { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(string slug)
    {
        var stop = HttpContext.RequestAborted;
        if (await ReadPages.Find(slug, CultureInfo.CurrentUICulture.TwoLetterISOLanguageName, source, stop) is not { } found)
            return await OldAddresses.Now(Addressed.Page, slug, source, stop) is { } now ? RedirectPermanent($"/pages/{now}{Request.QueryString}") : throw Refused.NotFound();
        Text = found;
        ViewData["Head"] = new PageHead(Text.Title, Text.Summary, $"/pages/{Text.Slug}") { Type = "article" };
        return Page();
    }
}
