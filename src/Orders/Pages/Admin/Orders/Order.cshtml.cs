using System.Globalization;
using Marketplace.Kernel;
using Marketplace.Ui;
using Marketplace.Users;
using Marketplace.Wallet;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Marketplace.Orders.Pages;

/// <summary>One order for the staff: support gives money back here; how it was shared is for finance.</summary>
[Authorize("right:support"), WritesInSteps]
internal sealed class AdminOrderPage(
    ReadOrder read, ReadInvoice papers, ReadRefunds refunds, Refunding refunding, RefundLines lines, IWallet wallet, IUsers users, Caller caller, IStringLocalizer<Texts> texts) : FormPage
{
    private IReadOnlyDictionary<Guid, Person> people = null!;

    [FromRoute]
    public Guid Id { get; set; }

    [BindProperty]
    public Form Input { get; set; } = new();

    public Order Order { get; private set; } = null!;

    public Payment? Payment { get; private set; }

    public IReadOnlyDictionary<Guid, Hold> Holds { get; private set; } = null!;

    public IReadOnlyList<RefundReply> Refunds { get; private set; } = [];

    /// <summary>Its papers, for finance.</summary>
    public IReadOnlyList<InvoiceItem> Invoices { get; private set; } = [];

    public IEnumerable<OrderItem> Refundable => Order.Items.Where(i => i.Left > 0).OrderBy(i => i.Line);

    public bool SeesAmounts => caller.Has(Rights.Finance);

    public string NameOf(Guid account) => people.TryGetValue(account, out var person) ? person.DisplayName : "–";

    /// <summary>As one would type it.</summary>
    public string Typed(Money amount) => amount.Major.ToString($"F{amount.Currency.Exponent}", CultureInfo.CurrentCulture);

    public override async Task Load()
    {
        var stop = HttpContext.RequestAborted;
        (Order, Payment) = await read.ForStaff(Id, caller, stop);
        Holds = await wallet.Holds(Order.Items.Select(i => i.Id).ToList(), stop);
        Refunds = Order.AwaitsMoney ? [] : await refunds.Handle(Id, null, stop);
        Invoices = await papers.OfOrder(Id, caller, stop);
        people = await users.People([Order.Buyer, .. Order.Items.Select(i => i.Seller).Distinct(), .. Order.Events.Select(e => e.By).OfType<Guid>().Distinct()], stop);
    }

    public async Task<IActionResult> OnGetPreviewAsync(Guid item, [FromQuery(Name = "Input.Amount")] string? amount)
    {
        await Load();
        var line = Order.Items.Find(i => i.Id == item) ?? throw Refused.NotFound();
        if (string.IsNullOrWhiteSpace(amount)) return Partial("_RefundPreview", Preview(line, null));
        return Partial("_RefundPreview", Money.TryParse(amount, Order.Price.Currency, out var typed) ? Preview(line, typed) : RefundPreview.Not(texts["Write an amount such as 25 or 25.00."]));
    }

    public async Task<IActionResult> OnPostRefundAsync(CancellationToken stop)
    {
        await Load();
        Money? amount = null;
        if (!string.IsNullOrWhiteSpace(Input.Amount))
            amount = Money.TryParse(Input.Amount, Order.Price.Currency, out var typed) ? typed : throw Refused.Invalid(new FieldError("/amount", "malformed", "Write an amount such as 25 or 25.00."));
        var request = new RefundLines.Request([new RefundLines.Line(Input.Item, amount)], Input.Reason ?? "");
        new RefundLines.Validator().MustAccept(request);
        var key = IdempotencyKey.Of(caller, Request.Form["idempotency_key"], $"POST /admin/orders/{Id}/refunds", request);
        await refunding.Handle(key, Id, () => lines.Handle(Id, request, caller), stop);
        this.Toast(texts["The money is given back."]);
        return LocalRedirect($"/admin/orders/{Id}#refunds");
    }

    /// <param name="amount">Null: all that is left.</param>
    public RefundPreview Preview(OrderItem item, Money? amount)
    {
        Money Of(long minor) => Money.Of(minor, Order.Currency);
        var asked = amount?.Minor ?? item.Left;
        if (asked <= 0) return RefundPreview.Not(texts["Give back more than nothing."]);
        if (asked > item.Left) return RefundPreview.Not(texts["That is more than is left of this line."]);
        var split = RefundSplit.Of(item.Whole, item.Gone, asked);
        var held = Math.Min(split.SellerGives, Holds.GetValueOrDefault(item.Id)?.Remaining.Minor ?? 0);
        return new RefundPreview(Order.Method == PaymentMethod.Wallet,
            SeesAmounts ? new RefundShares(Of(asked), Of(split.SellerGives), Of(held), Of(split.SellerGives - held), Of(split.Commission), Of(split.Tax), Of(item.Fee)) : null, null);
    }

    public sealed class Form
    {
        public Guid Item { get; set; }

        public string? Amount { get; set; }

        public string? Reason { get; set; }
    }
}

/// <param name="Shares">For finance only.</param>
/// <param name="Why">Why it cannot be done; translated.</param>
internal sealed record RefundPreview(bool ToWallet, RefundShares? Shares, string? Why)
{
    public static RefundPreview Not(string why) => new(false, null, why);
}

/// <param name="Beyond">What the hold does not have.</param>
internal sealed record RefundShares(Money Buyer, Money Seller, Money FromHold, Money Beyond, Money Commission, Money Tax, Money Fee);
