using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace Marketplace.Host.Pages;

/// <summary>Shown in place of a page that could not be.</summary>
[AllowAnonymous]
internal sealed class ErrorPage(IStringLocalizer<Texts> texts) : PageModel
{
    public string Title { get; private set; } = "";

    public string Sentence { get; private set; } = "";

    public string Drawing { get; private set; } = "search";

    public string RequestId => Problems.RequestId(HttpContext);

    public void OnGet(int status)
    {
        (Title, Sentence, Drawing) = status switch
        {
            400 => ("That form could not be read", texts["Go back, load the page again and repeat what you did."], "letter"),
            403 => ("This is not for your account", texts["You are signed in, but your account may not see or do this."], "crate"),
            404 => ("There is nothing here", texts["It was moved, or taken off the market, or the address has a typing error."], "search"),
            429 => ("A little slower, please", texts["Too many requests came from here. Wait a moment and go on."], "record"),
            503 => ("Just a moment", texts["The market is busy. Nothing was changed: try it again."], "record"),
            >= 500 => ("Something broke on our side", texts["It has been noted. Nothing that you did was lost half-way."], "record"),
            _ => ("That did not work", "", "letter"),
        };
        // A rule's own reason says more than its number.
        if (Problems.Reason(HttpContext) is { Status: 409 or 422 or 429 } refused) Sentence = texts[refused.Message];
        Response.StatusCode = status is >= 400 and < 600 ? status : 404;
    }
}
