using System.Globalization;
using Marketplace.Kernel;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Marketplace.Wallet;

/// <summary>What a person had at a moment that is past: every entry up to it counts, whenever it is asked.</summary>
internal static class BalancesAt
{
    /// <param name="At">ISO 8601; without an offset it is UTC.</param>
    public sealed record Request([FromQuery(Name = "at")] string? At);

    public sealed record Reply(DateTimeOffset At, IReadOnlyList<ShowWallet.Balance> Data);

    /// <exception cref="Refused">422 <c>time_invalid</c>.</exception>
    public static async Task<Reply> Handle(Request request, Caller caller, NpgsqlDataSource source, TimeProvider clock, CancellationToken stop)
    {
        var at = Moment(request.At) ?? clock.GetUtcNow();
        var balances = await source.Command(
            """
            SELECT currency, coalesce(sum(b) FILTER (WHERE kind = 'user_available'), 0)::bigint, coalesce(sum(b) FILTER (WHERE kind = 'user_pending'), 0)::bigint,
                   coalesce(sum(b) FILTER (WHERE kind = 'user_payout'), 0)::bigint, coalesce(-sum(b) FILTER (WHERE kind = 'user_debt'), 0)::bigint
            FROM (SELECT kind, currency, wallet.balance_at(id, $2) AS b FROM wallet.accounts WHERE owner_id = $1 AND currency <> 'XPL') a
            GROUP BY currency ORDER BY currency <> 'EUR', currency
            """, caller.Account, at)
            .List(r =>
            {
                var currency = Currency.Of(r.GetString(0));
                return new ShowWallet.Balance(currency, new Money(r.GetInt64(1), currency), new Money(r.GetInt64(2), currency), new Money(r.GetInt64(3), currency), new Money(r.GetInt64(4), currency));
            }, stop);
        return new Reply(at, balances);
    }

    /// <summary>A moment as it is typed or sent; null when nothing is.</summary>
    /// <exception cref="Refused">422 <c>time_invalid</c>.</exception>
    public static DateTimeOffset? Moment(string? typed)
    {
        if (string.IsNullOrWhiteSpace(typed)) return null;
        // The offset's plus is a space in a query that nobody escaped.
        return DateTimeOffset.TryParse(typed.Trim().Replace(' ', '+'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) && at.Year is >= 1970 and < 9000
            ? at
            : throw new Refused("time_invalid", 422, "Write a time like 2026-01-31T12:00Z.");
    }

    /// <summary>For a field of type datetime-local, in UTC.</summary>
    public static string? Typed(DateTimeOffset? at) => at?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);
}
