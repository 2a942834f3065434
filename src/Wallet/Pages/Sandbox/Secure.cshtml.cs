using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Wallet.Pages;

/// <summary>Plays the page on which a bank asks its customer (3-D Secure). Only in a market with the sandbox.</summary>
[Authorize, WritesInSteps]
internal sealed class SecurePage(Caller caller, WalletDb db, IEnumerable<SandboxProvider> sandboxes, SubmitPayment submit) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    internal Charge Charge { get; private set; } = null!;

    private async Task Load()
    {
        var payer = caller.Account;
        Charge = sandboxes.Any() && await db.Charges.AsNoTracking().SingleOrDefaultAsync(c => c.Id == Id && c.PayerId == payer && c.Provider == SandboxProvider.Name) is { } own
            ? own
            : throw Refused.NotFound();
    }

    public async Task<IActionResult> OnGetAsync()
    {
        await Load();
        return Charge.State == PaymentState.NeedsAction ? Page() : LocalRedirect(Charge.ReturnPath);
    }

    public Task<IActionResult> OnPostConfirmAsync() => Answer(true);

    public Task<IActionResult> OnPostRefuseAsync() => Answer(false);

    private async Task<IActionResult> Answer(bool yes)
    {
        await Load();
        await sandboxes.Single().Confirm(Id, yes, CancellationToken.None);
        await submit.Handle(Id);
        return LocalRedirect(Charge.ReturnPath);
    }
}
