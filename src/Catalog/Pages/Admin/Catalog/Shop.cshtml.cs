using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Ui;
using Marketplace.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Catalog.Pages.Admin;

/// <summary>One shop for staff: its plan, its team, the addresses that it keeps.</summary>
[Authorize("right:moderation")]
internal sealed class ShopPage(
    NpgsqlDataSource source, CatalogDb db, IUsers users, Caller caller, IAudit audit, TimeProvider clock, IStringLocalizer<Texts> texts, IValidator<SetShopPlan.Request> rules) : FormPage
{
    [FromRoute]
    public Guid Id { get; set; }

    public ShopRegister.Detail Shop { get; private set; } = null!;

    public IReadOnlyDictionary<Guid, Person> People { get; private set; } = new Dictionary<Guid, Person>();

    public bool IsMine { get; private set; }

    /// <summary>Its owner may pay for places.</summary>
    public bool MayBoost { get; private set; }

    public IReadOnlyList<SelectListItem> Plans => Enum.GetValues<ShopPlan>().Select(p => new SelectListItem(texts[Sell.Plans.Name(p)], p.ToText())).ToList();

    [BindProperty]
    public Form Input { get; set; } = new();

    public override async Task Load()
    {
        Shop = await ShopRegister.Of(Id, source, clock, HttpContext.RequestAborted);
        People = await users.People([Shop.Shop.Owner, .. Shop.Team.Select(m => m.Account)], HttpContext.RequestAborted);
        MayBoost = await users.May(Shop.Shop.Owner, Capabilities.CanBoost, HttpContext.RequestAborted);
        IsMine = await db.WorksIn(Id, caller.Account);
        Input.Plan ??= Shop.Shop.Plan.ToText();
    }

    public async Task<IActionResult> OnPostPlanAsync()
    {
        var request = new SetShopPlan.Request(Input.Plan ?? "");
        rules.MustAccept(request);
        await SetShopPlan.Handle(await Slug(), request, caller, db, audit);
        this.Toast(texts["Saved."]);
        return RedirectToPage(new { id = Id });
    }

    public async Task<IActionResult> OnPostBoostsAsync([FromForm] bool allowed)
    {
        await AllowBoosts.Handle(await Slug(), allowed, caller, db, users, audit);
        this.Toast(texts["Saved."]);
        return RedirectToPage(new { id = Id });
    }

    private async Task<string> Slug() => (await ShopRegister.Of(Id, source, clock, HttpContext.RequestAborted)).Shop.Slug;

    internal sealed class Form
    {
        public string? Plan { get; set; }
    }
}
