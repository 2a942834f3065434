using System.Security.Cryptography;
using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>
/// Chains the transactions that were finished since: those below the oldest that still runs and not below the last watermark, so that no
/// order of ids and commits leaves one out. One host at a time, under an advisory lock. Each turn ends with a head, which is kept outside of
/// the database, too.
/// </summary>
internal sealed class SealLedger(Writes writes, UnitOfWork work, NpgsqlDataSource source, Secrets secrets, LedgerHeadFile file) : IJob
{
    private const int AtOnce = 10_000;

    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        while (await writes.Run(() => Seal(now, stop)))
        {
            // Another lot waits.
        }

        var heads = await source.Command($"SELECT {SealHead.Columns} FROM wallet.seals ORDER BY number").List(SealHead.Read, stop);
        if (heads is [var genesis, ..]) file.Keep(genesis.Hash, heads);
    }

    /// <returns>True when there is more.</returns>
    private async Task<bool> Seal(DateTimeOffset now, CancellationToken stop)
    {
        if (!await work.Command("SELECT pg_try_advisory_xact_lock(hashtext('wallet.seals'))").Scalar<bool>(stop)) return false;
        // The watermark first: what the next statement sees is all that was finished below it.
        var watermark = await work.Command("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint").Scalar<long>(stop);
        var last = (await work.Command(
            $"SELECT {SealHead.Columns}, upto::text::bigint, system_id = (SELECT system_identifier FROM pg_control_system()) FROM wallet.seals ORDER BY number DESC LIMIT 1")
            .List(r => (Head: SealHead.Read(r), Upto: r.GetInt64(5), Here: r.GetBoolean(6)), stop)).SingleOrDefault();
        if (last.Head is null) last = (await Begin(now), 0, true);

        // Numbers of transactions start again after a dump and restore: then all that is seen and not in the chain is next, whatever its number.
        var (where, from) = last.Here ? ("t.xact::text::bigint >= $1 AND t.xact::text::bigint < $2", last.Upto) : ("$1 = 0 AND $2 > 0", 0L);
        var next = await work.Command(
            $"""
            SELECT t.id, t.recorded_at, t.xact::text::bigint FROM wallet.ledger_transactions t
            WHERE {where} AND NOT EXISTS (SELECT FROM wallet.seal_entries e WHERE e.transaction_id = t.id AND e.recorded_at = t.recorded_at)
            ORDER BY t.xact::text::bigint, t.id LIMIT $3
            """, from, watermark, AtOnce + 1).List(r => (Id: r.GetInt64(0), At: r.GetFieldValue<DateTimeOffset>(1), Xact: r.GetInt64(2)), stop);
        var more = next.Count > AtOnce;
        if (more) next.RemoveAt(AtOnce);
        if (next.Count == 0) return false;

        var hash = await Chain(next, last.Head, stop);
        // Of a lot that is cut off the rest may be of the same number: it is looked at again. On another cluster the mark moves with the last lot.
        var upto = !last.Here && more ? 0 : more ? next[^1].Xact : watermark;
        var head = SealHead.Make(SealedTransaction.Chain, last.Head.Number + 1, last.Head.Position + next.Count, hash, now, secrets);
        await Write(head, upto, !last.Here && more);
        return more;
    }

    /// <returns>The hash at the new end of the chain.</returns>
    private async Task<byte[]> Chain(List<(long Id, DateTimeOffset At, long Xact)> next, SealHead last, CancellationToken stop)
    {
        var (ids, times) = (next.Select(t => t.Id).ToArray(), next.Select(t => t.At).ToArray());
        var hashes = new List<byte[]>(next.Count);
        var (bytes, hash, current) = (new SealedBytes(), last.Hash, 0L);
        await using (var rows = work.Command(
            $"""
            SELECT {SealedTransaction.Columns}
            FROM unnest($1::bigint[], $2::timestamptz[]) WITH ORDINALITY n (id, at, ord) JOIN wallet.ledger_transactions t ON t.id = n.id AND t.recorded_at = n.at
            {SealedTransaction.Joined} ORDER BY n.ord, p.leg
            """, ids, times))
        await using (var r = await rows.ExecuteReaderAsync(stop))
        {
            while (await r.ReadAsync(stop))
            {
                if (r.GetInt64(0) != current)
                {
                    if (current != 0) hashes.Add(hash = bytes.Hash());
                    SealedTransaction.WriteHead(r, 0, bytes.After(hash));
                    current = r.GetInt64(0);
                }

                SealedTransaction.WriteLeg(r, 0, bytes);
            }

            hashes.Add(hash = bytes.Hash());
        }

        await work.Command(
            "INSERT INTO wallet.seal_entries (position, transaction_id, recorded_at, hash) SELECT $1 + ord, id, at, h FROM unnest($2::bigint[], $3::timestamptz[], $4::bytea[]) WITH ORDINALITY u (id, at, h, ord)",
            last.Position, ids, times, hashes.ToArray()).Execute(stop);
        return hash;
    }

    // Random, so that two markets never have the same chain, nor their files the same name.
    private async Task<SealHead> Begin(DateTimeOffset now)
    {
        var genesis = SealHead.Make(SealedTransaction.Chain, 0, 0, RandomNumberGenerator.GetBytes(32), now, secrets);
        await Write(genesis, 0, false);
        return genesis;
    }

    /// <param name="elsewhere">The rest of another cluster's rows is still to come.</param>
    private Task Write(SealHead head, long upto, bool elsewhere) => work.Command(
        """
        INSERT INTO wallet.seals (number, position, hash, at, mark, upto, system_id)
        SELECT $1, $2, $3, $4, $5, $6::bigint::text::xid8, CASE WHEN $7 THEN -1 ELSE system_identifier END FROM pg_control_system()
        """, head.Number, head.Position, head.Hash, head.At, head.Mark, upto, elsewhere).Execute();
}
