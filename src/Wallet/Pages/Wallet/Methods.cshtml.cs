using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Marketplace.Wallet.Pages;

/// <summary>One's own saved ways to pay.</summary>
[Authorize]
internal sealed class MethodsPage(Caller caller, SavedMethods saved, IStringLocalizer<Texts> texts) : FormPage
{
    public IReadOnlyList<SavedPaymentMethod> Methods { get; private set; } = [];

    public override async Task Load() => Methods = await saved.Of(caller.Account, HttpContext.RequestAborted);

    public async Task<IActionResult> OnPostPreferAsync([FromForm] Guid id)
    {
        await saved.Prefer(id, caller.Account);
        return LocalRedirect("/wallet/methods");
    }

    public async Task<IActionResult> OnPostRemoveAsync([FromForm] Guid id)
    {
        await saved.Remove(id, caller.Account);
        this.Toast(texts["Removed. Its provider forgets it, too."]);
        return LocalRedirect("/wallet/methods");
    }
}
