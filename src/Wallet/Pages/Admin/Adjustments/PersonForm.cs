using Marketplace.Kernel;
using Marketplace.Ui;
using Marketplace.Users;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;

namespace Marketplace.Wallet.Pages;

/// <summary>A form of staff about somebody's wallet, who is named by e-mail or id.</summary>
internal abstract class PersonForm<TInput>(IUsers users) : FormPage
    where TInput : PersonInput, new()
{
    [BindProperty]
    public TInput Input { get; set; } = new();

    [BindProperty(SupportsGet = true, Name = "account")]
    public string? Wished { get; set; }

    protected IUsers People => users;

    public IEnumerable<SelectListItem> CurrencyItems { get; } = Currencies.All.Select(code => new SelectListItem(code, code)).ToList();

    public override Task Load()
    {
        if (HttpMethods.IsGet(Request.Method)) Input.Account = Wished;
        return Task.CompletedTask;
    }

    /// <exception cref="Refused">422 <c>invalid</c>: there is nobody by that name.</exception>
    protected async Task<Guid> Person()
    {
        var account = Guid.TryParse(Input.Account, out var id) ? id : string.IsNullOrWhiteSpace(Input.Account) ? Guid.Empty : await users.FindByEmail(Input.Account) ?? Guid.Empty;
        return (await users.People([account])).ContainsKey(account) ? account : throw Refused.Invalid(new FieldError("/account", "account", "There is nobody by that address or id."));
    }
}

internal class PersonInput
{
    public string? Account { get; set; }

    public string? Currency { get; set; } = "EUR";

    public string? Reason { get; set; }
}
