using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Npgsql;

namespace Marketplace.Kernel;

/// <summary>One person's key for one write. The same key with another request is a mistake that must fail loudly.</summary>
/// <param name="Scope">Whose key: keys of two people never meet.</param>
/// <param name="Key">The client's, ≤ 255 characters.</param>
/// <param name="Request">What is asked, in full: its hash is kept.</param>
public sealed record IdempotencyKey(string Scope, string Key, string Request)
{
    internal byte[] Hash => SHA256.HashData(Encoding.UTF8.GetBytes(Request));

    /// <summary>The key of a caller's request to a route.</summary>
    public static IdempotencyKey? Of(Caller caller, string? key, string route, object? request) => string.IsNullOrWhiteSpace(key)
        ? null
        : new IdempotencyKey(caller.AccountOrNull?.ToString() ?? "anonymous", key, $"{route}\n{JsonSerializer.Serialize(request, JsonStyle.Options)}");
}

/// <param name="Replayed">The effect had happened before; this is the reply that was stored with it.</param>
public readonly record struct Once<T>(T Value, bool Replayed);

/// <summary>
/// The only place that commits. A write runs in one transaction with its events and, when the client sent an idempotency key,
/// with the key and the reply: all are there or none is. A refusal or a crash leaves no trace, so that a retry runs afresh.
/// </summary>
public sealed class Writes(UnitOfWork work, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<T> Run<T>(Func<Task<T>> act) => (await Once(null, act)).Value;

    public Task Run(Func<Task> act) => Run(async () =>
    {
        await act();
        return true;
    });

    /// <summary>
    /// Runs the effect once for the key; a repetition waits up to five seconds for a first that still runs and returns its reply.
    /// </summary>
    /// <exception cref="Refused">409 <c>idempotency_in_progress</c>, 422 <c>idempotency_key_reuse</c>, 503 <c>try_again</c>.</exception>
    public async Task<Once<T>> Once<T>(IdempotencyKey? key, Func<Task<T>> act)
    {
        // A key is claimed first, and what row-level security must know goes with it.
        await work.Begin(declare: key is null);
        try
        {
            if (key is not null && await Claim(key) is { } stored)
                return new Once<T>(JsonSerializer.Deserialize<T>(stored, JsonStyle.Options)!, true);

            var value = await act();
            await work.Commit(key is null ? null : Sql.Batched(
                "UPDATE kernel.idempotency_keys SET reply = $3 WHERE scope = $1 AND key = $2", key.Scope, key.Key, Sql.Json.Of(value)));
            return new Once<T>(value, false);
        }
        catch (Exception error) when (Conflict(error))
        {
            throw Refused.TryAgain();
        }
        finally
        {
            if (work.IsOpen) await work.Rollback();
        }
    }

    /// <returns>The stored reply of the first run, or null when this is the first.</returns>
    private async Task<string?> Claim(IdempotencyKey key)
    {
        if (key.Key.Length > 255) throw new Refused("idempotency_key_invalid", 400, "An Idempotency-Key has at most 255 characters.");
        try
        {
            await using var batch = new NpgsqlBatch(work.Connection);
            if (work.Declaration() is { } declaration) batch.BatchCommands.Add(declaration);
            batch.BatchCommands.Add(new NpgsqlBatchCommand($"SET LOCAL lock_timeout = {(int)Patience.TotalMilliseconds}"));
            batch.BatchCommands.Add(Sql.Batched(
                "INSERT INTO kernel.idempotency_keys (scope, key, request_hash, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
                key.Scope, key.Key, key.Hash, clock.GetUtcNow()));
            batch.BatchCommands.Add(new NpgsqlBatchCommand("SET LOCAL lock_timeout = 0"));
            if (await batch.ExecuteNonQueryAsync() > 0) return null;
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw new Refused("idempotency_in_progress", 409, "The first request with this key is still running.") { RetryAfter = Patience };
        }

        var first = (await work.Command("SELECT request_hash, reply::text FROM kernel.idempotency_keys WHERE scope = $1 AND key = $2", key.Scope, key.Key)
            .List(r => (Hash: r.GetFieldValue<byte[]>(0), Reply: r.GetString(1)))).Single();
        return first.Hash.AsSpan().SequenceEqual(key.Hash)
            ? first.Reply
            : throw new Refused("idempotency_key_reuse", 422, "This Idempotency-Key was used for another request.");
    }

    // Serialization failure or deadlock: the other one went first, nothing of ours was written.
    private static bool Conflict(Exception error) =>
        (error as PostgresException ?? error.InnerException as PostgresException)?.SqlState
            is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected;
}

/// <summary>Idempotent replies are kept for 72 hours.</summary>
internal sealed class PurgeIdempotencyKeys(NpgsqlDataSource source) : IJob
{
    public Task Handle(DateTimeOffset now, CancellationToken stop) =>
        source.Command("DELETE FROM kernel.idempotency_keys WHERE created_at < $1", now.AddHours(-72)).Execute(stop);
}
