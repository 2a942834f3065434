using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Marketplace.Catalog.Pages;

/// <summary>What the caller likes; also where every heart's form is sent.</summary>
[Authorize]
internal sealed class LikesPage(Caller caller, NpgsqlDataSource source, Cursors cursors, UnitOfWork work, TimeProvider clock) : FormPage
{
    public Page<ProductLine> Products { get; private set; } = null!;

    public override async Task Load() => Products = await Likes.List(Request.Query["cursor"], 24, caller, source, cursors, HttpContext.RequestAborted);

    public async Task<IActionResult> OnPostToggleAsync([FromForm] Guid product, [FromForm] bool liked, [FromForm(Name = "return_url")] string? returnUrl)
    {
        if (liked) await Likes.Like(product, caller, work, clock);
        else await Likes.Unlike(product, caller, work);
        return LocalRedirect(Url.IsLocalUrl(returnUrl) ? returnUrl : "/account/likes");
    }
}
