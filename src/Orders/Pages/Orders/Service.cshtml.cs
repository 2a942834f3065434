using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Marketplace.Orders.Pages;

/// <summary>Where buyer and seller of a piece of work meet: what is asked, what was said, and the one next step of whoever looks.</summary>
[Authorize]
internal sealed class ServicePage(
    OrdersDb db, MoveService move, SellerDesk desk, Caller caller, TimeProvider clock, IStringLocalizer<Texts> texts, IValidator<MoveService.Requirements> answers, IValidator<MoveService.Message> messages) : FormPage
{
    [FromRoute]
    public Guid Id { get; set; }

    public ServiceReply Work { get; private set; } = null!;

    public bool IsSeller => Work.Role == "seller";

    public bool IsLate => Work.DueAt < clock.GetUtcNow() && Work.State is ServiceState.InProgress or ServiceState.RevisionRequested;

    /// <summary>Why the last upload was not taken.</summary>
    public string? UploadRefused { get; private set; }

    /// <summary>What was typed and refused.</summary>
    public string Typed(string field) => Request.HasFormContentType ? Request.Form[field].ToString() : "";

    public override async Task Load()
    {
        Work = await ReadService.Handle(Id, caller, db, desk, HttpContext.RequestAborted);
        UploadRefused = (Request.Headers["Sec-Fetch-Dest"] == "empty" ? TempData.Peek(ServiceRoutes.RefusedKey) : TempData[ServiceRoutes.RefusedKey]) as string;
    }

    public async Task<IActionResult> OnPostAnswerAsync([FromForm] List<string> answer)
    {
        var request = new MoveService.Requirements(answer.ConvertAll(a => a ?? ""));
        answers.MustAccept(request);
        await move.Answer(Id, request, caller);
        return Done(texts["Sent. The days count from now on."]);
    }

    public async Task<IActionResult> OnPostDeliverAsync([FromForm] string? note)
    {
        await move.Deliver(Id, Said(note), caller);
        return Done(texts["Delivered. The buyer has three days to look at it."]);
    }

    public async Task<IActionResult> OnPostReviseAsync([FromForm] string? note)
    {
        await move.AskRevision(Id, Said(note), caller);
        return Done(texts["The seller knows what you would like to be different."]);
    }

    public async Task<IActionResult> OnPostAcceptAsync()
    {
        await move.Accept(Id, caller);
        return Done(texts["Accepted. Thank you."]);
    }

    private MoveService.Message Said(string? note)
    {
        var request = new MoveService.Message(note ?? "");
        messages.MustAccept(request);
        return request;
    }

    private RedirectToPageResult Done(string said)
    {
        this.Toast(said);
        return RedirectToPage(new { id = Id });
    }
}
