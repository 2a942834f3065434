using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Kernel;

/// <summary>The few lines around Npgsql that SQL by hand needs.</summary>
public static class Sql
{
    /// <summary>A positional parameter; null becomes NULL, a <see cref="JsonElement"/> or <see cref="Json"/> becomes jsonb.</summary>
    public static NpgsqlParameter Parameter(object? value) => value switch
    {
        null => new NpgsqlParameter { Value = DBNull.Value },
        Json json => new NpgsqlParameter { Value = json.Text, NpgsqlDbType = NpgsqlDbType.Jsonb },
        DateTimeOffset time => new NpgsqlParameter { Value = time.ToUniversalTime() },
        _ => new NpgsqlParameter { Value = value },
    };

    /// <summary>
    /// After a column: it is one of the ids that are the statement's first parameter. Said as <c>= ANY ($1)</c>, PostgreSQL counts them and plans anew each
    /// time, which takes many times longer than looking up a few rows; out of its sight, one plan serves any number.
    /// </summary>
    public const string OneOf = "= ANY ((SELECT $1::uuid[])::uuid[])";

    public static NpgsqlBatchCommand Batched(string sql, params object?[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        Add(command.Parameters, parameters);
        return command;
    }

    /// <summary>A command on a pooled connection, outside any transaction.</summary>
    public static NpgsqlCommand Command(this NpgsqlDataSource source, string sql, params object?[] parameters)
    {
        var command = source.CreateCommand(sql);
        Add(command.Parameters, parameters);
        return command;
    }

    // C# takes a single string[] for the whole params array; it is one parameter, an array.
    internal static void Add(NpgsqlParameterCollection to, object?[] parameters)
    {
        if (parameters.GetType() != typeof(object[])) to.Add(Parameter(parameters));
        else foreach (var value in parameters) to.Add(Parameter(value));
    }

    public static async Task<List<T>> List<T>(this NpgsqlCommand command, Func<NpgsqlDataReader, T> row, CancellationToken stop = default)
    {
        await using (command)
        {
            await using var reader = await command.ExecuteReaderAsync(stop);
            var rows = new List<T>();
            while (await reader.ReadAsync(stop)) rows.Add(row(reader));
            return rows;
        }
    }

    public static async Task<T?> Scalar<T>(this NpgsqlCommand command, CancellationToken stop = default)
    {
        await using (command)
        {
            return await command.ExecuteScalarAsync(stop) is T value ? value : default;
        }
    }

    public static async Task<int> Execute(this NpgsqlCommand command, CancellationToken stop = default)
    {
        await using (command)
        {
            return await command.ExecuteNonQueryAsync(stop);
        }
    }

    /// <summary>Text that is sent as jsonb.</summary>
    public readonly record struct Json(string Text)
    {
        public static Json Of<T>(T value) => new(JsonSerializer.Serialize(value, JsonStyle.Options));
    }
}
