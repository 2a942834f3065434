using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Kernel;

/// <summary>
/// Rows that are due for another try (an answer that was lost, a price that is not told yet), each for itself. A row is claimed by moving its time
/// on: hosts share the work, one that dies leaves its rows to a later turn, and one that fails stops no other.
/// </summary>
public sealed class DueRows(NpgsqlDataSource source, ILogger<DueRows> log)
{
    private const int AtOnce = 100;

    /// <param name="table">With its schema. Its key is <c>id</c>.</param>
    /// <param name="column">When the row is due; null when it is not.</param>
    /// <param name="again">When it is due again, should the act not say so itself.</param>
    /// <param name="act">Outside any transaction; what it throws is logged, and the row tried again.</param>
    public Task Each(string table, string column, DateTimeOffset now, TimeSpan again, Func<Guid, Task> act, CancellationToken stop) =>
        Each(table, column, "id", r => r.GetGuid(0), now, again, act, stop);

    /// <param name="columns">What the act needs to know of a row.</param>
    /// <param name="only">SQL: of the rows that are due.</param>
    /// <inheritdoc cref="Each(string, string, DateTimeOffset, TimeSpan, Func{Guid, Task}, CancellationToken)"/>
    public async Task Each<T>(
        string table, string column, string columns, Func<NpgsqlDataReader, T> read, DateTimeOffset now, TimeSpan again, Func<T, Task> act, CancellationToken stop, string only = "true")
    {
        var due = await source.CommandOn(table,
            $"""
            UPDATE {table} SET {column} = $2
            WHERE id IN (SELECT id FROM {table} WHERE {column} <= $1 AND {only} ORDER BY {column} LIMIT $3 FOR UPDATE SKIP LOCKED)
            RETURNING {columns}
            """,
            now, now + again, AtOnce).List(read, stop);
        foreach (var row in due)
        {
            try
            {
                await act(row);
            }
            catch (Exception error) when (error is not Faults.Crash && !stop.IsCancellationRequested)
            {
                log.LogError(error, "{Row} of {Table} failed; it is tried again", row, table);
            }
        }
    }
}
