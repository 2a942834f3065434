using Npgsql;

namespace Marketplace.Catalog;

internal static class OwnPlan
{
    private const string Settings = "SELECT set_config('plan_cache_mode', 'force_custom_plan', true), set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)";

    /// <summary>
    /// One query in one round trip, planned each time for its very values: a plan that suits a common word is ruinous for a rare one. And to read
    /// a table from its beginning until enough rows fit is never wise on a page that everybody opens.
    /// </summary>
    public static async Task<List<T>> Planned<T>(this NpgsqlDataSource source, string sql, object?[] values, Func<NpgsqlDataReader, T> row, CancellationToken stop)
    {
        await using var batch = source.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Settings));      // both run in one transaction, at whose end the settings are gone
        batch.BatchCommands.Add(Kernel.Sql.Batched(sql, values));
        await using var reader = await batch.ExecuteReaderAsync(stop);
        await reader.NextResultAsync(stop);
        var rows = new List<T>();
        while (await reader.ReadAsync(stop)) rows.Add(row(reader));
        return rows;
    }
}
