using System.Globalization;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Orders.Pages;

[Authorize]
internal sealed class LibraryPage(ReadLibrary library, Caller caller, OrdersDb db, TimeProvider clock) : FormPage
{
    public Page<LibraryLine> Lines { get; private set; } = null!;

    [FromQuery]
    public string? Cursor { get; set; }

    public override async Task Load() => Lines = await library.Handle(Cursor, null, caller, HttpContext.RequestAborted);

    public async Task<IActionResult> OnPostDownloadAsync(Guid item, Guid? file) =>
        LocalRedirect((await MakeDownloadLink.Handle(item, new MakeDownloadLink.Request(file), caller, db, clock)).Url);

    internal static string Bytes(long size) => size switch
    {
        < 1_000 => string.Create(CultureInfo.CurrentCulture, $"{size} B"),
        < 1_000_000 => string.Create(CultureInfo.CurrentCulture, $"{size / 1_000m:0} kB"),
        < 1_000_000_000 => string.Create(CultureInfo.CurrentCulture, $"{size / 1_000_000m:0.0} MB"),
        _ => string.Create(CultureInfo.CurrentCulture, $"{size / 1_000_000_000m:0.00} GB"),
    };
}
