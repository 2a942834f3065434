using Npgsql;

namespace Marketplace.Catalog;

/// <summary>Statements whose plan is chosen with care: PostgreSQL weighs a plan for all values against making one anew, and is wrong on both sides.</summary>
internal static class Plans
{
    private const string Rest = "set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)", Own = $"SELECT set_config('plan_cache_mode', 'force_custom_plan', true), {Rest}";

    /// <summary>First in a batch: what follows in it is planned once for all values.</summary>
    public const string Once = $"SELECT set_config('plan_cache_mode', 'force_generic_plan', true), {Rest}";

    /// <summary>
    /// One query in one round trip, planned each time for its very values: a plan that suits a common word is ruinous for a rare one. And to read
    /// a table from its beginning until enough rows fit is never wise on a page that everybody opens.
    /// </summary>
    public static Task<List<T>> Planned<T>(this NpgsqlDataSource source, string sql, object?[] values, Func<NpgsqlDataReader, T> row, CancellationToken stop) =>
        Run(source, Own, sql, values, row, stop);

    /// <summary>As <see cref="Planned{T}"/>, but once for all values: where each part has one index, whatever is asked, planning would take longer than running.</summary>
    public static Task<List<T>> PlannedOnce<T>(this NpgsqlDataSource source, string sql, object?[] values, Func<NpgsqlDataReader, T> row, CancellationToken stop) =>
        Run(source, Once, sql, values, row, stop);

    private static async Task<List<T>> Run<T>(NpgsqlDataSource source, string settings, string sql, object?[] values, Func<NpgsqlDataReader, T> row, CancellationToken stop)
    {
        await using var batch = source.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(settings));      // both run in one transaction, at whose end the settings are gone
        batch.BatchCommands.Add(Kernel.Sql.Batched(sql, values));
        await using var reader = await batch.ExecuteReaderAsync(stop);
        await reader.NextResultAsync(stop);
        var rows = new List<T>();
        while (await reader.ReadAsync(stop)) rows.Add(row(reader));
        return rows;
    }
}
