using FluentValidation;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Marketplace.Catalog.Pages.Admin;

/// <summary>The market's attributes, for staff to add to.</summary>
[Authorize("right:moderation")]
internal sealed class AttributesPage(
    NpgsqlDataSource source, Caller caller, UnitOfWork work, IAudit audit, IValidator<AddAttribute.Request> rules, IValidator<AddAttribute.Value> valueRules) : FormPage
{
    public IReadOnlyList<AttributeView> Attributes { get; private set; } = [];

    public override async Task Load() => Attributes = await AttributeList.List(source, HttpContext.RequestAborted);

    public async Task<IActionResult> OnPostAttributeAsync([FromForm] string? name)
    {
        var request = new AddAttribute.Request(name ?? "");
        rules.MustAccept(request);
        await AddAttribute.Handle(request, caller, work, audit);
        return RedirectToPage();
    }

    public async Task<IActionResult> OnPostValueAsync([FromForm] string? attribute, [FromForm] string? name)
    {
        var request = new AddAttribute.Value(name ?? "");
        valueRules.MustAccept(request);
        await AddAttribute.Handle(attribute ?? "", request, caller, work, audit);
        return RedirectToPage();
    }
}
