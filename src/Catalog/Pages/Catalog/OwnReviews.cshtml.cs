using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Marketplace.Catalog.Pages;

/// <summary>What somebody may review and has reviewed; the button "Helpful" below any review posts here, too.</summary>
[Authorize]
internal sealed class OwnReviewsPage(Caller caller, CatalogDb db, UnitOfWork work, NpgsqlDataSource source, Cursors cursors, TimeProvider clock) : FormPage
{
    [FromQuery(Name = "state")]
    public string? Asked { get; set; }

    [FromQuery(Name = "cursor")]
    public string? Cursor { get; set; }

    public string State => Asked is OwnReviews.ToWrite or OwnReviews.Written ? Asked : OwnReviews.All;

    public Page<OwnReviews.Line> Lines { get; private set; } = null!;

    public override async Task Load() => Lines = await OwnReviews.Handle(State, Cursor, 20, caller, db, source, cursors, clock, HttpContext.RequestAborted);

    public async Task<IActionResult> OnPostHelpfulAsync(Guid review, bool helpful, string? back)
    {
        await VoteForReview.Handle(review, helpful, caller, db, work, clock);
        return LocalRedirect($"{(Url.IsLocalUrl(back) ? back : "/account/reviews")}#{review}");
    }
}
