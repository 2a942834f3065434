using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Ui;
using Marketplace.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Catalog.Pages.Sell;

/// <summary>What buyers wrote, those first that wait for an answer.</summary>
[Authorize("can:can_sell")]
internal sealed class ShopReviewsPage(
    Caller caller, CatalogDb db, UnitOfWork work, NpgsqlDataSource source, IUsers users, Cursors cursors, IValidator<AnswerReview.Request> validator, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    [FromQuery(Name = "state")]
    public string? Asked { get; set; }

    [FromQuery(Name = "cursor")]
    public string? Cursor { get; set; }

    public string State => Asked is ShopReviews.Answered or ShopReviews.All ? Asked : ShopReviews.ToAnswer;

    public (int ToAnswer, int All) Counts { get; private set; }

    public Page<ShopReviews.Line> Reviews { get; private set; } = null!;

    /// <summary>The one whose answer was refused, and what was typed.</summary>
    public Guid? Failed { get; private set; }

    public string? Typed { get; private set; }

    public override async Task Load()
    {
        var stop = HttpContext.RequestAborted;
        var place = await ChosenShop.Of(HttpContext, caller, ShopPermission.Messages, source);
        Counts = await ShopReviews.Count(place, caller, source, stop);
        Reviews = await ShopReviews.Handle(State, place, Cursor, 20, caller, source, users, cursors, stop);
    }

    public async Task<IActionResult> OnPostAnswerAsync(Guid id, string? text)
    {
        (Failed, Typed) = (id, text);
        var request = new AnswerReview.Request(text ?? "");
        validator.MustAccept(request);
        await AnswerReview.Handle(id, request, caller, db, work, clock);
        this.Toast(texts["Answered. Everybody can read it."]);
        return LocalRedirect("/sell/reviews" + (State == ShopReviews.ToAnswer ? "" : $"?state={State}"));
    }
}
