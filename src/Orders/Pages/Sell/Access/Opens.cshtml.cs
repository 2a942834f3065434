using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Ui;
using Marketplace.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Marketplace.Orders.Pages;

/// <summary>What a product opens beside itself, for whoever makes it.</summary>
[Authorize("can:can_sell")]
internal sealed class OpensPage(ChangeAccessRules rules, IValidator<ChangeAccessRules.Request> sound, Caller caller, IStringLocalizer<Texts> texts) : FormPage
{
    [FromRoute]
    public Guid Id { get; set; }

    public AccessRulesReply Rules { get; private set; } = null!;

    public IReadOnlyList<(AccessKind Kind, IReadOnlyList<AccessTarget> Targets)> Choices { get; private set; } = [];

    public bool IsStaff => caller.Has(Rights.System);

    /// <summary>Kind and target as they were chosen.</summary>
    public string? Opens { get; private set; }

    public bool Earlier { get; private set; }

    public override async Task Load()
    {
        Rules = await rules.List(Id, caller, HttpContext.RequestAborted);
        Choices = await rules.Choices(Id, caller, HttpContext.RequestAborted);
    }

    public async Task<IActionResult> OnPostAddAsync([FromForm] string? opens, [FromForm] bool earlier)
    {
        (Opens, Earlier) = (opens, earlier);
        var (kind, target) = (opens ?? "").Split('/', 2) is [var k, var t] ? (k, t) : ("course", "");
        var request = new ChangeAccessRules.Request(kind, target, earlier);
        sound.MustAccept(request);
        await rules.Add(Id, request, caller);
        this.Toast(texts["Saved."]);
        return LocalRedirect($"/sell/products/{Id}/opens");
    }

    public async Task<IActionResult> OnPostEndAsync([FromForm] Guid rule)
    {
        await rules.End(Id, rule, caller);
        return LocalRedirect($"/sell/products/{Id}/opens");
    }
}
