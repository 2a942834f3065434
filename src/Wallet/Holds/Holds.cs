using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>The rows that say why money is pending and until when. What remains in the open ones is exactly the pending balance.</summary>
internal static class Holds
{
    public const string Columns = "id, subject_id, owner_id, currency, amount, remaining, released, rule, release_at, state, created_at, ended_at";

    /// <summary>One a sold line, beside its postings; a repetition changes nothing. Null when no seller earns anything.</summary>
    public static NpgsqlBatchCommand? Begin(Settlement settlement, TimeProvider clock)
    {
        var earning = settlement.Sales.Where(s => s.SellerShare > 0).ToList();
        return earning.Count == 0 ? null : Sql.Batched(
            """
            INSERT INTO wallet.holds (id, kind, subject_id, order_id, owner_id, currency, amount, remaining, released, rule, release_at, state, created_at)
            SELECT s.id, 'sale', s.subject, $1, s.owner, s.currency, s.amount, s.amount, 0, s.rule, s.release_at, 'held', $2
            FROM unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::bigint[], $8::text[], $9::timestamptz[])
                 s (id, subject, owner, currency, amount, rule, release_at)
            ON CONFLICT (kind, subject_id) DO NOTHING
            """,
            settlement.Order, clock.GetUtcNow(),
            earning.Select(_ => Ids.New(clock)).ToArray(), earning.Select(s => s.Item).ToArray(), earning.Select(s => s.Seller).ToArray(),
            earning.Select(s => s.Gross.Currency.Code).ToArray(), earning.Select(s => s.SellerShare).ToArray(),
            earning.Select(s => s.Hold.Rule).ToArray(), earning.Select(s => s.Hold.ReleaseAt?.ToUniversalTime()).ToArray());
    }

    public static async Task<IReadOnlyDictionary<Guid, Hold>> Of(IReadOnlyCollection<Guid> items, NpgsqlDataSource source, CancellationToken stop) => items.Count == 0
        ? new Dictionary<Guid, Hold>()
        : (await source.Command($"SELECT {Columns} FROM wallet.holds WHERE kind = 'sale' AND subject_id = ANY ($1)", items.Distinct().ToArray()).List(Read, stop)).ToDictionary(h => h.Subject);

    public static Hold Read(NpgsqlDataReader r)
    {
        var currency = Currency.Of(r.GetString(3));
        return new Hold(
            r.GetGuid(0), r.GetGuid(1), r.GetGuid(2), new Money(r.GetInt64(4), currency), new Money(r.GetInt64(5), currency), new Money(r.GetInt64(6), currency), r.GetString(7),
            r.IsDBNull(8) ? null : r.GetFieldValue<DateTimeOffset>(8), Enum.Parse<HoldState>(r.GetString(9), true), r.GetFieldValue<DateTimeOffset>(10),
            r.IsDBNull(11) ? null : r.GetFieldValue<DateTimeOffset>(11));
    }
}
