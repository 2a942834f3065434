using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Ui;
using Marketplace.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Catalog.Pages;

/// <summary>Writes a review of a bought line, or changes it.</summary>
[Authorize]
internal sealed class WriteReviewPage(
    Caller caller, CatalogDb db, UnitOfWork work, NpgsqlDataSource source, IUsers users, IValidator<WriteReview.Request> validator, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    [FromRoute]
    public Guid Line { get; set; }

    /// <summary><c>profile</c>: of the person at the other side.</summary>
    [FromQuery]
    public string? About { get; set; }

    [BindProperty]
    public Form Input { get; set; } = new();

    public ReviewRight Right { get; private set; } = null!;

    public OwnReview? Review { get; private set; }

    /// <summary>Of what is reviewed.</summary>
    public string Name { get; private set; } = "";

    public bool Profile => About == Rating.Profile;

    public override async Task Load()
    {
        var stop = HttpContext.RequestAborted;
        (Right, Review) = await OwnReviews.Of(Line, Profile, caller, db, clock, stop);
        var other = Right.BuyerId == caller.Account ? Right.SellerId : Right.BuyerId;
        Name = Profile
            ? (await users.People([other], stop)).GetValueOrDefault(other)?.DisplayName ?? texts["Somebody who has left"]
            : await source.Command("SELECT title FROM catalog.products WHERE id = $1", Right.ProductId).Scalar<string>(stop) ?? "";
        if (HttpMethods.IsGet(Request.Method) && Review is not null) Input = new Form { Stars = Review.Stars, Text = Review.Text };
    }

    public async Task<IActionResult> OnPostAsync()
    {
        var (_, review) = await OwnReviews.Of(Line, Profile, caller, db, clock, HttpContext.RequestAborted);
        var request = new WriteReview.Request(Line, Input.Stars ?? 0, Input.Text, About);
        validator.MustAccept(request);
        if (review is null) review = await WriteReview.Handle(request, caller, db, work, clock);
        else await ChangeReview.Handle(review.Id, new ChangeReview.Request(request.Stars, request.Text ?? ""), caller, db, work, clock);
        this.Toast(texts[review.BlindUntil is null ? "Thank you. Everybody can read it now." : "Thank you. It is shown when both have written."]);
        return LocalRedirect("/account/reviews");
    }

    internal sealed class Form
    {
        public int? Stars { get; set; }

        public string? Text { get; set; }
    }
}
