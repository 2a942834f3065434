using System.Globalization;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;

namespace Marketplace.Wallet.Pages;

/// <summary>What one has, what is held and why, and every change of it.</summary>
[Authorize]
internal sealed class WalletPage(Caller caller, NpgsqlDataSource source, Cursors cursors, Subjects subjects, TimeProvider clock) : PageModel
{
    [BindProperty(SupportsGet = true, Name = "currency")]
    public string? Currency { get; set; }

    [BindProperty(SupportsGet = true, Name = "type")]
    public string? Type { get; set; }

    [BindProperty(SupportsGet = true, Name = "account")]
    public string? Account { get; set; }

    [BindProperty(SupportsGet = true, Name = "from")]
    public DateOnly? From { get; set; }

    [BindProperty(SupportsGet = true, Name = "to")]
    public DateOnly? To { get; set; }

    [BindProperty(SupportsGet = true, Name = "reference")]
    public Guid? Reference { get; set; }

    /// <summary>A past moment, UTC, for which to show the balances.</summary>
    [BindProperty(SupportsGet = true, Name = "at")]
    public string? At { get; set; }

    /// <summary>The balance then; null when nothing was asked.</summary>
    internal (DateTimeOffset At, ShowWallet.Balance Balance)? Then { get; private set; }

    internal bool FilteredMore => !string.IsNullOrEmpty(Account) || From is not null || To is not null || Reference is not null;

    internal bool Filtered => FilteredMore || !string.IsNullOrEmpty(Type);

    /// <summary>What is shown, as a file.</summary>
    internal string CsvUrl => "/api/v1/wallet/entries.csv" + Query();

    internal Guid Me => caller.Account;

    internal IReadOnlyList<ShowWallet.Balance> Balances { get; private set; } = [];

    /// <summary>The wallet that is shown: one a currency.</summary>
    internal ShowWallet.Balance Balance { get; private set; } = null!;

    internal HeldByDay Held { get; private set; } = null!;

    /// <summary>What came nearer since they last looked.</summary>
    internal (int Sales, Money Amount)? Nearer { get; private set; }

    internal Page<ListEntries.Entry> Entries { get; private set; } = null!;

    internal IReadOnlyDictionary<Guid, Subject> About { get; private set; } = new Dictionary<Guid, Subject>();

    public async Task OnGetAsync(string? cursor, CancellationToken stop)
    {
        Balances = (await ShowWallet.Handle(caller, source, stop)).Data;
        var chosen = string.IsNullOrEmpty(Currency) ? (Balances is [var first, ..] ? first.Currency : Kernel.Currency.Of("EUR")) : Kernel.Currency.Of(Currency);
        Balance = Balances.FirstOrDefault(b => b.Currency == chosen) ?? ShowWallet.Balance.None(chosen);
        Currency = chosen.Code;
        if (BalancesAt.Moment(At) is { } then)
            Then = (then, (await BalancesAt.Handle(new BalancesAt.Request(At), caller, source, clock, stop)).Data.FirstOrDefault(b => b.Currency == chosen) ?? ShowWallet.Balance.None(chosen));
        Held = await HeldByDay.Read(caller.Account, chosen, 10, 20, source, subjects, stop);
        // Staff who looks with a person's eyes takes no news from them.
        if (caller.Impersonator is null) Nearer = await CameNearer.Tell(caller.Account, chosen, source, stop);
        Entries = await ListEntries.Handle(new ListEntries.Request(Currency, Type, Account, From, To, Reference, cursor, 25), caller, source, cursors, stop);
        About = await subjects.Find(Entries.Data.Select(e => e.Reference).OfType<Guid>().Distinct().ToList(), stop);
    }

    /// <summary>The same list with one filter changed.</summary>
    internal string With(string filter, string? value) => $"/wallet{Query((filter, value))}#statement";

    private QueryString Query(params IReadOnlyList<(string Name, string? Value)> changed)
    {
        var filters = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["currency"] = Currency, ["type"] = Type, ["account"] = Account, ["from"] = From?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            ["to"] = To?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), ["reference"] = Reference?.ToString(),
        };
        foreach (var (name, value) in changed) filters[name] = value;
        return QueryString.Create(filters.Where(f => !string.IsNullOrEmpty(f.Value)));
    }
}
