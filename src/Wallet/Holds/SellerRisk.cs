using FluentValidation;
using Marketplace.Kernel;
using Marketplace.Users;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>By what the days of a hold are multiplied: <c>Wallet:Risk:Low</c>, <c>:Normal</c>, <c>:High</c>; 0.5, 1 and 2 unless said otherwise.</summary>
internal sealed class RiskFactors(IConfiguration configuration)
{
    public static readonly IReadOnlyList<RiskLevel> Levels = Enum.GetValues<RiskLevel>();

    private readonly Dictionary<RiskLevel, decimal> factors = Levels.ToDictionary(level => level, level => Read(configuration, level));

    public decimal Of(RiskLevel level) => factors[level];

    private static decimal Read(IConfiguration configuration, RiskLevel level) =>
        configuration.GetValue($"Wallet:Risk:{level}", level switch { RiskLevel.Low => 0.5m, RiskLevel.High => 2m, _ => 1m }) is >= 0 and <= 10 and var factor && decimal.Round(factor, 2) == factor
            ? factor
            : throw new InvalidOperationException($"Wallet:Risk:{level} is a number from 0 to 10 with at most two decimals.");
}

/// <summary>What is known of a seller's last half year.</summary>
/// <param name="Sold">Lines that earned something.</param>
/// <param name="Completed">Of all time: holds that were released.</param>
/// <param name="Refunded">Refunds, in part or whole.</param>
/// <param name="Age">Of the account.</param>
internal sealed record SellerFacts(long Sold, long Completed, long Refunded, long Disputed, TimeSpan Age);

/// <summary>The one place that says who is a risk.</summary>
internal static class SellerRisk
{
    public static readonly TimeSpan Window = TimeSpan.FromDays(180);
    private static readonly TimeSpan OldEnough = TimeSpan.FromDays(90);

    /// <summary>
    /// High: two disputes that are at least 1 % of the sales, or three refunds that are at least 10 %. Low: 90 days and 20 completed sales
    /// old, with less than 2 % refunded and nothing disputed. Everybody else, and who is new, is normal.
    /// </summary>
    public static RiskLevel Of(SellerFacts facts)
    {
        var sold = Math.Max(facts.Sold, 1);
        if (facts.Disputed >= 2 && facts.Disputed * 100 >= sold) return RiskLevel.High;
        if (facts.Refunded >= 3 && facts.Refunded * 10 >= sold) return RiskLevel.High;
        return facts.Age >= OldEnough && facts.Completed >= 20 && facts.Refunded * 50 < sold && facts.Disputed == 0 ? RiskLevel.Low : RiskLevel.Normal;
    }
}

/// <summary>A seller's risk as staff see it.</summary>
/// <param name="Level">That counts for what is sold now.</param>
/// <param name="Rated">That the facts make.</param>
internal sealed record SellerRating(
    Guid Account, RiskLevel Level, RiskLevel Rated, SellerFacts Facts, DateTimeOffset? RatedAt, RiskLevel? Override, string? Reason, DateTimeOffset? Until, Guid? By, DateTimeOffset? OverrideAt)
{
    public static async Task<SellerRating> Read(Guid account, NpgsqlDataSource source, UnitOfWork work, IUsers users, TimeProvider clock, CancellationToken stop = default)
    {
        const string sql =
            """
            SELECT k.level, k.sold, k.completed, k.refunded, k.disputed, k.rated_at, k.override_level, k.override_reason, k.override_until, k.override_by, k.override_at, wallet.risk_level(k, $2)
            FROM wallet.seller_risks k WHERE k.account_id = $1
            """;
        var now = clock.GetUtcNow();
        var since = (await users.Since([account], stop)).TryGetValue(account, out var opened) ? opened : throw Refused.NotFound();
        var found = await (work.IsOpen ? work.Command(sql, account, now) : source.Command(sql, account, now)).List(r =>
        {
            DateTimeOffset? Time(int column) => r.IsDBNull(column) ? null : r.GetFieldValue<DateTimeOffset>(column);
            return new SellerRating(account, r.GetString(11).ReadChoice<RiskLevel>()!.Value, r.GetString(0).ReadChoice<RiskLevel>()!.Value,
                new SellerFacts(r.GetInt64(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4), now - since), Time(5),
                r.IsDBNull(6) ? null : r.GetString(6).ReadChoice<RiskLevel>(), r.IsDBNull(7) ? null : r.GetString(7), Time(8), r.IsDBNull(9) ? null : r.GetGuid(9), Time(10));
        }, stop);
        return found.SingleOrDefault() ?? new SellerRating(account, RiskLevel.Normal, RiskLevel.Normal, new SellerFacts(0, 0, 0, 0, now - since), null, null, null, null, null, null);
    }
}

/// <summary>Rates everybody who sells, from the books. What was sold before keeps the risk of its day.</summary>
internal sealed class RateSellers(NpgsqlDataSource source, IUsers users) : IJob
{
    private const int AtOnce = 200;

    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        for (var after = Guid.Empty; ;)
        {
            var facts = await source.Command(
                """
                SELECT o.owner_id, h.sold, h.completed, m.refunded, m.disputed
                FROM (SELECT DISTINCT owner_id FROM wallet.holds WHERE owner_id > $1 ORDER BY owner_id LIMIT $2) o
                CROSS JOIN LATERAL (
                    SELECT count(*) FILTER (WHERE created_at >= $3) AS sold, count(*) FILTER (WHERE state = 'released') AS completed
                    FROM wallet.holds WHERE owner_id = o.owner_id) h
                CROSS JOIN LATERAL (
                    SELECT count(DISTINCT t.key) FILTER (WHERE t.type = 'refund') AS refunded, count(DISTINCT t.ref_id) FILTER (WHERE t.type = 'dispute') AS disputed
                    FROM wallet.accounts a
                    JOIN wallet.postings p ON p.account_id = a.id AND p.effective_at >= $3 AND p.amount < 0
                    CROSS JOIN LATERAL (
                        SELECT l.key, l.ref_id, k.type FROM wallet.ledger_transactions l JOIN wallet.transaction_kinds k ON k.code = l.kind
                        WHERE l.id = p.transaction_id AND l.recorded_at = p.recorded_at LIMIT 1) t
                    WHERE a.owner_id = o.owner_id AND a.kind IN ('user_pending', 'user_available', 'user_debt')) m
                ORDER BY o.owner_id
                """, after, AtOnce, now - SellerRisk.Window)
                .List(r => (Owner: r.GetGuid(0), Sold: r.GetInt64(1), Completed: r.GetInt64(2), Refunded: r.GetInt64(3), Disputed: r.GetInt64(4)), stop);
            if (facts.Count == 0) return;

            var since = await users.Since(facts.Select(f => f.Owner).ToList(), stop);
            var rated = facts.Select(f => (Facts: f, Since: since.TryGetValue(f.Owner, out var opened) ? opened : now)).ToList();
            await source.Command(
                """
                INSERT INTO wallet.seller_risks (account_id, level, sold, completed, refunded, disputed, since, rated_at)
                SELECT a, l, s, c, r, d, o, $8 FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::timestamptz[]) u (a, l, s, c, r, d, o)
                ON CONFLICT (account_id) DO UPDATE SET level = excluded.level, sold = excluded.sold, completed = excluded.completed, refunded = excluded.refunded,
                    disputed = excluded.disputed, since = excluded.since, rated_at = excluded.rated_at
                """,
                rated.Select(f => f.Facts.Owner).ToArray(),
                rated.Select(f => SellerRisk.Of(new SellerFacts(f.Facts.Sold, f.Facts.Completed, f.Facts.Refunded, f.Facts.Disputed, now - f.Since)).ToText()).ToArray(),
                rated.Select(f => f.Facts.Sold).ToArray(), rated.Select(f => f.Facts.Completed).ToArray(), rated.Select(f => f.Facts.Refunded).ToArray(),
                rated.Select(f => f.Facts.Disputed).ToArray(), rated.Select(f => f.Since.ToUniversalTime()).ToArray(), now).Execute(stop);
            after = facts[^1].Owner;
        }
    }
}

/// <summary>Staff say for a time what a seller's risk is, whatever the facts; or let the facts speak again. Concerns what is sold from now on.</summary>
internal static class OverrideRisk
{
    /// <param name="Level">low, normal, high; null lets the facts decide again.</param>
    /// <param name="Until">The last day, UTC; null until somebody ends it.</param>
    public sealed record Request(string? Level = null, string? Reason = null, DateOnly? Until = null);

    public sealed class Validator : AbstractValidator<Request>
    {
        public Validator(TimeProvider clock)
        {
            RuleFor(r => r.Level).OneOf<Request, RiskLevel>();
            RuleFor(r => r.Reason).Must(r => !string.IsNullOrWhiteSpace(r)).WithMessage("Say why.").MaximumLength(500).WithMessage("At most 500 letters.");
            RuleFor(r => r.Until).Must(day => day is null || day >= DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime)).WithMessage("This day is over.");
        }
    }

    /// <exception cref="Refused">403 <c>own_risk</c>, 404.</exception>
    public static async Task<SellerRating> Handle(Guid account, Request request, Caller caller, NpgsqlDataSource source, UnitOfWork work, IUsers users, IAudit audit, TimeProvider clock)
    {
        caller.MustHave(Rights.Finance);
        if (account == caller.Account) throw new Refused("own_risk", 403, "Nobody decides about their own risk.");
        var before = await SellerRating.Read(account, source, work, users, clock);
        var (now, level) = (clock.GetUtcNow(), request.Level.ReadChoice<RiskLevel>());
        DateTimeOffset? until = level is not null && request.Until is { } day && day < DateOnly.MaxValue ? new DateTimeOffset(day.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero) : null;
        await work.Command(
            """
            INSERT INTO wallet.seller_risks (account_id, level, override_level, override_reason, override_until, override_by, override_at) VALUES ($1, 'normal', $2, $3, $4, $5, $6)
            ON CONFLICT (account_id) DO UPDATE SET override_level = excluded.override_level, override_reason = excluded.override_reason, override_until = excluded.override_until,
                override_by = excluded.override_by, override_at = excluded.override_at
            """,
            account, level?.ToText(), level is null ? null : request.Reason!.Trim(), until, level is null ? null : caller.Account, level is null ? null : now).Execute();
        await audit.Write(caller, level is null ? "wallet.risk_override_ended" : "wallet.risk_overridden", "account", account,
            new { From = before.Override, To = level, Reason = request.Reason!.Trim(), request.Until });
        return await SellerRating.Read(account, source, work, users, clock);
    }
}
