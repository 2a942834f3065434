using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Catalog.Pages;

/// <summary>The caller's saved searches.</summary>
[Authorize]
internal sealed class SearchesPage(Caller caller, NpgsqlDataSource source, ProductKinds kinds, UnitOfWork work, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    [BindProperty]
    public SavedSearches.Request? Input { get; set; }

    [BindProperty]
    public SavedSearches.Change? Renamed { get; set; }

    public IReadOnlyList<SavedSearches.View> Searches { get; private set; } = [];

    public override async Task Load() => Searches = await SavedSearches.List(caller, source, kinds, HttpContext.RequestAborted);

    public async Task<IActionResult> OnPostSaveAsync()
    {
        var saved = await SavedSearches.Save(new SavedSearches.Request(Input?.Name ?? "", Input?.Query ?? "", Input?.Notify), caller, work, kinds, clock);
        this.Toast(texts["Search saved"]);
        return LocalRedirect(saved.Url);
    }

    public async Task<IActionResult> OnPostOpenAsync([FromForm] Guid id) => LocalRedirect(await SavedSearches.Open(id, caller, work, clock));

    public async Task<IActionResult> OnPostChangeAsync([FromForm] Guid id)
    {
        await SavedSearches.Rename(id, new SavedSearches.Change(Renamed?.Name ?? "", Renamed?.Notify == true), caller, work);
        this.Toast(texts["Saved"]);
        return LocalRedirect("/account/searches");
    }

    public async Task<IActionResult> OnPostRemoveAsync([FromForm] Guid id)
    {
        await SavedSearches.Remove(id, caller, work);
        this.Toast(texts["Search removed"]);
        return LocalRedirect("/account/searches");
    }
}
