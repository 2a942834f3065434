using Marketplace.Kernel;
using Marketplace.Ui;
using Marketplace.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.Extensions.Localization;

namespace Marketplace.Wallet.Pages;

/// <summary>One of the team proposes to correct somebody's balance.</summary>
[Authorize("right:finance"), StepUp]
internal sealed class NewAdjustmentPage(Caller caller, WalletDb db, IUsers users, IAudit audit, TimeProvider clock, IStringLocalizer<Texts> texts) : PersonForm<NewAdjustmentPage.Form>(users)
{
    public IEnumerable<SelectListItem> CategoryItems => Enum.GetValues<AdjustmentCategory>().Select(c => new SelectListItem(texts[PayoutWords.Category(c)], Naming.Snake(c.ToString())));

    public async Task<IActionResult> OnPostAsync()
    {
        if (!Currency.TryOf(Input.Currency, out var currency)) throw Refused.Invalid(new FieldError("/currency", "currency", "Say in which currency."));
        if (!Money.TryParse(Input.Amount, currency, out var amount)) throw Refused.Invalid(new FieldError("/amount", "malformed", "Write an amount such as 60 or -60.00."));
        var account = await Person();
        var request = new AdjustWallet.Proposal(account, amount, Input.Category ?? "", Input.Reason ?? "");
        new AdjustWallet.ProposalValidator().MustAccept(request);
        var made = await AdjustWallet.Propose(request, caller, db, People, audit, clock);
        this.Toast(texts["Proposed. Another person decides."]);
        return LocalRedirect($"/admin/adjustments/{made.Id}");
    }

    public sealed class Form : PersonInput
    {
        public string? Amount { get; set; }

        public string? Category { get; set; }
    }
}
