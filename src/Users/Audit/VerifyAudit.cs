using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Users;

/// <summary>
/// Walks the whole chain. It trusts no trigger, grant or key of the tables: a row that was changed, removed, slipped in or exchanged by
/// whoever could switch those off is named by its position, and a chain that was cut short or forged anew by its heads.
/// </summary>
internal sealed class VerifyAudit(Secrets secrets, AuditHeadFile file) : IInvariant
{
    private const int AtOnce = 20_000;

    public async Task<IReadOnlyList<InvariantResult>> Check(NpgsqlConnection snapshot, CancellationToken stop)
    {
        var heads = await new NpgsqlCommand($"SELECT {SealHead.Columns} FROM users.audit_heads ORDER BY number", snapshot).List(SealHead.Read, stop);
        var chain = await Walk(snapshot, heads.Select(h => h.Position).ToHashSet(), stop);
        return [chain.Result, Heads(heads, chain), await Outside(snapshot, stop)];
    }

    private static async Task<Chain> Walk(NpgsqlConnection snapshot, HashSet<long> wanted, CancellationToken stop)
    {
        var faults = new SealFaults("users", "each row of the audit log is as it was sealed");
        var at = new Dictionary<long, byte[]>();
        var buffer = new SealedBytes();
        (long Position, byte[]? Hash) last = (-1, null);
        byte[]? genesis = null;
        while (true)
        {
            var page = new NpgsqlCommand(
                $"""
                SELECT s.position, s.entry, s.hash, {AuditRow.Columns}
                FROM (SELECT position, entry, hash FROM users.audit_seals WHERE position > $1 ORDER BY position LIMIT $2) s
                LEFT JOIN users.audit_log a ON a.id = s.entry ORDER BY s.position
                """, snapshot) { Parameters = { Sql.Parameter(last.Position), Sql.Parameter(AtOnce) } };
            var seen = 0;
            await using (page)
            await using (var r = await page.ExecuteReaderAsync(stop))
            {
                for (; await r.ReadAsync(stop); seen++)
                {
                    var (position, hash) = (r.GetInt64(0), r.GetFieldValue<byte[]>(2));
                    if (position != last.Position + 1) faults.Add($"position {last.Position + 1}: its seal is gone");
                    else if (position == 0) genesis = hash;
                    else if (r.IsDBNull(3)) faults.Add($"position {position}: row {(r.IsDBNull(1) ? 0 : r.GetInt64(1))} is gone");
                    else if (last.Hash is not null && !AuditRow.Read(r, 3).HashAfter(last.Hash, buffer).AsSpan().SequenceEqual(hash)) faults.Add($"position {position}: row {r.GetInt64(1)} is not what was sealed");
                    if (wanted.Contains(position)) at[position] = hash;
                    last = (position, hash);
                }
            }

            if (seen < AtOnce) return new Chain(faults.Result, last.Position, at, genesis);
        }
    }

    private InvariantResult Heads(List<SealHead> heads, Chain chain)
    {
        var faults = new SealFaults("users", "each head of the audit log is genuine and in the chain");
        for (var i = 0; i < heads.Count; i++)
        {
            var head = heads[i];
            if (head.Number != i + 1) faults.Add($"head {i + 1} is gone");
            else if (!head.IsGenuine(AuditHeadFile.Chain, secrets)) faults.Add($"head {head.Number}: its mark is not this market's");
            else if (head.Position > chain.Last) faults.Add($"position {chain.Last + 1}: the chain was cut, it reached {head.Position} once");
            else if (!chain.Hashes.TryGetValue(head.Position, out var hash) || !hash.AsSpan().SequenceEqual(head.Hash)) faults.Add($"position {head.Position}: the chain is another than head {head.Number} says");
        }

        foreach (var line in chain.Genesis is { } genesis ? file.Lines(genesis) : [])
        {
            // Half a line is what a crash leaves; one that is whole and marked is ours.
            if (SealHead.Parse(line) is not { } kept || !kept.IsGenuine(AuditHeadFile.Chain, secrets)) continue;
            if (kept.Position > chain.Last) faults.Add($"position {chain.Last + 1}: the chain was cut, it reached {kept.Position} once (file of heads)");
            else if (heads.Find(h => h.Number == kept.Number) is not { } same || !same.Hash.AsSpan().SequenceEqual(kept.Hash)) faults.Add($"position {kept.Position}: head {kept.Number} of the file of heads is not in the database");
        }

        return faults.Result;
    }

    // A row that came in with the triggers switched off waits for no seal; one that was taken out before its seal still does.
    private static async Task<InvariantResult> Outside(NpgsqlConnection snapshot, CancellationToken stop) =>
        (await new NpgsqlCommand(
            """
            WITH odd (id, what) AS (
              SELECT a.id, 'was slipped in' FROM users.audit_log a
              WHERE NOT EXISTS (SELECT FROM users.audit_seals s WHERE s.entry = a.id) AND NOT EXISTS (SELECT FROM users.audit_unsealed u WHERE u.entry = a.id)
              UNION ALL
              SELECT u.entry, 'vanished before its seal' FROM users.audit_unsealed u WHERE NOT EXISTS (SELECT FROM users.audit_log a WHERE a.id = u.entry))
            SELECT count(*), (SELECT format('row %s %s, after position %s', o.id, o.what,
                                coalesce((SELECT s.position FROM users.audit_seals s WHERE s.entry < o.id ORDER BY s.entry DESC LIMIT 1), 0)) FROM odd o ORDER BY o.id LIMIT 1)
            FROM odd
            """, snapshot).List(r => new InvariantResult("users", "no row stands beside the chain", r.GetInt64(0), r.IsDBNull(1) ? null : r.GetString(1)), stop)).Single();

    /// <param name="Last">The last position; -1 when there is no chain yet.</param>
    /// <param name="Hashes">At the positions of the heads.</param>
    private sealed record Chain(InvariantResult Result, long Last, Dictionary<long, byte[]> Hashes, byte[]? Genesis);
}
