using Marketplace.Kernel;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>What the ledger and the audit log point at when they say a boost.</summary>
internal sealed class BoostSubjects(NpgsqlDataSource source, IStringLocalizer<Texts> texts) : ISubject
{
    public string Kind => "boost";

    public async Task<IReadOnlyDictionary<Guid, Subject>> Find(IReadOnlyCollection<Guid> ids, CancellationToken stop = default) =>
        (await source.Command("SELECT b.id, b.owner_id, p.title FROM catalog.boosts b LEFT JOIN catalog.products p ON p.id = b.subject_id WHERE b.id = ANY ($1)", ids.ToArray())
            .List(r => new Subject(Kind, r.GetGuid(0), r.IsDBNull(2) ? texts["Boost of a profile"] : texts["Boost of {0}", r.GetString(2)], $"/admin/boosts/{r.GetGuid(0)}", r.GetGuid(1)) { OwnerUrl = $"/sell/boosts/{r.GetGuid(0)}" }, stop))
        .ToDictionary(s => s.Id);
}

/// <summary>What a person paid to be seen, and what they saw of others' paid places in the last two days.</summary>
internal sealed class BoostsData(NpgsqlDataSource source, UnitOfWork work) : IPersonalData
{
    public string Section => "boosts";

    public string About => "Places that you paid for, and sponsored places that you opened in the last two days.";

    public async Task<IReadOnlyList<Unsettled>> Unsettled(Guid account, CancellationToken stop = default) =>
        await Query("SELECT EXISTS (SELECT FROM catalog.boosts WHERE owner_id = $1 AND state IN ('scheduled', 'active'))", account).Scalar<bool>(stop) ? [new Unsettled("boost_running", "A boost of yours still runs. Cancel it first.")] : [];

    public async Task<object?> Export(Guid account, CancellationToken stop = default)
    {
        var boosts = await Query("SELECT subject_kind, subject_id, place, days, currency, total, refunded, state, asked_at FROM catalog.boosts WHERE owner_id = $1 ORDER BY id", account)
            .List(r => new { kind = r.GetString(0), about = r.GetGuid(1), place = r.GetString(2), days = r.GetInt32(3), currency = r.GetString(4), paid = r.GetInt64(5), refunded = r.GetInt64(6), state = r.GetString(7), asked_at = r.GetFieldValue<DateTimeOffset>(8) }, stop);
        var opened = await Query("SELECT boost_id, seen_at, clicked_at FROM catalog.boost_visits WHERE account_id = $1 ORDER BY seen_at", account)
            .List(r => new { boost = r.GetGuid(0), seen_at = r.GetFieldValue<DateTimeOffset>(1), opened_at = ReviewLine.Time(r, 2) }, stop);
        return boosts.Count + opened.Count == 0 ? null : new { boosts, opened };
    }

    // What was paid is in the books, which stay.
    public Task Erase(Guid account) => work.Command("DELETE FROM catalog.boost_visits WHERE account_id = $1", account).Execute();

    private NpgsqlCommand Query(string sql, Guid account) => work.IsOpen ? work.Command(sql, account) : source.Command(sql, account);
}
