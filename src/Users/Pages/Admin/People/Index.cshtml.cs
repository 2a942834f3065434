using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;

namespace Marketplace.Users.Pages;

[Authorize("right:people")]
internal sealed class PeoplePage(NpgsqlDataSource source, Cursors cursors) : PageModel
{
    [BindProperty(SupportsGet = true, Name = "q")]
    public string? Search { get; set; }

    [BindProperty(SupportsGet = true, Name = "cursor")]
    public string? Cursor { get; set; }

    /// <summary>One of <see cref="ListPeople.Kinds"/>.</summary>
    [BindProperty(SupportsGet = true, Name = "kind")]
    public string? Kind { get; set; }

    public static IReadOnlyList<(string Kind, string Words)> Kinds { get; } =
        [("", "Everybody"), ("sellers", "Sellers"), ("staff", "Staff"), ("appeals", "Appeals to answer"), ("suspended", "Suspended"), ("banned", "Banned"), ("deleted", "Erased")];

    public Page<ListPeople.Row> People { get; private set; } = null!;

    public static string Words(string grant) => grant switch
    {
        Capabilities.CanBuy => "buy",
        Capabilities.CanSell => "sell",
        Capabilities.CanWithdraw => "withdraw",
        Capabilities.CanBoost => "boost",
        Rights.Finance => "Finance",
        Rights.People => "People",
        Rights.Moderation => "Moderation",
        Rights.Support => "Support",
        Rights.System => "System",
        Rights.Owner => "Owner",
        _ => grant,
    };

    public async Task OnGetAsync() => People = await ListPeople.Handle(Search, Kind, Cursor, source, cursors, HttpContext.RequestAborted);
}
