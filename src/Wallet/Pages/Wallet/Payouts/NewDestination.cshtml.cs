using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Marketplace.Wallet.Pages;

/// <summary>Names a new place for one's money.</summary>
[Authorize, StepUp]
internal sealed class NewDestinationPage(
    Caller caller, IEnumerable<IPayoutProvider> providers, WalletDb db, UnitOfWork work, Secrets secrets, PayoutTerms terms, IAudit audit, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    [BindProperty]
    public Form Input { get; set; } = new();

    [BindProperty(SupportsGet = true, Name = "way")]
    public string? Wanted { get; set; }

    public IReadOnlyList<string> Ways { get; } = providers.Select(p => p.Key).ToList();

    public string Way => Ways.Contains(Wanted) ? Wanted! : Ways[0];

    public bool HasNoIban => !string.IsNullOrWhiteSpace(Input.AccountNumber) || !string.IsNullOrWhiteSpace(Input.BankCode);

    public async Task<IActionResult> OnPostAsync()
    {
        var request = new AddDestination.Request(Way, Input.Holder, Input.Iban, Input.Bic, Input.AccountNumber, Input.BankCode, Input.Country, Input.Email, Input.StripeAccount, Input.Scenario);
        new AddDestination.Validator().MustAccept(request);
        await AddDestination.Handle(request, caller, providers, db, work, secrets, terms, audit, clock);
        this.Toast(texts["Added. We have also told you by mail."]);
        return LocalRedirect("/wallet/payouts/destinations");
    }

    public sealed class Form
    {
        public string? Holder { get; set; }

        public string? Iban { get; set; }

        public string? Bic { get; set; }

        public string? AccountNumber { get; set; }

        public string? BankCode { get; set; }

        public string? Country { get; set; }

        public string? Email { get; set; }

        public string? StripeAccount { get; set; }

        public string? Scenario { get; set; }
    }
}
