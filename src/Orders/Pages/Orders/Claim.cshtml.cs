using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Ui;
using Marketplace.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Marketplace.Orders.Pages;

/// <summary>A claim for all whom it concerns: buyer and shop say and show what happened, staff decides.</summary>
[Authorize, WritesInSteps]
internal sealed class ClaimPage(
    ReadClaims read, SayInClaim say, DecideClaim decide, Refunding refunding, Writes writes, Caller caller, IStringLocalizer<Texts> texts,
    IValidator<SayInClaim.Request> saying, IValidator<DecideClaim.Request> deciding) : FormPage
{
    [FromRoute]
    public Guid Id { get; set; }

    [BindProperty]
    public Form Input { get; set; } = new();

    public ClaimReply Claim { get; private set; } = null!;

    public bool MayDecide => Claim is { State: ClaimState.Open, Role: "staff" } && caller.Has(Rights.Support);

    /// <summary>Why the last upload was not taken.</summary>
    public string? UploadRefused { get; private set; }

    public override async Task Load()
    {
        Claim = await read.One(Id, caller, HttpContext.RequestAborted);
        UploadRefused = (Request.Headers["Sec-Fetch-Dest"] == "empty" ? TempData.Peek(ClaimRoutes.RefusedKey) : TempData[ClaimRoutes.RefusedKey]) as string;
    }

    public async Task<IActionResult> OnPostSayAsync()
    {
        await Load();
        var request = new SayInClaim.Request(Input.Text ?? "");
        saying.MustAccept(request);
        await writes.Once(Key("messages", request), () => say.Say(Id, request, caller));
        this.Toast(texts["Sent."]);
        return LocalRedirect($"/claims/{Id}#say");
    }

    public async Task<IActionResult> OnPostDecideAsync(CancellationToken stop)
    {
        await Load();
        var request = new DecideClaim.Request(Input.Percent ?? -1, Input.Reason ?? "");
        deciding.MustAccept(request);
        await refunding.Handle(Key("decision", request), Claim.OrderId, () => decide.Handle(Id, request, caller), stop);
        this.Toast(texts["Decided. Both sides are told."]);
        return LocalRedirect($"/claims/{Id}");
    }

    private IdempotencyKey? Key(string what, object request) => IdempotencyKey.Of(caller, Request.Form["idempotency_key"], $"POST /claims/{Id}/{what}", request);

    public sealed class Form
    {
        public string? Text { get; set; }

        public int? Percent { get; set; }

        public string? Reason { get; set; }
    }
}
