using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Catalog;

/// <summary>The teams that somebody is of, and the invitations that they sent or accepted.</summary>
internal sealed class TeamData(NpgsqlDataSource source, UnitOfWork work) : IPersonalData
{
    public string Section => "teams";

    public string About => "Shops whose team you are of, and invitations that you sent.";

    public async Task<object?> Export(Guid account, CancellationToken stop = default)
    {
        NpgsqlCommand Query(string sql) => work.IsOpen ? work.Command(sql, account) : source.Command(sql, account);
        var teams = await Query("SELECT s.name, m.role, m.joined_at FROM catalog.shop_members m JOIN catalog.shops s ON s.id = m.shop_id WHERE m.account = $1 ORDER BY m.joined_at")
            .List(r => new { shop = r.GetString(0), role = r.GetString(1), joined_at = r.GetFieldValue<DateTimeOffset>(2) }, stop);
        var invitations = await Query("SELECT email, role, invited_at, ended_at FROM catalog.shop_invitations WHERE invited_by = $1 ORDER BY invited_at")
            .List(r => new { email = r.GetString(0), role = r.GetString(1), invited_at = r.GetFieldValue<DateTimeOffset>(2), ended_at = r.IsDBNull(3) ? (DateTimeOffset?)null : r.GetFieldValue<DateTimeOffset>(3) }, stop);
        return teams.Count + invitations.Count == 0 ? null : new { teams, invitations };
    }

    public async Task Erase(Guid account)
    {
        await work.Command("DELETE FROM catalog.shop_members WHERE account = $1 OR shop_id IN (SELECT id FROM catalog.shops WHERE owner_id = $1)", account).Execute();
        await work.Command("DELETE FROM catalog.shop_invitations WHERE invited_by = $1 OR accepted_by = $1 OR shop_id IN (SELECT id FROM catalog.shops WHERE owner_id = $1)", account).Execute();
    }
}

/// <summary>Addresses of people who were invited are forgotten a month after the end of it.</summary>
internal sealed class PurgeInvitations(NpgsqlDataSource source) : IJob
{
    public Task Handle(DateTimeOffset now, CancellationToken stop) =>
        source.Command("DELETE FROM catalog.shop_invitations WHERE coalesce(ended_at, expires_at) < $1", now.AddDays(-30)).Execute(stop);
}
