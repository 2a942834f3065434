using Marketplace.Kernel;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>
/// The heads of the ledger's chain, newest first, for whoever wants to keep them: a head that somebody wrote down can never be explained
/// away. They say nothing of what is in the books, nor how much.
/// </summary>
internal static class ListSeals
{
    public sealed record Request([FromQuery(Name = "cursor")] string? Cursor, [FromQuery(Name = "limit")] int? Limit);

    /// <param name="Number">Counts on by one.</param>
    /// <param name="Hash">SHA-256 in hexadecimal, of everything sealed until then.</param>
    public sealed record Row(long Number, string Hash, DateTimeOffset SealedAt);

    public static async Task<Page<Row>> Handle(Request request, NpgsqlDataSource source, Cursors cursors, CancellationToken stop)
    {
        var limit = Cursors.Limit(request.Limit);
        var filters = new { list = "seals" };
        var heads = await source.Command($"SELECT {SealHead.Columns} FROM wallet.seals WHERE ($1::bigint IS NULL OR number < $1) ORDER BY number DESC LIMIT $2", cursors.Read(request.Cursor, filters)?[0].GetInt64(), limit + 1)
            .List(SealHead.Read, stop);
        return cursors.Page(heads, limit, filters, h => [h.Number]).Map(h => new Row(h.Number, Convert.ToHexStringLower(h.Hash), h.At));
    }
}
