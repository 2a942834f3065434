using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;

namespace Marketplace.Users.Pages;

/// <summary>Somebody's public page; what other modules know of them stands in the slot <c>profile</c>.</summary>
[AllowAnonymous]
internal sealed class PublicProfilePage(Caller caller, UnitOfWork work, NpgsqlDataSource source) : PageModel
{
    public PublicProfile Person { get; private set; } = null!;

    public bool IsMine => caller.AccountOrNull == Person.Account;

    public async Task<IActionResult> OnGetAsync(string username)
    {
        Person = await PublicProfile.Read(username, caller, work, source, HttpContext.RequestAborted);
        return username == Person.Username ? Page() : RedirectPermanent($"/people/{Person.Username}");
    }
}
