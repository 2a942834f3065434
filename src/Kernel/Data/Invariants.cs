using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Kernel;

/// <summary>
/// What must always hold in a module's tables: SQL that returns rows <c>(invariant text, violations bigint, detail text)</c>.
/// Run by <c>./dev check</c>, after every test run and by the back office.
/// </summary>
/// <param name="Sql">One SELECT, run in the working role.</param>
public sealed record Invariants(string Module, string Sql)
{
    /// <summary>From a file embedded beside the module's code: <c>Ledger/invariants.sql</c> is <c>invariants.sql</c> of its assembly.</summary>
    public static Invariants Embedded<TModule>(string module, string name)
    {
        using var resource = typeof(TModule).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{typeof(TModule).Assembly.GetName().Name} embeds no {name}.");
        return new Invariants(module, new StreamReader(resource).ReadToEnd());
    }
}

/// <summary>What no single SELECT can say (a chain of hashes). Registered beside the <see cref="Invariants"/> and run with them, in the same snapshot.</summary>
public interface IInvariant
{
    /// <param name="snapshot">Reads only, in the working role; each statement has half a minute.</param>
    Task<IReadOnlyList<InvariantResult>> Check(NpgsqlConnection snapshot, CancellationToken stop);
}

/// <param name="Violations">0 when it holds.</param>
public sealed record InvariantResult(string Module, string Invariant, long Violations, string? Detail);

/// <summary>Asks every module whether its books are right.</summary>
public sealed class InvariantCheck(NpgsqlDataSource source, IEnumerable<Invariants> all, IEnumerable<IInvariant> others)
{
    public async Task<IReadOnlyList<InvariantResult>> Run(CancellationToken stop = default)
    {
        var results = new List<InvariantResult>();
        await using var connection = await source.OpenConnectionAsync(stop);
        // One snapshot, so that a sale in between does not look like a difference.
        await using var snapshot = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, stop);
        foreach (var invariants in all)
        {
            results.AddRange(await new NpgsqlCommand(invariants.Sql, connection, snapshot) { CommandTimeout = 600 }
                .List(r => new InvariantResult(invariants.Module, r.GetString(0), r.GetInt64(1), r.IsDBNull(2) ? null : r.GetString(2)), stop));
        }

        foreach (var other in others) results.AddRange(await other.Check(connection, stop));
        return results;
    }
}
