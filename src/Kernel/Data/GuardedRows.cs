using Npgsql;

namespace Marketplace.Kernel;

/// <summary>
/// Tables under row-level security, asked outside a transaction. A transaction of a signed-in person says by itself whose it is
/// (<see cref="UnitOfWork"/>); what has no transaction says it here, in the same round trip. Without either nothing is seen.
/// </summary>
public static class GuardedRows
{
    internal const string Account = "app.account", Staff = "app.staff", Duty = "app.duty";

    /// <summary>Sees the rows of one account, in every guarded table.</summary>
    public static GuardedCommand CommandFor(this NpgsqlDataSource source, Guid account, string sql, params object?[] parameters) => new(source, (Account, account.ToString()), sql, parameters);

    /// <summary>
    /// Sees all rows of one guarded table, for this one statement: the market's own duties, such as finding the session of a token,
    /// or forgetting what is old.
    /// </summary>
    /// <param name="table">With its schema: <c>users.sessions</c>.</param>
    public static GuardedCommand CommandOn(this NpgsqlDataSource source, string table, string sql, params object?[] parameters) => new(source, (Duty, table), sql, parameters);

    /// <summary>True until the transaction ends; a pooled session keeps nothing of it.</summary>
    internal static NpgsqlBatchCommand Setting(params (string Name, string Value)[] settings) => Sql.Batched(
        $"SELECT {string.Join(", ", settings.Select((s, i) => $"set_config('{s.Name}', ${i + 1}, true)"))}", settings.Select(s => (object?)s.Value).ToArray());
}

/// <summary>A statement behind the setting that it needs: both go out together, and are one transaction.</summary>
public sealed class GuardedCommand
{
    private readonly NpgsqlBatch batch;

    internal GuardedCommand(NpgsqlDataSource source, (string Name, string Value) setting, string sql, object?[] parameters)
    {
        batch = source.CreateBatch();
        batch.BatchCommands.Add(GuardedRows.Setting(setting));
        batch.BatchCommands.Add(Sql.Batched(sql, parameters));
    }

    public async Task<List<T>> List<T>(Func<NpgsqlDataReader, T> row, CancellationToken stop = default)
    {
        await using (batch)
        {
            await using var reader = await batch.ExecuteReaderAsync(stop);
            await reader.NextResultAsync(stop);
            var rows = new List<T>();
            while (await reader.ReadAsync(stop)) rows.Add(row(reader));
            return rows;
        }
    }

    public async Task<T?> Scalar<T>(CancellationToken stop = default) => (await List(r => r.IsDBNull(0) ? default : r.GetFieldValue<T>(0), stop)).FirstOrDefault();

    /// <returns>How many rows were written.</returns>
    public async Task<int> Execute(CancellationToken stop = default)
    {
        await using (batch)
        {
            return Math.Max(0, await batch.ExecuteNonQueryAsync(stop));
        }
    }
}
