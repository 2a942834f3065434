using Marketplace.Kernel;
using Marketplace.Ui;
using Marketplace.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Catalog.Pages;

/// <summary>Where the mail of an invitation leads: opening it uses up nothing.</summary>
[AllowAnonymous]
internal sealed class ShopInvitationPage(NpgsqlDataSource source, CatalogDb db, UnitOfWork work, IUsers users, Caller caller, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    [BindProperty(SupportsGet = true, Name = "token")]
    public string? Token { get; set; }

    public AcceptInvitation.Asked? Asked { get; private set; }

    public string By { get; private set; } = "";

    public string Back => QueryString.Create("return_url", "/shop-invitation" + QueryString.Create("token", Token ?? "")).ToString();

    public override async Task Load()
    {
        Response.Headers["Referrer-Policy"] = "no-referrer";
        Asked = await AcceptInvitation.Find(Token, work, source, clock, HttpContext.RequestAborted);
        if (Asked is not null) By = (await users.People([Asked.By], HttpContext.RequestAborted)).GetValueOrDefault(Asked.By)?.DisplayName ?? Asked.Shop;
    }

    public async Task<IActionResult> OnPostAsync()
    {
        var joined = await AcceptInvitation.Handle(new AcceptInvitation.Request(Token ?? ""), caller, db, work, users, clock);
        HttpContext.Response.Cookies.Append(ChosenShop.Cookie, joined.Shop.ToString(), new CookieOptions { MaxAge = TimeSpan.FromDays(365), SameSite = SameSiteMode.Lax, HttpOnly = true, Secure = Request.IsHttps, IsEssential = true });
        this.Toast(texts["Welcome to the team of {0}.", joined.Name]);
        return LocalRedirect("/sell");
    }
}

/// <summary>Roles as people call them; English.</summary>
internal static class Roles
{
    public static readonly IReadOnlyList<ShopRole> Given = [ShopRole.Manager, ShopRole.Editor, ShopRole.Support];

    public static string Name(ShopRole role) => role switch { ShopRole.Owner => "Owner", ShopRole.Manager => "Manager", ShopRole.Editor => "Editor", _ => "Support" };

    public static string Help(ShopRole role) => role switch
    {
        ShopRole.Owner => "May do everything.",
        ShopRole.Manager => "Makes and changes products, and looks after orders.",
        ShopRole.Editor => "Makes and changes products.",
        _ => "Reads orders and answers buyers.",
    };
}
