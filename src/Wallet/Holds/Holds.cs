using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>The rows that say why money is pending and until when. What remains in the open ones is exactly the pending balance.</summary>
internal static class Holds
{
    /// <summary>SQL: of hold <c>h</c>, by rule <c>r</c>.</summary>
    public const string Columns =
        "h.id, h.subject_id, h.owner_id, h.currency, h.amount, h.remaining, h.released, h.rule, h.release_at, h.state, h.created_at, h.ended_at, " +
        "r.reason, r.event, r.days, r.latest_days, h.risk, h.risk_factor, h.event_at";

    public const string Tables = "wallet.holds h JOIN wallet.hold_rules r ON r.code = h.rule AND r.version = h.rule_version";

    private const string Nearer = "least(h.release_at, greatest(h.created_at, wallet.hold_release(r.event, r.days, r.latest_days, h.risk_factor, h.created_at, $3)))";

    /// <summary>
    /// One a sold line, beside its postings; a repetition changes nothing. The newest version of its rule and the seller's risk of this
    /// moment are frozen into it. Null when no seller earns anything.
    /// </summary>
    public static NpgsqlBatchCommand? Begin(Settlement settlement, RiskFactors factors, TimeProvider clock)
    {
        var earning = settlement.Sales.Where(s => s.SellerShare > 0).ToList();
        return earning.Count == 0 ? null : Sql.Batched(
            """
            INSERT INTO wallet.holds (id, kind, subject_id, order_id, owner_id, currency, amount, remaining, released, rule, rule_version, risk, risk_factor, release_at, state, created_at)
            SELECT s.id, 'sale', s.subject, $1, s.owner, s.currency, s.amount, s.amount, 0, s.rule, r.version, f.risk, f.factor,
                   wallet.hold_release(r.event, r.days, r.latest_days, f.factor, $2, NULL), 'held', $2
            FROM unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::bigint[], $8::text[], $9::text[]) s (id, subject, owner, currency, amount, rule, risk)
            LEFT JOIN LATERAL (SELECT * FROM wallet.hold_rules WHERE code = s.rule ORDER BY version DESC LIMIT 1) r ON true
            LEFT JOIN wallet.seller_risks k ON k.account_id = s.owner
            CROSS JOIN LATERAL (SELECT coalesce(s.risk, wallet.risk_level(k, $2)) AS level) l
            JOIN unnest($10::text[], $11::numeric[]) f (risk, factor) ON f.risk = l.level
            ON CONFLICT (kind, subject_id) DO NOTHING
            """,
            settlement.Order, clock.GetUtcNow(),
            earning.Select(_ => Ids.New(clock)).ToArray(), earning.Select(s => s.Item).ToArray(), earning.Select(s => s.Seller).ToArray(),
            earning.Select(s => s.Gross.Currency.Code).ToArray(), earning.Select(s => s.SellerShare).ToArray(),
            earning.Select(s => s.Hold.Rule).ToArray(), earning.Select(s => s.Hold.Risk?.ToText()).ToArray(),
            RiskFactors.Levels.Select(l => l.ToText()).ToArray(), RiskFactors.Levels.Select(l => factors.Of(l)).ToArray());
    }

    /// <summary>The event of its rule has happened: the release comes nearer, never farther. Another event, a second time or an ended hold changes nothing.</summary>
    public static Task Happened(Guid item, SaleEvent what, DateTimeOffset at, UnitOfWork work) => work.Command(
        $"""
        UPDATE wallet.holds h SET event_at = $3, release_at = {Nearer}, nearer_at = CASE WHEN h.release_at IS NULL OR {Nearer} < h.release_at THEN $3 ELSE h.nearer_at END
        FROM wallet.hold_rules r
        WHERE r.code = h.rule AND r.version = h.rule_version AND r.event = $2
          AND h.kind = 'sale' AND h.subject_id = $1 AND h.state = 'held' AND h.event_at IS NULL
        """, item, what.ToText(), at).Execute();

    public static Task Freeze(Guid item, bool frozen, UnitOfWork work) =>
        work.Command("UPDATE wallet.holds SET frozen = $2 WHERE kind = 'sale' AND subject_id = $1 AND frozen <> $2", item, frozen).Execute();

    public static async Task<IReadOnlyDictionary<Guid, Hold>> Of(IReadOnlyCollection<Guid> items, NpgsqlDataSource source, CancellationToken stop) => items.Count == 0
        ? new Dictionary<Guid, Hold>()
        : (await source.Command($"SELECT {Columns} FROM {Tables} WHERE h.kind = 'sale' AND h.subject_id = ANY ($1)", items.Distinct().ToArray()).List(Read, stop)).ToDictionary(h => h.Subject);

    public static Hold Read(NpgsqlDataReader r)
    {
        var currency = Currency.Of(r.GetString(3));
        return new Hold(
            r.GetGuid(0), r.GetGuid(1), r.GetGuid(2), new Money(r.GetInt64(4), currency), new Money(r.GetInt64(5), currency), new Money(r.GetInt64(6), currency), r.GetString(7),
            r.IsDBNull(8) ? null : r.GetFieldValue<DateTimeOffset>(8), Enum.Parse<HoldState>(r.GetString(9), true), r.GetFieldValue<DateTimeOffset>(10),
            r.IsDBNull(11) ? null : r.GetFieldValue<DateTimeOffset>(11),
            new HoldBasis(r.GetString(12), r.GetString(13).ReadChoice<SaleEvent>()!.Value, r.GetInt32(14), r.IsDBNull(15) ? null : r.GetInt32(15),
                r.GetString(16).ReadChoice<RiskLevel>()!.Value, r.GetDecimal(17), r.IsDBNull(18) ? null : r.GetFieldValue<DateTimeOffset>(18)));
    }
}
