using Marketplace.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Npgsql;

namespace Marketplace.Wallet.Pages;

/// <summary>Disputes of the seller's sales.</summary>
[Authorize("can:can_sell")]
internal sealed class SellDisputesPage(NpgsqlDataSource source, Subjects subjects, Cursors cursors, Caller caller) : PageModel
{
    public Page<ReadDisputes.Reply> Disputes { get; private set; } = new([], false, null);

    public async Task OnGetAsync([FromQuery] string? cursor, CancellationToken stop) =>
        Disputes = await ReadDisputes.Handle(new ReadDisputes.Request(Cursor: cursor, Limit: 50), caller, source, subjects, cursors, stop);
}

/// <param name="Open">More can be said.</param>
/// <param name="Staff">Who looks: staff sees who said what.</param>
/// <param name="Refused">Why a file was not taken; translated.</param>
internal sealed record EvidenceModel(Guid Dispute, bool Open, bool Staff, IReadOnlyList<EvidenceLine> Said, string? Refused);

internal sealed record EvidenceLine(Guid Id, bool ByStaff, string? Text, string? FileName, bool Erased, DateTimeOffset At, string? Author);
