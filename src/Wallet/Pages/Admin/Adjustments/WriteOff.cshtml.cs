using Marketplace.Kernel;
using Marketplace.Ui;
using Marketplace.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.Extensions.Localization;

namespace Marketplace.Wallet.Pages;

/// <summary>The owner gives up on an old debt.</summary>
[Authorize("right:owner"), StepUp]
internal sealed class WriteOffPage(Caller caller, UnitOfWork work, Ledger ledger, IUsers users, IAudit audit, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    [BindProperty]
    public Form Input { get; set; } = new();

    [BindProperty(SupportsGet = true, Name = "account")]
    public string? Wished { get; set; }

    public IEnumerable<SelectListItem> CurrencyItems { get; } = Currencies.All.Select(code => new SelectListItem(code, code)).ToList();

    public override Task Load()
    {
        if (HttpMethods.IsGet(Request.Method)) Input.Account = Wished;
        return Task.CompletedTask;
    }

    public async Task<IActionResult> OnPostAsync()
    {
        var account = Guid.TryParse(Input.Account, out var id) ? id : string.IsNullOrWhiteSpace(Input.Account) ? Guid.Empty : await users.FindByEmail(Input.Account) ?? Guid.Empty;
        if (!(await users.People([account])).ContainsKey(account)) throw Refused.Invalid(new FieldError("/account", "account", "There is nobody by that address or id."));
        var request = new WriteOffDebt.Request(account, Input.Currency ?? "", Input.Reason ?? "");
        new WriteOffDebt.Validator().MustAccept(request);
        var done = await WriteOffDebt.Handle(request, caller, work, ledger, users, audit, clock);
        this.Toast(texts["{0} are written off. The person is told.", done.Amount]);
        return LocalRedirect("/admin/adjustments");
    }

    public sealed class Form
    {
        public string? Account { get; set; }

        public string? Currency { get; set; } = "EUR";

        public string? Reason { get; set; }
    }
}
