using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Users.Pages;

/// <summary>Makes an API key and shows it, once: in the answer to the form itself, so that it is kept nowhere.</summary>
[Authorize, StepUp, WritesInSteps]
internal sealed class NewKeyPage(Caller caller, UsersDb db, UnitOfWork work, IAudit audit, Writes writes, TimeProvider clock) : FormPage
{
    public static readonly IReadOnlyList<(string Name, string Says)> Offered =
    [
        (Scopes.AccountRead, "See your account and profile"),
        (Scopes.PeopleRead, "See people, their public profiles and talents"),
        (Scopes.ProductsRead, "See products and shops, drafts of yours too"),
        (Scopes.ProductsWrite, "Make and change products and your shop"),
        (Scopes.OrdersRead, "See your cart, orders and library"),
        (Scopes.OrdersWrite, "Fill the cart, order and pay, download"),
        (Scopes.SalesRead, "See your sales"),
        (Scopes.WalletRead, "See your wallet and payments"),
        (Scopes.WalletWrite, "Put money into your wallet"),
        (Scopes.NotificationsRead, "Read your notifications"),
        (Scopes.NotificationsWrite, "Mark notifications as read or archive them"),
    ];

    [BindProperty]
    public CreateKey.Request Input { get; set; } = new("", [], ApiKey.LongestDays);

    [BindProperty]
    public string? Ranges { get; set; }

    public NewKey? Shown { get; private set; }

    public async Task<IActionResult> OnPostAsync()
    {
        var asked = Input with { IpRanges = (Ranges ?? "").Split(['\n', '\r', ',', ' '], StringSplitOptions.RemoveEmptyEntries) };
        Shown = await writes.Run(() => CreateKey.Handle(asked, caller, db, work, audit, clock));
        Response.Headers.CacheControl = "no-store";
        return Page();
    }
}
