using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Orders;

/// <summary>A rate that counts from its first day until its last, or until a later one begins; after a passing one the earlier counts again.</summary>
/// <param name="Kind"><c>goods</c> (all that is sent), <c>electronic</c> (all else), or a kind of product, which goes before both.</param>
/// <param name="Rate">Basis points; 0 is exempt.</param>
/// <param name="UntilDay">Its last day; null: until a later one.</param>
/// <param name="ChangedBy">Null: it came with the market.</param>
internal sealed record TaxRate(string Country, string Kind, DateOnly FromDay, DateOnly? UntilDay, int Rate, string? Note, DateTimeOffset ChangedAt, Guid? ChangedBy)
{
    public const string Goods = "goods", Electronic = "electronic";

    private const string Columns = "country, kind, from_day, until_day, rate, note, changed_at, changed_by";

    public bool Counts(DateOnly day) => FromDay <= day && (UntilDay is null || UntilDay >= day);

    /// <summary>Every rate of a country, or of all; the newest of each first.</summary>
    public static Task<List<TaxRate>> All(string? country, NpgsqlDataSource source, CancellationToken stop = default) =>
        source.Command($"SELECT {Columns} FROM orders.tax_rates WHERE $1::text IS NULL OR country = $1 ORDER BY country, kind, from_day DESC", country).List(Read, stop);

    /// <summary>What counts in a country on a day, by kind. Joins the transaction.</summary>
    public static async Task<IReadOnlyDictionary<string, int>> On(DateOnly day, string country, NpgsqlDataSource source, UnitOfWork work)
    {
        const string Sql =
            "SELECT DISTINCT ON (kind) kind, rate FROM orders.tax_rates WHERE country = $1 AND from_day <= $2 AND (until_day IS NULL OR until_day >= $2) ORDER BY kind, from_day DESC";
        return (await (work.IsOpen ? work.Command(Sql, country, day) : source.Command(Sql, country, day)).List(r => (Kind: r.GetString(0), Rate: r.GetInt32(1)))).ToDictionary(r => r.Kind, r => r.Rate, StringComparer.Ordinal);
    }

    /// <summary>The one that begins on that day, locked; null when there is none.</summary>
    public static async Task<TaxRate?> Beginning(string country, string kind, DateOnly from, UnitOfWork work) =>
        (await work.Command($"SELECT {Columns} FROM orders.tax_rates WHERE country = $1 AND kind = $2 AND from_day = $3 FOR UPDATE", country, kind, from).List(Read)).SingleOrDefault();

    private static TaxRate Read(NpgsqlDataReader r) => new(
        r.GetString(0), r.GetString(1), r.GetFieldValue<DateOnly>(2), r.IsDBNull(3) ? null : r.GetFieldValue<DateOnly>(3), r.GetInt32(4), r.IsDBNull(5) ? null : r.GetString(5),
        r.GetFieldValue<DateTimeOffset>(6), r.IsDBNull(7) ? null : r.GetGuid(7));
}
