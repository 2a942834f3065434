using Marketplace.Kernel;
using Marketplace.Ui;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Wallet.Pages;

/// <summary>Asks for one's money.</summary>
[Authorize, StepUp]
internal sealed class NewPayoutPage(
    Caller caller, IEnumerable<IPayoutProvider> providers, WalletDb db, UnitOfWork work, Ledger ledger, Secrets secrets, PayoutTerms terms, NpgsqlDataSource source, TimeProvider clock, IStringLocalizer<Texts> texts) : FormPage
{
    [BindProperty]
    public Form Input { get; set; } = new();

    public IReadOnlyList<ShowWallet.Balance> Balances { get; private set; } = [];

    public IReadOnlyList<DestinationView> Usable { get; private set; } = [];

    /// <summary>One that cannot be used yet, when there is none that can.</summary>
    public DestinationView? Waiting { get; private set; }

    public IEnumerable<SelectListItem> DestinationItems => Usable.Select(d => new SelectListItem($"{texts[PayoutWords.Way(d.Way)]} {d.Mask}", d.Id.ToString()));

    public bool Free => terms.SalesFeeRate == 0;

    public Money Least(Currency currency) => terms.Minimum(currency);

    public override async Task Load()
    {
        Balances = (await ShowWallet.Handle(caller, source, HttpContext.RequestAborted)).Data;
        if (Balances.Count == 0) Balances = [ShowWallet.Balance.None(Currency.Of("EUR"))];
        Input.Currency ??= (Balances.FirstOrDefault(b => b.Available >= terms.Minimum(b.Currency)) ?? Balances[0]).Currency.Code;
        var own = await Destinations.Own(caller, work, db, HttpContext.RequestAborted);
        Usable = own.Where(d => d.State == DestinationState.Verified && d.UsableFrom <= clock.GetUtcNow()).ToList();
        Waiting = own.OrderByDescending(d => d.State == DestinationState.Verified).FirstOrDefault();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        if (!Currency.TryOf(Input.Currency, out var currency)) throw Refused.Invalid(new FieldError("/currency", "currency", "Say which currency to pay out."));
        if (Input.All && !string.IsNullOrWhiteSpace(Input.Amount)) throw Refused.Invalid(new FieldError("/amount", "one_way", "You chose everything and wrote an amount. Keep one of the two."));
        Money? amount = Input.All ? null
            : Money.TryParse(Input.Amount, currency, out var typed) && typed.Minor > 0 ? typed
            : throw Refused.Invalid(new FieldError("/amount", "malformed", "Write an amount such as 60 or 60.00."));
        var request = new RequestPayout.Request(amount, currency.Code, Input.DestinationId);
        new RequestPayout.Validator().MustAccept(request);
        var payout = await RequestPayout.Handle(request, caller, providers, db, work, ledger, secrets, terms, clock);
        this.Toast(texts["We look at it. You hear from us."]);
        return LocalRedirect($"/wallet/payouts/{payout.Id}");
    }

    public sealed class Form
    {
        public string? Currency { get; set; }

        public bool All { get; set; } = true;

        public string? Amount { get; set; }

        public Guid? DestinationId { get; set; }
    }
}
