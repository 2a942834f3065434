using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Marketplace.Users.Pages;

/// <summary>A new key in the place of an old one, shown once.</summary>
[Authorize, StepUp, WritesInSteps]
internal sealed class RotateKeyPage(Caller caller, NpgsqlDataSource source, Cursors cursors, UsersDb db, UnitOfWork work, LiveKeys live, IAudit audit, Writes writes, TimeProvider clock) : FormPage
{
    [FromRoute(Name = "id")]
    public Guid Id { get; set; }

    public KeyView Key { get; private set; } = null!;

    public NewKey? Shown { get; private set; }

    public override async Task Load() =>
        Key = (await ListKeys.Handle(null, Cursors.MaxLimit, caller, source, cursors, clock, HttpContext.RequestAborted)).Data.FirstOrDefault(k => k.Id == Id) ?? throw Refused.NotFound();

    public async Task<IActionResult> OnPostAsync()
    {
        Shown = await writes.Run(() => RotateKey.Handle(Id, caller, db, work, live, audit, clock));
        Response.Headers.CacheControl = "no-store";
        return Page();
    }
}
