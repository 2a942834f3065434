using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Orders.Pages;

/// <summary>The address of a bought file: sends it, or says why not and where a new link is to be had.</summary>
[AllowAnonymous]
internal sealed class DownloadPage(TakeDownload take, IBlobStore blobs) : PageModel
{
    public string Title { get; private set; } = "";

    public string Sentence { get; private set; } = "";

    public async Task<IActionResult> OnGetAsync(string token)
    {
        try
        {
            var file = await take.Handle(DownloadAsked.Of(HttpContext, token));
            FileAnswer.Guard(HttpContext);
            return new FileStreamResult(blobs.Open(file.BlobKey), file.ContentType) { FileDownloadName = file.Name, EntityTag = file.ETag, EnableRangeProcessing = true };
        }
        catch (Refused refused) when (refused.Status < 500)
        {
            ViewData["Title"] = Title = refused.Code == "not_found" ? "This link leads nowhere" : "This link no longer works";
            Sentence = refused.Code == "not_found" ? "It may be mistyped, or belong to another account." : refused.Message;
            Response.Headers["Referrer-Policy"] = "no-referrer";
            return new PageResult { StatusCode = refused.Status };
        }
    }

    public Task<IActionResult> OnHeadAsync(string token) => OnGetAsync(token);
}
