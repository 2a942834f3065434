using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;

namespace Marketplace.Orders.Pages;

/// <summary>The address of a bought file: sends it, or says why not and gives its buyer a new link.</summary>
[AllowAnonymous]
internal sealed class DownloadPage(TakeDownload take, IBlobStore blobs, Caller caller, NpgsqlDataSource source) : PageModel
{
    public string Title { get; private set; } = "";

    public string Sentence { get; private set; } = "";

    /// <summary>What to make a new link of, when it is the buyer who looks.</summary>
    public (Guid Item, Guid File, string Name)? Again { get; private set; }

    public bool IsSignedIn => caller.IsSignedIn;

    public async Task<IActionResult> OnGetAsync(string token)
    {
        try
        {
            var file = await take.Handle(DownloadAsked.Of(HttpContext, token));
            return new FileStreamResult(WatchedFile.Open(file, blobs, HttpContext), file.ContentType) { FileDownloadName = file.Name, EntityTag = file.ETag, EnableRangeProcessing = true };
        }
        catch (Refused refused) when (refused.Status < 500)
        {
            (Title, Sentence) = refused.Code switch
            {
                "link_used_up" => ("This link has been used up", "It has started as many downloads as it may. Your files are still yours: make a new link."),
                "link_expired" => ("This link has expired", "A link works for a day. Your files are still yours: make a new link."),
                _ => ("This link leads nowhere", "It may be mistyped, taken back, or belong to another account."),
            };
            ViewData["Title"] = Title;
            if (refused.Code != "not_found" && caller.IsSignedIn) Again = await OfBuyer(token);
            Response.Headers["Referrer-Policy"] = "no-referrer";
            return new PageResult { StatusCode = refused.Status };
        }
    }

    public Task<IActionResult> OnHeadAsync(string token) => OnGetAsync(token);

    private async Task<(Guid, Guid, string)?> OfBuyer(string token)
    {
        var found = await source.Command(
            "SELECT l.item_id, l.file_id, f.name FROM orders.download_links l JOIN orders.order_files f ON f.id = l.file_id WHERE l.token_hash = $1 AND l.buyer = $2",
            MakeDownloadLink.HashOf(token), caller.Account).List(r => (r.GetGuid(0), r.GetGuid(1), r.GetString(2)));
        return found.Count == 0 ? null : found[0];
    }
}
