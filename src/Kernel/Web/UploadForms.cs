using System.Reflection;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;

namespace Marketplace.Kernel;

/// <summary>A page's form that sends a file: read as it arrives, and back to the page, which says what was wrong with it.</summary>
public static class UploadForms
{
    /// <param name="site">Outside the API; the caller says who may.</param>
    /// <param name="refused">The page finds a translated refusal under this key in its TempData.</param>
    /// <param name="module">Whose texts translate it.</param>
    /// <param name="most">Bytes of the whole request.</param>
    /// <param name="take">Hands the antiforgery on to <see cref="Uploads.One"/>, which asks for the token in front of the file.</param>
    /// <param name="back">A path of this market.</param>
    public static RouteHandlerBuilder MapUploadForm(
        this IEndpointRouteBuilder site, string path, string refused, Assembly module, long most, Func<HttpContext, IAntiforgery, Task> take, Func<HttpContext, string> back) =>
        site.MapPost(path, async (HttpContext http, IAntiforgery antiforgery) =>
            {
                try
                {
                    await take(http, antiforgery);
                }
                catch (Refused no) when (no.Status is 400 or 409 or 413 or 422)
                {
                    var notes = http.RequestServices.GetRequiredService<ITempDataDictionaryFactory>().GetTempData(http);
                    notes[refused] = new Phrases(http.RequestServices.GetRequiredService<IStringLocalizerFactory>(), module)[no.Message].Value;
                    notes.Save();
                }

                return Results.LocalRedirect(back(http));
            })
            .WithMetadata(new WriteRoute(null, 302, false, true), new RequestSizeLimitAttribute(most)).ExcludeFromDescription();
}
