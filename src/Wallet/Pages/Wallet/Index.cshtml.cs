using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;

namespace Marketplace.Wallet.Pages;

/// <summary>What one has, what is held and why, and every change of it.</summary>
[Authorize]
internal sealed class WalletPage(Caller caller, NpgsqlDataSource source, Cursors cursors, Subjects subjects) : PageModel
{
    [BindProperty(SupportsGet = true, Name = "currency")]
    public string? Currency { get; set; }

    [BindProperty(SupportsGet = true, Name = "type")]
    public string? Type { get; set; }

    internal Guid Me => caller.Account;

    internal IReadOnlyList<ShowWallet.Balance> Balances { get; private set; } = [];

    /// <summary>The wallet that is shown: one a currency.</summary>
    internal ShowWallet.Balance Balance { get; private set; } = null!;

    internal Page<ListHolds.Row> Held { get; private set; } = null!;

    internal Page<ListEntries.Entry> Entries { get; private set; } = null!;

    internal IReadOnlyDictionary<Guid, Subject> About { get; private set; } = new Dictionary<Guid, Subject>();

    public async Task OnGetAsync(string? cursor, string? held, CancellationToken stop)
    {
        Balances = (await ShowWallet.Handle(caller, source, stop)).Data;
        var chosen = string.IsNullOrEmpty(Currency) ? (Balances is [var first, ..] ? first.Currency : Kernel.Currency.Of("EUR")) : Kernel.Currency.Of(Currency);
        Balance = Balances.FirstOrDefault(b => b.Currency == chosen) ?? ShowWallet.Balance.None(chosen);
        Currency = chosen.Code;
        Held = await ListHolds.Handle(new ListHolds.Request(Currency, held, 10), caller, source, subjects, cursors, stop);
        Entries = await ListEntries.Handle(new ListEntries.Request(Currency, Type, cursor, 25), caller, source, cursors, stop);
        About = await subjects.Find(Entries.Data.Select(e => e.Reference).OfType<Guid>().Distinct().ToList(), stop);
    }

    /// <summary>The same list with another filter.</summary>
    internal static string Filter(string? currency, string? type) =>
        "/wallet" + Microsoft.AspNetCore.Http.QueryString.Create(new Dictionary<string, string?>(StringComparer.Ordinal) { ["currency"] = currency, ["type"] = type }
            .Where(f => !string.IsNullOrEmpty(f.Value))) + "#statement";
}
