using Marketplace.Kernel;
using Marketplace.Ui;
using Marketplace.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Marketplace.Wallet.Pages;

/// <summary>Places for people's money that nobody has looked at yet.</summary>
[Authorize("right:finance"), StepUp, WritesInSteps]
internal sealed class JudgeDestinationsPage(
    Caller caller, WalletDb db, UnitOfWork work, Writes writes, IUsers users, Secrets secrets, IAudit audit, TimeProvider clock, LedgerNames names, IStringLocalizer<Texts> texts) : FormPage
{
    public IReadOnlyList<Destination> Waiting { get; private set; } = [];

    public Guid? RevealedId { get; private set; }

    public DestinationDetails? Revealed { get; private set; }

    public Guid Me => caller.Account;

    public LedgerNames Names => names;

    public override async Task Load()
    {
        Waiting = await Destinations.Waiting(work, db, HttpContext.RequestAborted);
        await names.Learn(Waiting.Select(d => (Guid?)d.Account), [], HttpContext.RequestAborted);
    }

    public Task<IActionResult> OnPostVerifyAsync(Guid id) => Judge(id, new JudgeDestination.Request(true), texts["Verified."]);

    public Task<IActionResult> OnPostRefuseAsync(Guid id, string? reason) => Judge(id, new JudgeDestination.Request(false, reason), texts["Refused. The person reads why."]);

    public async Task<IActionResult> OnPostRevealAsync(Guid id)
    {
        (RevealedId, Revealed) = (id, await writes.Run(() => RevealDestination.Handle(id, caller, db, secrets, audit, clock)));
        Response.Headers.CacheControl = "private, no-store";
        await Load();
        return Page();
    }

    private async Task<IActionResult> Judge(Guid id, JudgeDestination.Request request, string said)
    {
        new JudgeDestination.Validator().MustAccept(request);
        await writes.Run(() => JudgeDestination.Handle(id, request, caller, db, work, users, audit, clock));
        this.Toast(said);
        return LocalRedirect("/admin/payouts/destinations");
    }
}
