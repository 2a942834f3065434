using System.Security.Cryptography;
using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Users;

/// <summary>
/// Chains the rows of the audit log that have been committed since: one host at a time, under an advisory lock. What waits is a row of
/// its own (<c>audit_unsealed</c>), taken by the statement that reads it, so that no order of ids and commits can leave one out. Each hour
/// the chain's head is marked and kept outside of the database, too.
/// </summary>
internal sealed class SealAudit(Writes writes, UnitOfWork work, NpgsqlDataSource source, Secrets secrets, AuditHeadFile file) : IJob
{
    public static readonly TimeSpan HeadEvery = TimeSpan.FromHours(1);
    private const int AtOnce = 5_000;

    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        while (await writes.Run(() => SealSome(now, stop)) == AtOnce)
        {
            // Another lot waits.
        }

        await writes.Run(() => MarkHead(now, stop));
        await KeepHeads(stop);
    }

    /// <returns>How many rows were sealed.</returns>
    private async Task<int> SealSome(DateTimeOffset now, CancellationToken stop)
    {
        if (!await Locked(stop)) return 0;
        var waiting = await work.Command(
            $"""
            WITH taken AS (DELETE FROM users.audit_unsealed WHERE entry IN (SELECT entry FROM users.audit_unsealed ORDER BY entry LIMIT $1) RETURNING entry)
            SELECT {AuditRow.Columns} FROM users.audit_log a JOIN taken ON taken.entry = a.id ORDER BY a.id
            """, AtOnce).List(r => AuditRow.Read(r), stop);
        if (waiting.Count == 0) return 0;

        var (position, hash) = await Last(stop) ?? await Begin(now);
        var bytes = new SealedBytes();
        var hashes = new List<byte[]>(waiting.Count);
        foreach (var row in waiting) hashes.Add(hash = row.HashAfter(hash, bytes));
        await work.Command(
            "INSERT INTO users.audit_seals (position, entry, hash, sealed_at) SELECT $1 + n, e, h, $4 FROM unnest($2::bigint[], $3::bytea[]) WITH ORDINALITY AS u(e, h, n)",
            position, waiting.Select(r => r.Id).ToArray(), hashes.ToArray(), now).Execute(stop);
        return waiting.Count;
    }

    private async Task MarkHead(DateTimeOffset now, CancellationToken stop)
    {
        if (!await Locked(stop) || await Last(stop) is not ({ } position and > 0, { } hash)) return;
        var last = (await work.Command("SELECT number, position, at FROM users.audit_heads ORDER BY number DESC LIMIT 1")
            .List(r => (Number: r.GetInt64(0), Position: r.GetInt64(1), At: r.GetFieldValue<DateTimeOffset>(2)), stop)).FirstOrDefault();
        if (position == last.Position || now < last.At + HeadEvery) return;

        var head = SealHead.Make(AuditHeadFile.Chain, last.Number + 1, position, hash, now, secrets);
        await work.Command("INSERT INTO users.audit_heads (number, position, hash, at, mark) VALUES ($1, $2, $3, $4, $5)", head.Number, head.Position, head.Hash, head.At, head.Mark).Execute(stop);
    }

    private async Task KeepHeads(CancellationToken stop)
    {
        if (await source.Command("SELECT hash FROM users.audit_seals WHERE position = 0").Scalar<byte[]>(stop) is not { } chain) return;
        file.Keep(chain, await source.Command($"SELECT {SealHead.Columns} FROM users.audit_heads ORDER BY number").List(SealHead.Read, stop));
    }

    private Task<bool> Locked(CancellationToken stop) => work.Command("SELECT pg_try_advisory_xact_lock(hashtext('users.audit_seals'))").Scalar<bool>(stop);

    private async Task<(long Position, byte[] Hash)?> Last(CancellationToken stop) =>
        (await work.Command("SELECT position, hash FROM users.audit_seals ORDER BY position DESC LIMIT 1").List(r => ((long, byte[])?)(r.GetInt64(0), r.GetFieldValue<byte[]>(1)), stop)).FirstOrDefault();

    // Random, so that two markets never have the same chain, nor their files the same name.
    private async Task<(long Position, byte[] Hash)> Begin(DateTimeOffset now)
    {
        var hash = RandomNumberGenerator.GetBytes(32);
        await work.Command("INSERT INTO users.audit_seals (position, hash, sealed_at) VALUES (0, $1, $2)", hash, now).Execute();
        return (0, hash);
    }
}
