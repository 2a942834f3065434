using System.Globalization;
using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>
/// Walks the ledger's whole chain. It trusts no trigger, grant or key: a transaction, posting, key or account that was changed, removed,
/// slipped in or exchanged by whoever could switch those off is named, and a chain that was cut short or forged anew by its heads.
/// </summary>
internal sealed class VerifySeals(Secrets secrets, LedgerHeadFile file) : IInvariant
{
    private const int AtOnce = 10_000;

    public async Task<IReadOnlyList<InvariantResult>> Check(NpgsqlConnection snapshot, CancellationToken stop)
    {
        var heads = await new NpgsqlCommand($"SELECT {SealHead.Columns} FROM wallet.seals ORDER BY number", snapshot).List(SealHead.Read, stop);
        var (walked, last, hashes) = await Walk(snapshot, heads, stop);
        return [walked, Heads(heads, last, hashes), await Beside(snapshot, stop)];
    }

    private static async Task<(InvariantResult Result, long Last, Dictionary<long, byte[]> Hashes)> Walk(NpgsqlConnection snapshot, List<SealHead> heads, CancellationToken stop)
    {
        var faults = new SealFaults("wallet", "each transaction of the ledger is as it was sealed");
        var (wanted, at) = (heads.Select(h => h.Position).ToHashSet(), new Dictionary<long, byte[]>());
        var bytes = new SealedBytes();
        var previous = heads is [{ Number: 0 } genesis, ..] ? genesis.Hash : null;
        if (previous is not null) at[0] = previous;
        var last = 0L;
        for (int seen; ; )
        {
            seen = 0;
            (long Position, long Id, byte[] Sealed, bool Gone)? open = null;
            await using var page = new NpgsqlCommand(
                $"""
                SELECT e.position, e.transaction_id, e.hash, {SealedTransaction.Columns}
                FROM (SELECT * FROM wallet.seal_entries WHERE position > $1 ORDER BY position LIMIT $2) e
                LEFT JOIN wallet.ledger_transactions t ON t.id = e.transaction_id AND t.recorded_at = e.recorded_at
                {SealedTransaction.Joined} ORDER BY e.position, p.leg
                """, snapshot) { Parameters = { Sql.Parameter(last), Sql.Parameter(AtOnce) } };
            await using var r = await page.ExecuteReaderAsync(stop);
            while (await r.ReadAsync(stop))
            {
                var position = r.GetInt64(0);
                if (open?.Position != position)
                {
                    Close();
                    if (position != last + 1) faults.Add(Text($"position {last + 1}: its seal is gone"));
                    open = (position, r.GetInt64(1), r.GetFieldValue<byte[]>(2), r.IsDBNull(3));
                    (last, seen) = (position, seen + 1);
                    if (!r.IsDBNull(3)) SealedTransaction.WriteHead(r, 3, bytes.After(previous));
                }

                if (!r.IsDBNull(3)) SealedTransaction.WriteLeg(r, 3, bytes);
            }

            Close();
            if (seen < AtOnce) return (faults.Result, last, at);

            void Close()
            {
                if (open is not var (position, id, hash, gone)) return;
                if (gone) faults.Add(Text($"position {position}: transaction {id} is gone"));
                else if (previous is not null && !bytes.Hash().AsSpan().SequenceEqual(hash)) faults.Add(Text($"position {position}: transaction {id} is not what was sealed"));
                // What follows is compared with what was sealed, so that one fault is told once and where it is.
                previous = hash;
                if (wanted.Contains(position)) at[position] = hash;
            }
        }
    }

    private InvariantResult Heads(List<SealHead> heads, long last, Dictionary<long, byte[]> hashes)
    {
        var faults = new SealFaults("wallet", "each head of the ledger's chain is genuine and in the chain");
        if (heads.Count == 0 && last > 0) faults.Add("the heads are gone");
        for (var i = 0; i < heads.Count; i++)
        {
            var head = heads[i];
            if (head.Number != i) faults.Add(Text($"head {i} is gone"));
            else if (!head.IsGenuine(SealedTransaction.Chain, secrets)) faults.Add(Text($"head {head.Number}: its mark is not this market's"));
            else if (head.Position > last) faults.Add(Text($"position {last + 1}: the chain was cut, it reached {head.Position} once"));
            else if (!hashes.TryGetValue(head.Position, out var hash) || !hash.AsSpan().SequenceEqual(head.Hash)) faults.Add(Text($"position {head.Position}: the chain is another than head {head.Number} says"));
        }

        if (heads.Count > 0 && heads[^1].Position < last) faults.Add(Text($"position {heads[^1].Position + 1}: no head says so much"));
        foreach (var line in heads is [{ Number: 0 } genesis, ..] ? file.Lines(genesis.Hash) : [])
        {
            // Half a line is what a crash leaves; one that is whole and marked is ours.
            if (SealHead.Parse(line) is not { } kept || !kept.IsGenuine(SealedTransaction.Chain, secrets)) continue;
            if (kept.Position > last) faults.Add(Text($"position {last + 1}: the chain was cut, it reached {kept.Position} once (file of heads)"));
            else if (heads.Find(h => h.Number == kept.Number) is not { } same || !same.Hash.AsSpan().SequenceEqual(kept.Hash)) faults.Add(Text($"position {kept.Position}: head {kept.Number} of the file of heads is not in the database"));
        }

        return faults.Result;
    }

    // All that was finished below the watermark of the last head is in the chain: what is not was slipped in later.
    private static async Task<InvariantResult> Beside(NpgsqlConnection snapshot, CancellationToken stop) =>
        (await new NpgsqlCommand(
            """
            SELECT count(*), 'transaction ' || min(t.id) || ' was slipped in'
            FROM (SELECT upto FROM wallet.seals WHERE system_id = (SELECT system_identifier FROM pg_control_system()) ORDER BY number DESC LIMIT 1) s
            JOIN wallet.ledger_transactions t ON t.xact < s.upto
            WHERE NOT EXISTS (SELECT FROM wallet.seal_entries e WHERE e.transaction_id = t.id AND e.recorded_at = t.recorded_at)
            """, snapshot).List(r => new InvariantResult("wallet", "no transaction stands beside the chain", r.GetInt64(0), r.IsDBNull(1) ? null : r.GetString(1)), stop)).Single();

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
