using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;

namespace Marketplace.Wallet.Pages;

/// <summary>What providers told, newest first: by provider, state, type.</summary>
[Authorize("right:finance")]
internal sealed class PaymentEventsPage(NpgsqlDataSource source, Cursors cursors, IEnumerable<IProviderEvents> voices) : PageModel
{
    [BindProperty(SupportsGet = true, Name = "provider")]
    public string? Provider { get; set; }

    [BindProperty(SupportsGet = true, Name = "state")]
    public string? State { get; set; }

    [BindProperty(SupportsGet = true, Name = "type")]
    public string? Type { get; set; }

    public Page<BrowseEvents.Row> Events { get; private set; } = new([], false, null);

    public IReadOnlyList<string> Providers { get; } = voices.Select(v => v.Key).ToList();

    public async Task OnGetAsync([FromQuery] string? cursor, CancellationToken stop) => Events = await BrowseEvents.Handle(new BrowseEvents.Request(Provider, State, Type, cursor, 50), source, cursors, stop);

    /// <summary>The same filters, another state.</summary>
    public string Link(string? state) => "/admin/payment-events" + QueryString.Create(
        new Dictionary<string, string?>(StringComparer.Ordinal) { ["provider"] = Provider, ["type"] = Type, ["state"] = state }.Where(f => !string.IsNullOrWhiteSpace(f.Value)));
}

/// <summary>English for the states of events; pages translate it.</summary>
internal static class EventWords
{
    public static string State(string code) => code switch
    {
        "received" => "Waiting",
        "handled" => "Handled",
        "ignored" => "Nothing to do",
        _ => "Failed",
    };

    public static string? Tone(string code) => code switch
    {
        "received" => "warn",
        "handled" => "good",
        "failed" => "bad",
        _ => null,
    };
}
