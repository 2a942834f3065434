using Marketplace.Kernel;
using Npgsql;

namespace Marketplace.Users;

/// <summary>API keys: their names are the person's words. Erased, they are gone and dead at once.</summary>
internal sealed class KeysOfPerson(NpgsqlDataSource source, UnitOfWork work, LiveKeys keys) : IPersonalData
{
    public string Section => "api_keys";

    public string About => "Your API keys, without the keys themselves.";

    public async Task<object?> Export(Guid account, CancellationToken stop = default)
    {
        var kept = await source.CommandFor(account, $"SELECT {KeyView.Columns} FROM users.api_keys WHERE account = $1 ORDER BY id", account).List(KeyView.Read, stop);
        return kept.Count == 0 ? null : kept;
    }

    public async Task Erase(Guid account)
    {
        await work.ActFor(account);
        await work.Command("DELETE FROM users.api_keys WHERE account = $1", account).Execute();
        keys.ForgetAccount(account, work);
    }
}
