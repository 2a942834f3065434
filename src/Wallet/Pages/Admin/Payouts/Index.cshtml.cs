using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Marketplace.Wallet.Pages;

/// <summary>The team's queue of payouts.</summary>
[Authorize("right:finance")]
internal sealed class PayoutQueuePage(
    Caller caller, WalletDb db, UnitOfWork work, PayoutTerms terms, Cursors cursors, IUsers users, IEnumerable<IPayoutProvider> providers, LedgerNames names) : PageModel
{
    [BindProperty(SupportsGet = true, Name = "currency")]
    public string? Currency { get; set; }

    [BindProperty(SupportsGet = true, Name = "way")]
    public string? Way { get; set; }

    [BindProperty(SupportsGet = true, Name = "person")]
    public string? Person { get; set; }

    /// <summary>To approve, unless the address says another; everything when it says none.</summary>
    public string State { get; private set; } = "requested";

    public bool Filtered => !string.IsNullOrEmpty(Currency) || !string.IsNullOrEmpty(Way) || !string.IsNullOrEmpty(Person);

    public IReadOnlyList<string> Ways { get; } = providers.Select(p => p.Key).ToList();

    public Guid Me => caller.Account;

    public Page<PayoutQueue.Row> Rows { get; private set; } = null!;

    public (int Requested, int Approved, int Sent, int Unknown, int Destinations) Counts { get; private set; }

    public LedgerNames Names => names;

    public static string Plural(string state) => state switch { "paid" => "Paid", "failed" => "Failed", "returned" => "Returned", "rejected" => "Rejected", _ => "Cancelled" };

    public QueryString Query(string? state) => QueryString.Create(new Dictionary<string, string?> { ["state"] = state, ["currency"] = Currency, ["way"] = Way, ["person"] = Person }.Where(f => f.Key == "state" || !string.IsNullOrEmpty(f.Value)));

    public async Task OnGetAsync(string? cursor, CancellationToken stop)
    {
        if (Request.Query.ContainsKey("state")) State = Request.Query["state"].ToString();
        Guid? person = string.IsNullOrWhiteSpace(Person) ? null : Guid.TryParse(Person, out var id) ? id : await users.FindByEmail(Person, stop) ?? Guid.Empty;
        if (!Kernel.Currency.TryOf(Currency, out _)) Currency = null;
        if (!Ways.Contains(Way)) Way = null;
        Rows = await PayoutQueue.Read(new PayoutQueue.Filter(State, Currency, Way, person), cursor, 25, db, work, terms, cursors, stop);
        Counts = await PayoutQueue.Counts(work, stop);
        await names.Learn(Rows.Data.Select(r => (Guid?)r.Payout.Account), [], stop);
    }
}
