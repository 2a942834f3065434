using System.Text.Encodings.Web;
using System.Text.Unicode;
using FluentValidation;
using Marketplace.Catalog;
using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Marketplace.Orders.Pages;

/// <summary>A shop's payment buttons: make one, look at it, take its HTML, see what it sells.</summary>
[Authorize("can:can_sell")]
internal sealed class ButtonsPage(
    ChangeButtons buttons, ReturnOrigins sites, ICatalog catalog, Fulfilments fulfilments, Caller caller, IStringLocalizer<Texts> texts,
    IValidator<ChangeButtons.Request> soundNew, IValidator<ChangeButtons.Change> soundChange, IValidator<ReturnOrigins.Request> soundSites) : FormPage
{
    private static readonly string[] Kinds = ["beat", "sample", "kit", "digital", "physical", "service", "membership", "course", "webinar"];

    // It is read by who copies it: letters stay letters.
    private static readonly HtmlEncoder Html = HtmlEncoder.Create(UnicodeRanges.All);

    public ShopLine? Shop { get; private set; }

    public bool OwnsShop => Shop?.Owner == caller.Account;

    public IReadOnlyList<ButtonReply> Buttons { get; private set; } = [];

    /// <summary>What can be sold by a button.</summary>
    public IReadOnlyList<Offer> Choices { get; private set; } = [];

    /// <summary>One a line.</summary>
    public string Origins { get; private set; } = "";

    public Guid? Offer { get; private set; }

    public string? Text { get; private set; }

    public string? Success { get; private set; }

    public string? Cancel { get; private set; }

    public static string Link(ButtonReply button) => $"<a href=\"{button.Url}\">{Html.Encode(button.Text)}</a>";

    public static string Form(ButtonReply button) => $"<form action=\"{button.Url}\" method=\"get\">\n  <button type=\"submit\">{Html.Encode(button.Text)}</button>\n</form>";

    public override async Task Load()
    {
        var stop = HttpContext.RequestAborted;
        Shop = await Chosen();
        if (Shop is null) return;
        Buttons = (await buttons.List(Shop.Slug, caller, stop)).Data;
        if (Origins.Length == 0) Origins = string.Join('\n', await sites.Of(Shop.Id, stop));
        var products = await catalog.ProductsOf(Shop.Id, Kinds, stop);
        var offers = await catalog.Offers(products.Where(p => p.OnSale).SelectMany(p => p.Offers).ToList(), stop);
        Choices = offers.Values.Where(o => CartProblems.Blocking(o, null, false, fulfilments) is null).OrderBy(o => o.ProductTitle, StringComparer.CurrentCultureIgnoreCase).ThenBy(o => o.Price.Minor).ToList();
    }

    public async Task<IActionResult> OnPostMakeAsync([FromForm] Guid offer, [FromForm] string? text, [FromForm] string? success, [FromForm] string? cancel)
    {
        (Offer, Text, Success, Cancel) = (offer, text, success, cancel);
        var found = (await catalog.Offers([offer])).GetValueOrDefault(offer);
        var request = new ChangeButtons.Request(offer, text ?? "", (found is null ? ButtonMode.OneTime : ChangeButtons.ModeOf(found)).ToText(), success, cancel);
        soundNew.MustAccept(request);
        var made = await buttons.Make(request, caller);
        this.Toast(texts["Your button is ready."]);
        return LocalRedirect($"/sell/buttons#{made.Id}");
    }

    public async Task<IActionResult> OnPostChangeAsync([FromForm] Guid id, [FromForm] string? text, [FromForm] string? success, [FromForm] string? cancel, [FromForm] bool active)
    {
        var request = new ChangeButtons.Change(text ?? "", success ?? "", cancel ?? "", active);
        soundChange.MustAccept(request);
        await buttons.Edit(id, request, caller);
        this.Toast(texts["Saved."]);
        return LocalRedirect($"/sell/buttons#{id}");
    }

    public async Task<IActionResult> OnPostSitesAsync([FromForm] string? origins)
    {
        Origins = origins ?? "";
        var request = new ReturnOrigins.Request(Origins.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries), (await Chosen())?.Slug);
        soundSites.MustAccept(request);
        await sites.Set(request, caller);
        this.Toast(texts["Saved."]);
        return LocalRedirect("/sell/buttons");
    }

    // The shop in which they work just now, as the workspace's switch says; it is only a wish.
    private async Task<ShopLine?> Chosen()
    {
        var shops = await catalog.ShopsOf(caller.Account, ShopPermission.Products, HttpContext.RequestAborted);
        return shops.FirstOrDefault(s => s.Id.ToString() == Request.Cookies["shop"]) ?? (shops.Count > 0 ? shops[0] : null);
    }
}
