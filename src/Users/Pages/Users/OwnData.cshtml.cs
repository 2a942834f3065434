using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Users.Pages;

/// <summary>All that the market keeps about one, to take along; and the way to be forgotten.</summary>
[Authorize]
internal sealed class OwnDataPage(Caller caller, NpgsqlDataSource source, UnitOfWork work, Blobs blobs, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    public IReadOnlyList<ExportView> Exports { get; private set; } = [];

    public bool IsRunning => Exports.Any(e => e.ReadyAt is null);

    public override async Task Load() => Exports = await ExportData.Own(caller, source, clock, HttpContext.RequestAborted);

    public async Task<IActionResult> OnPostAsync()
    {
        await ExportData.Handle(caller, work, clock);
        this.Toast(texts["We gather it and tell you when it is ready."]);
        return LocalRedirect("/account/data");
    }

    public async Task<IActionResult> OnGetFileAsync(Guid id)
    {
        Response.Headers.CacheControl = "private, no-store";
        return File(await ExportData.Open(id, caller, source, blobs, clock, HttpContext.RequestAborted), "application/zip", "my-data.zip");
    }

    public static string SizeOf(long bytes) => bytes < 1_000_000 ? $"{Math.Max(1, bytes / 1000)} kB" : $"{bytes / 1_000_000} MB";
}
