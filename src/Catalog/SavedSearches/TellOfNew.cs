using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>Once a day tells those who asked for it what is new in a search that they saved: since they looked or were told last.</summary>
internal sealed class TellOfNew(NpgsqlDataSource source, Writes writes, UnitOfWork work, ProductKinds kinds) : IJob
{
    private const int AtOnce = 200;

    public async Task Handle(DateTimeOffset now, CancellationToken stop)
    {
        List<(Guid Id, Guid Account, string Query, DateTimeOffset Since)> due;
        do
        {
            due = await source.Command(
                "SELECT id, account, query, greatest(seen_at, told_at) FROM catalog.saved_searches WHERE notify AND told_at <= $1 ORDER BY told_at LIMIT $2", now.AddDays(-1), AtOnce)
                .List(r => (r.GetGuid(0), r.GetGuid(1), r.GetString(2), r.GetFieldValue<DateTimeOffset>(3)), stop);
            foreach (var search in due)
            {
                var found = await SavedSearches.CountNew(search.Query, search.Since, source, kinds, stop);
                await writes.Run(async () =>
                {
                    // Whoever moves it on tells of it: a second job finds nothing to do.
                    var mine = await work.Command("UPDATE catalog.saved_searches SET told_at = $2 WHERE id = $1 AND told_at <= $3", search.Id, now, now.AddDays(-1)).Execute();
                    if (mine == 1 && found > 0) work.Publish(new SavedSearchFound(search.Account, search.Id, found));
                });
            }
        }
        while (due.Count == AtOnce);
    }
}

/// <summary>How a saved search is called, for those who tell of it.</summary>
internal sealed class SavedSearchSubject(NpgsqlDataSource source) : ISubject
{
    public string Kind => "saved_search";

    public async Task<IReadOnlyDictionary<Guid, Subject>> Find(IReadOnlyCollection<Guid> ids, CancellationToken stop = default) =>
        (await source.Command("SELECT id, name, account FROM catalog.saved_searches WHERE id = ANY ($1)", ids.ToArray())
            .List(r => new Subject(Kind, r.GetGuid(0), r.GetString(1), null, r.GetGuid(2)) { OwnerUrl = "/account/searches" }, stop)).ToDictionary(s => s.Id);
}
