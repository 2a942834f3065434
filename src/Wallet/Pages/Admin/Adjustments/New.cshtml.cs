using Marketplace.Kernel;
using Marketplace.Ui;
using Marketplace.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.Extensions.Localization;

namespace Marketplace.Wallet.Pages;

/// <summary>One of the team proposes to correct somebody's balance.</summary>
[Authorize("right:finance"), StepUp]
internal sealed class NewAdjustmentPage(Caller caller, WalletDb db, IUsers users, IAudit audit, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    [BindProperty]
    public Form Input { get; set; } = new();

    [BindProperty(SupportsGet = true, Name = "account")]
    public string? Wished { get; set; }

    public IEnumerable<SelectListItem> CurrencyItems { get; } = Currencies.All.Select(code => new SelectListItem(code, code)).ToList();

    public IEnumerable<SelectListItem> CategoryItems => Enum.GetValues<AdjustmentCategory>().Select(c => new SelectListItem(texts[PayoutWords.Category(c)], Naming.Snake(c.ToString())));

    public override Task Load()
    {
        if (HttpMethods.IsGet(Request.Method)) Input.Account = Wished;
        return Task.CompletedTask;
    }

    public async Task<IActionResult> OnPostAsync()
    {
        if (!Currency.TryOf(Input.Currency, out var currency)) throw Refused.Invalid(new FieldError("/currency", "currency", "Say in which currency."));
        if (!Money.TryParse(Input.Amount, currency, out var amount)) throw Refused.Invalid(new FieldError("/amount", "malformed", "Write an amount such as 60 or -60.00."));
        var account = Guid.TryParse(Input.Account, out var id) ? id : string.IsNullOrWhiteSpace(Input.Account) ? Guid.Empty : await users.FindByEmail(Input.Account) ?? Guid.Empty;
        if (!(await users.People([account])).ContainsKey(account)) throw Refused.Invalid(new FieldError("/account", "account", "There is nobody by that address or id."));
        var request = new AdjustWallet.Proposal(account, amount, Input.Category ?? "", Input.Reason ?? "");
        new AdjustWallet.ProposalValidator().MustAccept(request);
        var made = await AdjustWallet.Propose(request, caller, db, users, audit, clock);
        this.Toast(texts["Proposed. Another person decides."]);
        return LocalRedirect($"/admin/adjustments/{made.Id}");
    }

    public sealed class Form
    {
        public string? Account { get; set; }

        public string? Amount { get; set; }

        public string? Currency { get; set; } = "EUR";

        public string? Category { get; set; }

        public string? Reason { get; set; }
    }
}
