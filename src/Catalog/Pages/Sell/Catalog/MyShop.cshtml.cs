using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Ui;
using Marketplace.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Catalog.Pages.Sell;

/// <summary>Opens the shop of somebody who has none, else edits the one in which they work: only its owner may.</summary>
[Authorize]
internal sealed class MyShopPage(
    NpgsqlDataSource source, CatalogDb db, UnitOfWork work, Blobs blobs, IUsers users, Caller caller, TimeProvider clock, IStringLocalizer<Texts> texts,
    IValidator<OpenShop.Request> opening, IValidator<EditShop.Request> editing, IValidator<MoveShop.Request> moving, IValidator<GoAway.Request> leaving) : FormPage
{
    public ShopView? Shop { get; private set; }

    /// <summary>Somebody else's shop in which they work just now.</summary>
    public Workplace? Foreign { get; private set; }

    /// <summary>Why the last picture was not taken.</summary>
    public string? PictureRefused { get; private set; }

    public bool IsAway => Shop?.Vacation is { } vacation && vacation.Covers(clock.GetUtcNow());

    public IReadOnlyList<SelectListItem> Currencies { get; } = [new("EUR – euro", "EUR"), new("USD – dollar", "USD"), new("GBP – pound", "GBP")];

    [BindProperty]
    public Form Input { get; set; } = new();

    public override async Task Load()
    {
        var place = await ChosenShop.Any(HttpContext, caller, source);
        if (place is not null && place.Role != ShopRole.Owner)
        {
            Foreign = place;
            return;
        }

        Shop = place is null ? null : (await ReadShops.Inside(place.Id, source, HttpContext.RequestAborted))?.Shop;
        PictureRefused = TempData[ShopPictures.RefusedKey] as string;
        if (Shop is { } shop) Input = Form.Of(shop);
    }

    public async Task<IActionResult> OnPostAsync()
    {
        if (await Mine() is not { } mine)
        {
            var request = new OpenShop.Request(Input.Name ?? "", Input.Description, Input.Currency);
            opening.MustAccept(request);
            await OpenShop.Handle(request, caller, db, work, users, clock);
            this.Toast(texts["Your shop is open."]);
            return RedirectToPage("/Sell/Catalog/Overview");
        }

        // What has no field in the form that was sent stays.
        string? Sent(string name, string? typed) => Request.Form.ContainsKey("Input." + name) ? typed ?? "" : null;
        var change = new EditShop.Request(
            Input.Name ?? "", Sent("Description", Input.Description), Sent("Announcement", Input.Announcement), Sent("Shipping", Input.Shipping), Sent("Returns", Input.Returns), Sent("Refunds", Input.Refunds), Sent("Terms", Input.Terms),
            Sent("Links", Input.Links)?.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        editing.MustAccept(change);
        await EditShop.Handle(mine, Input.Version ?? 0, change, caller, db);
        this.Toast(texts["Saved."]);
        return RedirectToPage();
    }

    public async Task<IActionResult> OnPostMoveAsync()
    {
        var request = new MoveShop.Request((Input.Slug ?? "").Trim().ToLowerInvariant());
        moving.MustAccept(request);
        await MoveShop.Handle(await Mine() ?? throw Refused.NotFound(), request, caller, db, work, clock);
        this.Toast(texts["Moved. The old address leads here."]);
        return RedirectToPage();
    }

    public async Task<IActionResult> OnPostAwayAsync()
    {
        static DateTimeOffset? At(DateOnly? day) => day is { } d ? new DateTimeOffset(d, TimeOnly.MinValue, TimeSpan.Zero) : null;
        var request = new GoAway.Request(At(Input.From) is { } from && from > clock.GetUtcNow() ? from : null, At(Input.Until), Input.Message);
        leaving.MustAccept(request);
        await GoAway.Handle(await Mine() ?? throw Refused.NotFound(), request, caller, db, clock);
        this.Toast(texts["Have a good time. Visitors see the notice."]);
        return RedirectToPage();
    }

    public async Task<IActionResult> OnPostBackAsync()
    {
        await GoAway.End(await Mine() ?? throw Refused.NotFound(), caller, db);
        this.Toast(texts["Welcome back: your shop sells again."]);
        return RedirectToPage();
    }

    public async Task<IActionResult> OnPostRemovePictureAsync([FromForm] string picture)
    {
        await ShopPictures.Remove(await Mine() ?? throw Refused.NotFound(), picture, caller, db, blobs);
        return RedirectToPage();
    }

    private async Task<string?> Mine() => await ChosenShop.Any(HttpContext, caller, source) is { Role: ShopRole.Owner } place ? place.Slug : null;

    internal sealed class Form
    {
        public string? Name { get; set; }

        public string? Description { get; set; }

        public string? Currency { get; set; } = "EUR";

        public int? Version { get; set; }

        public string? Announcement { get; set; }

        public string? Shipping { get; set; }

        public string? Returns { get; set; }

        public string? Refunds { get; set; }

        public string? Terms { get; set; }

        /// <summary>One a line.</summary>
        public string? Links { get; set; }

        public string? Slug { get; set; }

        public DateOnly? From { get; set; }

        public DateOnly? Until { get; set; }

        public string? Message { get; set; }

        public static Form Of(ShopView shop) => new()
        {
            Name = shop.Name, Description = shop.Description, Version = shop.Version, Announcement = shop.Announcement, Links = string.Join('\n', shop.Links), Slug = shop.Slug,
            Shipping = shop.Policies.Shipping, Returns = shop.Policies.Returns, Refunds = shop.Policies.Refunds, Terms = shop.Policies.Terms,
            From = shop.Vacation is { } v ? DateOnly.FromDateTime(v.From.UtcDateTime) : null, Until = shop.Vacation?.Until is { } until ? DateOnly.FromDateTime(until.UtcDateTime) : null, Message = shop.Vacation?.Message,
        };
    }
}
