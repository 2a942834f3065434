using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Catalog.Pages;

/// <summary>The caller's saved searches.</summary>
[Authorize]
internal sealed class SearchesPage(Caller caller, NpgsqlDataSource source, ProductKinds kinds, UnitOfWork work, TimeProvider clock, IStringLocalizer<Texts> texts,
    IValidator<SavedSearches.Request> saving, IValidator<SavedSearches.Change> changing) : FormPage
{
    public IReadOnlyList<SavedSearches.View> Searches { get; private set; } = [];

    public override async Task Load() => Searches = await SavedSearches.List(caller, source, kinds, HttpContext.RequestAborted);

    public async Task<IActionResult> OnPostSaveAsync([FromForm] string? name, [FromForm] string? query, [FromForm] bool? notify)
    {
        var asked = Sound(new SavedSearches.Request(name ?? "", query ?? "", notify), saving);
        var saved = await SavedSearches.Save(asked, caller, work, kinds, clock);
        this.Toast(texts["Search saved"]);
        return LocalRedirect(saved.Url);
    }

    public async Task<IActionResult> OnPostOpenAsync([FromForm] Guid id) => LocalRedirect(await SavedSearches.Open(id, caller, work, clock));

    public async Task<IActionResult> OnPostChangeAsync([FromForm] Guid id, [FromForm] string? name, [FromForm] bool? notify)
    {
        await SavedSearches.Rename(id, Sound(new SavedSearches.Change(name ?? "", notify == true), changing), caller, work);
        this.Toast(texts["Saved"]);
        return LocalRedirect("/account/searches");
    }

    public async Task<IActionResult> OnPostRemoveAsync([FromForm] Guid id)
    {
        await SavedSearches.Remove(id, caller, work);
        this.Toast(texts["Search removed"]);
        return LocalRedirect("/account/searches");
    }

    // Each form has fields of its own, so that none is bound for another's sake; the API's validators speak all the same.
    private static T Sound<T>(T asked, IValidator<T> validator) => validator.Validate(asked) is { IsValid: false } wrong
        ? throw Refused.Invalid([.. wrong.Errors.Select(e => new FieldError("/" + Naming.Snake(e.PropertyName), "invalid", e.ErrorMessage))])
        : asked;
}
