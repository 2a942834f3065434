using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>Transactions of the ledger with their key and postings, as bytes: what a seal is made of.</summary>
internal static class SealedTransaction
{
    /// <summary>The heads' chain is marked for this.</summary>
    public const string Chain = "wallet.seal";

    /// <summary>
    /// SQL: of transaction <c>t</c>, its key <c>k</c>, posting <c>p</c> and account <c>a</c>. The names of accounts belong to it: who exchanges
    /// the owners of two accounts moves money, too.
    /// </summary>
    public const string Columns =
        """
        t.id, t.recorded_at, t.effective_at, t.xact::text::bigint, t.kind, t.key, t.ref_id, t.actor_id, t.meta::text, k.request_hash, k.transaction_id, k.recorded_at,
        p.leg, p.account_id, p.amount, p.balance_after, p.account_version, p.effective_at, p.xact::text::bigint, a.kind, a.owner_id, a.reference, a.currency
        """;

    /// <summary>What belongs to <c>t</c>.</summary>
    public const string Joined =
        """
        LEFT JOIN wallet.posting_keys k ON k.key = t.key
        LEFT JOIN wallet.postings p ON p.transaction_id = t.id AND p.recorded_at = t.recorded_at
        LEFT JOIN wallet.accounts a ON a.id = p.account_id
        """;

    public static void WriteHead(NpgsqlDataReader r, int from, SealedBytes bytes)
    {
        bytes.Write(r.GetInt64(from)).Write(Time(r, from + 1)).Write(Time(r, from + 2)).Write(r.GetInt64(from + 3)).Write(Text(r, from + 4)).Write(Text(r, from + 5))
            .Write(Id(r, from + 6)).Write(Id(r, from + 7)).Write(Text(r, from + 8));
        bytes.Write(r.IsDBNull(from + 9) ? [] : r.GetFieldValue<byte[]>(from + 9)).Write(Number(r, from + 10)).Write(r.IsDBNull(from + 11) ? DateTimeOffset.UnixEpoch : Time(r, from + 11));
    }

    public static void WriteLeg(NpgsqlDataReader r, int from, SealedBytes bytes)
    {
        var leg = from + 12;
        if (r.IsDBNull(leg)) return;
        bytes.Write((long)r.GetInt16(leg)).Write(r.GetInt64(leg + 1)).Write(r.GetInt64(leg + 2)).Write(Number(r, leg + 3)).Write(Number(r, leg + 4)).Write(Time(r, leg + 5)).Write(r.GetInt64(leg + 6))
            .Write(Text(r, leg + 7)).Write(Id(r, leg + 8)).Write(Text(r, leg + 9)).Write(Text(r, leg + 10));
    }

    private static DateTimeOffset Time(NpgsqlDataReader r, int column) => r.GetFieldValue<DateTimeOffset>(column);

    private static string? Text(NpgsqlDataReader r, int column) => r.IsDBNull(column) ? null : r.GetString(column);

    private static Guid? Id(NpgsqlDataReader r, int column) => r.IsDBNull(column) ? null : r.GetGuid(column);

    private static long? Number(NpgsqlDataReader r, int column) => r.IsDBNull(column) ? null : r.GetInt64(column);
}

/// <summary>The heads of the ledger's chain outside of the database.</summary>
internal sealed class LedgerHeadFile(string folder) : SealHeadFile(folder);
