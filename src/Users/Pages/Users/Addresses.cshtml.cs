using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.Extensions.Localization;

namespace Marketplace.Users.Pages;

/// <summary>One's own addresses.</summary>
[Authorize]
internal sealed class AddressesPage(Caller caller, UsersDb db, UnitOfWork work, IStringLocalizer<Texts> texts) : FormPage
{
    public IReadOnlyList<AddressBook.View> Addresses { get; private set; } = [];

    public override async Task Load() => Addresses = await AddressBook.List(caller, db, work);

    public async Task<IActionResult> OnPostRemoveAsync([FromForm] Guid id)
    {
        await AddressBook.Remove(id, caller, work);
        this.Toast(texts["Address removed"]);
        return LocalRedirect("/account/addresses");
    }
}

/// <summary>A new address, or the words of one that is there.</summary>
[Authorize]
internal sealed class EditAddressPage(Caller caller, UsersDb db, UnitOfWork work, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    [FromRoute]
    public Guid? Id { get; set; }

    [BindProperty]
    public AddressForm Input { get; set; } = new();

    public IEnumerable<SelectListItem> CountryChoices => EditProfilePage.CountryChoices(texts["Choose a country."]);

    public override async Task Load()
    {
        if (!Microsoft.AspNetCore.Http.HttpMethods.IsGet(Request.Method) || Id is not { } id) return;
        var a = await AddressBook.Read(id, caller, db, work);
        Input = new AddressForm(a.Name, a.Line1, a.Line2, a.Postcode, a.City, a.Region, a.Country, a.Phone, a.DefaultForDelivery, a.DefaultForBilling);
    }

    public async Task<IActionResult> OnPostAsync()
    {
        // An empty box takes away; in the API what is missing stays.
        var form = new AddressForm(
            Input.Name ?? "", Input.Line1 ?? "", Input.Line2 ?? "", Input.Postcode ?? "", Input.City ?? "", Input.Region ?? "", Input.Country ?? "", Input.Phone ?? "", Input.DefaultForDelivery == true, Input.DefaultForBilling == true);
        if (Id is { } id) await AddressBook.Change(id, form, caller, db, work, clock);
        else await AddressBook.Add(form, caller, db, work, clock);
        this.Toast(texts["Saved"]);
        return LocalRedirect("/account/addresses");
    }
}
